/* Attempts at examples/exercises/05_thirty_layers.c: one that is right, and wrong ones with a part of the hint each should get. */
/*@ right */
static wi_recipe weights(void)
{
    return wi_he_normal();
}
/*@ wrong: signal shrinks */
static wi_recipe weights(void)
{
    return wi_normal(0, 0.01);
}
/*@ wrong: signal shrinks */
static wi_recipe weights(void)
{
    return wi_xavier_normal();
}
/*@ wrong: signal grows */
static wi_recipe weights(void)
{
    return wi_normal(0, 1);
}
/*@ wrong: units of layer 1 differ */
static wi_recipe weights(void)
{
    return wi_constant(0.1);
}
/*@ wrong: units of layer 1 differ */
static wi_recipe weights(void)
{
    return wi_zeros();
}
/*@ wrong: refuses */
static wi_recipe weights(void)
{
    return wi_sparse(100000, 1);
}
