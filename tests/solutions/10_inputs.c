/* Attempts at examples/exercises/10_inputs.c: one that is right, and wrong ones with a part of the hint each should get. */
/*@ right */
static void prepare(wi_mat train, wi_mat test)
{
    wi_scaler scaler;
    (void)wi_scaler_fit(&scaler, train);
    (void)wi_scaler_apply(&scaler, train);
    (void)wi_scaler_apply(&scaler, test);
    wi_scaler_destroy(&scaler);
}
/*@ wrong: is saturated */
static void prepare(wi_mat train, wi_mat test)
{
    (void)train;
    (void)test;
}
/*@ wrong: mean is */
static void prepare(wi_mat train, wi_mat test)
{
    for (size_t i = 0; i < train.rows * train.cols; i++) train.data[i] /= 255;
    for (size_t i = 0; i < test.rows * test.cols; i++) test.data[i] /= 255;
}
/*@ wrong: needs the same treatment */
static void prepare(wi_mat train, wi_mat test)
{
    wi_scaler scaler;
    (void)test;
    (void)wi_scaler_fit(&scaler, train);
    (void)wi_scaler_apply(&scaler, train);
    wi_scaler_destroy(&scaler);
}
/*@ wrong: their std is 0 */
static void prepare(wi_mat train, wi_mat test)
{
    for (size_t j = 0; j < 64; j++) {
        double sum = 0, square = 0, n = (double)train.rows;
        for (size_t i = 0; i < train.rows; i++) sum += (double)train.data[i * 64 + j];
        for (size_t i = 0; i < train.rows; i++) square += pow((double)train.data[i * 64 + j] - sum / n, 2);
        for (size_t i = 0; i < train.rows; i++) train.data[i * 64 + j] = (wi_real)(((double)train.data[i * 64 + j] - sum / n) / sqrt(square / n));
        for (size_t i = 0; i < test.rows; i++) test.data[i * 64 + j] = (wi_real)(((double)test.data[i * 64 + j] - sum / n) / sqrt(square / n));
    }
}
/*@ wrong: the same now */
static void prepare(wi_mat train, wi_mat test)
{
    memset(train.data, 0, train.rows * train.cols * sizeof *train.data);
    memset(test.data, 0, test.rows * test.cols * sizeof *test.data);
}
/*@ wrong: scale both by what the training set alone says */
static void prepare(wi_mat train, wi_mat test)
{
    wi_scaler a, b;
    if (wi_scaler_fit(&a, train) != WI_OK || wi_scaler_fit(&b, test) != WI_OK) return;
    (void)wi_scaler_apply(&a, train);
    (void)wi_scaler_apply(&b, test);
    wi_scaler_destroy(&a);
    wi_scaler_destroy(&b);
}
