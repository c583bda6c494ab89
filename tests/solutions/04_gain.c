/* Attempts at examples/exercises/04_gain.c: one that is right, and wrong ones with a part of the hint each should get. */
/*@ right */
static double my_gain(double (*f)(double z))
{
    double sum = 0, h = 0.001;
    for (double z = -10; z < 10; z += h) sum += h * f(z) * f(z) * exp(-z * z / 2) / sqrt(2 * 3.14159265358979);
    return 1 / sqrt(sum);
}
/*@ wrong: square root */
static double my_gain(double (*f)(double z))
{
    double sum = 0, h = 0.001;
    for (double z = -10; z < 10; z += h) sum += h * f(z) * f(z) * exp(-z * z / 2) / sqrt(2 * 3.14159265358979);
    return 1 / sum;
}
/*@ wrong: the gain is its inverse */
static double my_gain(double (*f)(double z))
{
    double sum = 0, h = 0.001;
    for (double z = -10; z < 10; z += h) sum += h * f(z) * f(z) * exp(-z * z / 2) / sqrt(2 * 3.14159265358979);
    return sqrt(sum);
}
/*@ wrong: the gain is 1 over its root */
static double my_gain(double (*f)(double z))
{
    double sum = 0, h = 0.001;
    for (double z = -10; z < 10; z += h) sum += h * f(z) * f(z) * exp(-z * z / 2) / sqrt(2 * 3.14159265358979);
    return sum;
}
/*@ wrong: divided by sqrt(2 pi) */
static double my_gain(double (*f)(double z))
{
    double sum = 0, h = 0.001;
    for (double z = -10; z < 10; z += h) sum += h * f(z) * f(z) * exp(-z * z / 2) ;
    return 1 / sqrt(sum);
}
/*@ wrong: should be */
static double my_gain(double (*f)(double z))
{
    double sum = 0, h = 0.001;
    for (double z = -10; z < 10; z += h) sum += h * f(z) * exp(-z * z / 2) / sqrt(2 * 3.14159265358979);
    return 1 / sqrt(sum);
}
