/* Shown by the how-to pages; compiled and run by `make check-docs`. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <stdio.h>
#include <string.h>

static float hidden[256 * 784], output[256 * 10], rows[80 * 121], rnn[4 * 64 * 32], up[8 * 4 * 4 * 4];

//! [callback]
/* A library that hands over a buffer and its fans: any shape with these fans and this count gives the right law. */
static wi_status by_fans(float *w, size_t count, size_t fan_in, size_t fan_out, wi_recipe recipe, wi_rng *rng)
{
    wi_status status = wi_fill_part(w, 0, count, wi_dense(fan_in, fan_out), recipe, rng);
    if (status == WI_OK) rng->index += count; /* a part leaves the generator as it is */
    return status;
}
//! [callback]

int main(void)
{
    //! [fill]
    /* float hidden[256 * 784] in the order [unit][input]; float output[256 * 10] in the order [input][unit] */
    wi_rng seed = wi_rng_make(42);
    wi_rng first = wi_rng_split(seed, 0), second = wi_rng_split(seed, 1);

    wi_status status = wi_fill(hidden, wi_dense(784, 256), wi_he_normal(), &first);
    if (status == WI_OK) status = wi_fill(output, wi_in_major(wi_dense(256, 10)), wi_xavier_uniform(), &second);
    if (status != WI_OK) puts(wi_status_text(status));
    //! [fill]
    if (status != WI_OK) return 1;

    //! [rows]
    /* float rows[80 * 121]: the bias, then 120 weights, for each of 80 units. View the weights alone. */
    wi_mat weights = {rows + 1, 80, 120, 121, 1}; /* data, rows, cols, row_step, col_step */
    wi_rng third = wi_rng_split(seed, 2);
    status = wi_fill_mat(weights, wi_dense(120, 80), wi_orthogonal(1.0), &third);
    //! [rows]
    if (status != WI_OK) return 1;

    //! [transposed]
    /* The same weights as [input][unit], in 84 columns of which 80 are used: a view of the transpose. */
    static float table[120 * 84];
    wi_mat view = {table, 120, 80, 84, 1};
    wi_rng again = wi_rng_split(seed, 2);
    status = wi_fill_mat(wi_mat_transpose(view), wi_dense(120, 80), wi_orthogonal(1.0), &again);
    //! [transposed]
    if (status != WI_OK || memcmp(&rows[1], &table[0], sizeof(float)) != 0) return 1;

    wi_rng fourth = wi_rng_split(seed, 3);
    status = by_fans(output, 10 * 256, 256, 10, wi_glorot_uniform(), &fourth);
    if (status != WI_OK || fourth.index != 2560) return 1;

    //! [text]
    /* A recipe from a configuration file, and back into a log. */
    char text[WI_RECIPE_TEXT];
    wi_recipe recipe;
    status = wi_recipe_named("kaiming:0.2,fan_out,uniform", &recipe);
    if (status == WI_OK) puts(wi_recipe_text(recipe, text, sizeof text));
    //! [text]
    if (status != WI_OK) return 1;

    //! [rules]
    /* A table for a whole model, by the names of its tensors. */
    const wi_rule rules[] = {
        {"*.norm.weight", wi_ones()},
        {"*.bias", wi_zeros()},
        {"up.*", wi_bilinear()},          /* upsampling starts as interpolation */
        {"out.weight", wi_mup(WI_MUP_OUTPUT, 64)},
        {"*", wi_lecun_truncated()},      /* Keras' lecun_normal */
    };
    const wi_recipe *found = wi_rule_for(rules, WI_COUNT(rules), "up.0.weight");
    wi_rng fifth = wi_rng_split(seed, 4);
    status = found ? wi_fill(up, wi_grouped(wi_conv2d_transposed(8, 8, 4, 4), 8), *found, &fifth) : WI_ERR_ARG;
    //! [rules]
    if (status != WI_OK) return 1;

    //! [gates]
    /* An LSTM's four gates, each orthogonal by itself; its forget gate starts open. */
    static float bias[4 * 64];
    wi_rng sixth = wi_rng_split(seed, 5);
    status = wi_fill_gates(rnn, wi_dense(32, 4 * 64), 4, wi_orthogonal(1.0), &sixth);
    if (status == WI_OK) status = wi_fill_gate_bias(bias, 4, 64, 1, 1.0);
    //! [gates]
    if (status != WI_OK) return 1;

    //! [tanh]
    /* One hidden layer of tanh units on two inputs in [-1, 1]: weights and biases of Nguyen and Widrow. */
    float w[20 * 2], b[20];
    wi_rng seventh = wi_rng_split(seed, 6);
    double beta = wi_nguyen_widrow_beta(wi_dense(2, 20));
    status = wi_fill(w, wi_dense(2, 20), wi_nguyen_widrow(), &seventh);
    if (status == WI_OK) status = wi_fill(b, wi_dense(1, 20), wi_uniform(-beta, beta), &seventh);
    //! [tanh]
    if (status != WI_OK) return 1;

    //! [poison]
    /* In a test: does my own code initialise everything? */
    wi_rng none = wi_rng_make(0);
    status = wi_fill(hidden, wi_dense(784, 256), wi_poison(), &none);
    memset(hidden, 0, 100 * 784 * sizeof *hidden); /* ... my own code, which stops too early ... */
    size_t forgotten = wi_stats_of(hidden, 256 * 784).nonfinite;
    //! [poison]
    return status == WI_OK && forgotten == 156 * 784 ? 0 : 1;
}
