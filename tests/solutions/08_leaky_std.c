/* Attempts at examples/exercises/08_leaky_std.c: one that is right, and wrong ones with a part of the hint each should get. */
/*@ right */
static double my_std(double fan_in, double a)
{
    return sqrt(2 / ((1 + a * a) * fan_in));
}
/*@ wrong: square root */
static double my_std(double fan_in, double a)
{
    return 2 / ((1 + a * a) * fan_in);
}
/*@ wrong: work out E f(z)^2 */
static double my_std(double fan_in, double a)
{
    return sqrt(2 / fan_in) + 0 * a;
}
/*@ wrong: work out E f(z)^2 */
static double my_std(double fan_in, double a)
{
    return sqrt(1 / fan_in) + 0 * a;
}
/*@ wrong: work out E f(z)^2 */
static double my_std(double fan_in, double a)
{
    return sqrt(2 / ((1 + a) * fan_in));
}
/*@ wrong: a standard deviation of */
static double my_std(double fan_in, double a)
{
    return 0 * a * fan_in;
}
