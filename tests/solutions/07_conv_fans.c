/* Attempts at examples/exercises/07_conv_fans.c: one that is right, and wrong ones with a part of the hint each should get. */
/*@ right */
static void my_fans(size_t in, size_t out, size_t kh, size_t kw, size_t groups, double *fan_in, double *fan_out)
{
    (void)groups;
    *fan_in = (double)(in / groups * kh * kw);
    *fan_out = (double)(out / groups * kh * kw);
}
/*@ wrong: each brings */
static void my_fans(size_t in, size_t out, size_t kh, size_t kw, size_t groups, double *fan_in, double *fan_out)
{
    (void)groups;
    *fan_in = (double)(in + 0 * kh * kw);
    *fan_out = (double)(out);
}
/*@ wrong: of its own group */
static void my_fans(size_t in, size_t out, size_t kh, size_t kw, size_t groups, double *fan_in, double *fan_out)
{
    (void)groups;
    *fan_in = (double)(in * kh * kw);
    *fan_out = (double)(out * kh * kw);
}
/*@ wrong: PyTorch gets this one wrong */
static void my_fans(size_t in, size_t out, size_t kh, size_t kw, size_t groups, double *fan_in, double *fan_out)
{
    (void)groups;
    *fan_in = (double)(in / groups * kh * kw);
    *fan_out = (double)(out * kh * kw);
}
/*@ wrong: fan_out is */
static void my_fans(size_t in, size_t out, size_t kh, size_t kw, size_t groups, double *fan_in, double *fan_out)
{
    (void)groups;
    *fan_in = (double)(in / groups * kh * kw);
    *fan_out = (double)(out);
}
