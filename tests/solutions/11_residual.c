/* Attempts at examples/exercises/11_residual.c: one that is right, and wrong ones with a part of the hint each should get. */
/*@ right */
static double alpha(size_t blocks)
{
    (void)blocks;
    return 1 / sqrt((double)blocks);
}
/*@ wrong: multiplies by 1 + alpha^2 */
static double alpha(size_t blocks)
{
    (void)blocks;
    return 1;
}
/*@ wrong: add next to nothing */
static double alpha(size_t blocks)
{
    (void)blocks;
    return 0;
}
/*@ wrong: add next to nothing */
static double alpha(size_t blocks)
{
    (void)blocks;
    return 1 / (double)blocks;
}
/*@ wrong: must depend */
static double alpha(size_t blocks)
{
    (void)blocks;
    return 0.125;
}
/*@ wrong: solve */
static double alpha(size_t blocks)
{
    (void)blocks;
    return 0.25;
}
