/* 19_orthogonal.c
   title:    Orthogonal weights
   question: What does a random matrix do to a vector's length, and to a product of ten?
   level:    3
   claims:   -
   figure:   19_orthogonal.svg
   shows:    the singular values of one 100 x 100 matrix with Gaussian weights of variance 1/n and of one with
             orthogonal weights, and of the product of ten of each

   N(0, 1/n) keeps a vector's length on average only: some directions are stretched twofold, others shrunk to
   nothing (the Marchenko-Pastur law), and a product of ten keeps a few directions and loses the others. An
   orthogonal matrix keeps every length exactly, and so does a product of any number (Saxe et al. 2014).

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { N = 100, DEPTH = 10 };

int main(int argc, char **argv)
{
    static const char *const names[] = { "N(0, 1/n)", "orthogonal" };
    static const term_column columns[] = { { "weights", -12 }, { "matrices", 8 }, { "largest", 9 },
                                           { "median", 9 },    { "smallest", 9 }, { "below 0.01", 10 } };
    const wi_recipe recipes[] = { wi_lecun_normal(), wi_orthogonal(1.0) };
    const fig_desc desc = {
        .title = "How much each direction is stretched",
        .columns = 2,
        .key = names,
        .key_count = 2,
        .caption =
            "Singular values of a random 100 x 100 matrix, and of the product of ten, in descending order."
    };
    static wi_real a[N * N], b[N * N], c[N * N];
    double values[2][2][N], index[N];
    fig f;

    term_header(columns, WI_COUNT(columns));
    for (int r = 0; r < 2; r++) {
        wi_rng rng = wi_rng_make(19);
        wi_mat product = wi_mat_view(a, N, N), factor = wi_mat_view(b, N, N), next = wi_mat_view(c, N, N);

        /* [svd] */
        if (wi_fill(a, wi_dense(N, N), recipes[r], &rng) != WI_OK) return 1;
        if (wi_mat_svd_values(product, values[r][0]) != WI_OK) return 1;
        for (int l = 1; l < DEPTH; l++) {
            (void)wi_fill(b, wi_dense(N, N), recipes[r], &rng);
            (void)wi_mat_mul(next, factor, product);
            memcpy(a, c, sizeof a);
        }
        if (wi_mat_svd_values(product, values[r][1]) != WI_OK) return 1;
        /* [svd] */
        for (int deep = 0; deep < 2; deep++) {
            const double *v = values[r][deep];
            int lost = 0;

            for (int i = 0; i < N; i++) lost += v[i] < 0.01;
            term_cell(columns + 0, TERM_PLAIN, "%s", names[r]);
            term_cell(columns + 1, TERM_PLAIN, "%d", deep ? DEPTH : 1);
            term_cell(columns + 2, TERM_PLAIN, "%.3f", v[0]);
            term_cell(columns + 3, TERM_PLAIN, "%.4f", v[N / 2]);
            term_cell(columns + 4, TERM_PLAIN, "%.1e", v[N - 1]);
            term_cell(columns + 5, lost > N / 2 ? TERM_BAD : TERM_PLAIN, "%d of %d", lost, N);
            term_end_row();
        }
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "19_orthogonal", &desc);
    for (int i = 0; i < N; i++) index[i] = i + 1;
    for (int deep = 0; deep < 2; deep++) {
        fig_panel(&f, deep, 0, deep ? "Product of ten" : "One matrix");
        fig_y_axis(&f, deep ? 1e-8 : 0.0, deep ? 100.0 : 2.5, deep ? FIG_LOG : FIG_LINEAR, "singular value");
        fig_x_axis(&f, 0.0, N, FIG_LINEAR, "number");
        for (int r = 0; r < 2; r++) fig_curve(&f, index, values[r][deep], N, r);
    }
    int held = values[0][0][0] > 1.8 && values[0][1][N / 2] < 0.05 && fabs(values[1][1][0] - 1.0) < 1e-4
            && fabs(values[1][1][N - 1] - 1.0) < 1e-4;
    return term_claim(fig_close(&f) && held,
                      "a product of orthogonal matrices keeps every length, one of Gaussian matrices few");
}
