/* 35_own_digit.c
   title:    Your own digit
   question: Why does a network that reads 98 % of a test set fail on a digit that I drew?
   level:    2
   claims:   -
   figure:   35_own_digit.svg
   shows:    thirty digits drawn by a pen of varying size, slant and thickness, anywhere on the paper; what
             the network reads when the whole picture is shrunk to 8 x 8 pixels, and when the ink is first
             found, scaled and centred as that of its training digits was

   Draw a digit in any paint program and name the file: build/bin/35_own_digit mine.png (this needs
   stb_image.h, in Debian the package libstb-dev, when the program is built). Inputs must be prepared as the
   training data was: a network knows nothing else.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "pictures.h"
#include "terminal.h"

enum { SIDE = 96, PICTURES = 30 };   /* a picture is SIDE x SIDE pixels, 0 for ink and 1 for paper */

/* Digits as a pen draws them: points of a 10 x 10 grid, column and row; a comma lifts the pen. */
static const char *const strokes[10] = {
    "30 12 04 17 39 59 77 85 82 50 30", "23 50 59", "12 30 60 82 74 09 99", "01 40 71 73 44 75 78 49 08",
    "50 06 96,62 69", "80 10 14 54 86 78 49 08", "60 22 05 08 39 69 87 75 45 07", "00 90 49",
    "40 12 34 75 87 59 29 07 15 54 82 60 40", "73 54 24 12 30 60 72 73 69 39"
};

/* The distance of point (x, y) from the line between a and b. */
static double distance(double x, double y, const double *a, const double *b)
{
    double dx = b[0] - a[0], dy = b[1] - a[1];
    double t = ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy);

    t = t < 0.0 ? 0.0 : t > 1.0 ? 1.0 : t;
    return hypot(x - a[0] - t * dx, y - a[1] - t * dy);
}

/* Draw a digit somewhere on white paper, in a size, slant and thickness of the moment. */
static void draw(wi_real *picture, int digit, wi_rng *rng)
{
    double size = 24.0 + 40.0 * wi_rng_uniform(rng), pen = size * (0.05 + 0.04 * wi_rng_uniform(rng));
    double slant = 0.3 * wi_rng_uniform(rng) - 0.15, wide = size * (0.55 + 0.2 * wi_rng_uniform(rng));
    double left = 12.0 + (SIDE - 24.0 - wide) * wi_rng_uniform(rng),
           top = 8.0 + (SIDE - 16.0 - size) * wi_rng_uniform(rng);

    for (int i = 0; i < SIDE * SIDE; i++) picture[i] = 1;
    for (const char *s = strokes[digit]; s[2] != '\0'; s += 3) {
        double line[2][2];
        if (s[2] == ',') continue;
        for (int end = 0; end < 2; end++) {
            double x = (s[3 * end] - '0') / 9.0, y = (s[3 * end + 1] - '0') / 9.0;
            line[end][0] = left + wide * x + slant * size * (0.5 - y);
            line[end][1] = top + size * y;
        }
        for (int i = 0; i < SIDE * SIDE; i++) {
            /* a soft edge, one pixel wide */
            double light = distance(i % SIDE + 0.5, i / SIDE + 0.5, line[0], line[1]) - pen;
            if (light < picture[i]) picture[i] = (wi_real)(light > 0.0 ? light : 0.0);
        }
    }
}

/* [prepare] */
/* Turn the part of a picture that begins at (left, top) and is side x side pixels large
   into 8 x 8 pixels of ink from 0 to 1. */
static void shrink(wi_real *out, const wi_real *picture, size_t height, size_t width,
                   const double *part)
{
    double cell = part[2] / 8.0;

    for (int k = 0; k < 64; k++) {
        double left = part[0] + k % 8 * cell, top = part[1] + k / 8 * cell, ink = 0.0;
        for (int s = 0; s < 64; s++) {   /* the mean of 8 x 8 points in the cell */
            double x = floor(left + (s % 8 + 0.5) * cell / 8.0),
                   y = floor(top + (s / 8 + 0.5) * cell / 8.0);
            if (x >= 0.0 && y >= 0.0 && x < (double)width && y < (double)height)
                ink += (1.0 - (double)picture[(size_t)y * width + (size_t)x]) / 64.0;
        }
        out[k] = (wi_real)ink;
    }
}

/* Find the ink: the square that it fills from top to bottom, its centre of mass in the
   middle. Returns 0 for an empty page. */
static int find_ink(double *part, const wi_real *picture, size_t height, size_t width)
{
    double left = (double)width, right = 0.0, top = (double)height, bottom = 0.0,
           mass = 0.0, moment = 0.0;

    for (size_t i = 0; i < height * width; i++) {
        double x = (double)(i % width), y = (double)(i / width),
               ink = 1.0 - (double)picture[i];
        if (ink < 0.5) continue;
        left = fmin(left, x);
        right = fmax(right, x + 1.0);
        top = fmin(top, y);
        bottom = fmax(bottom, y + 1.0);
        mass += ink;
        moment += ink * (x + 0.5);
    }
    part[2] = fmax(bottom - top, right - left);
    part[0] = mass > 0.0
        ? fmin(left, fmax(moment / mass - part[2] / 2.0, right - part[2]))
        : 0.0;
    part[1] = (top + bottom - part[2]) / 2.0;
    return mass > 0.0;
}
/* [prepare] */

/* Train on the digits as they come; returns their test accuracy, or -1 after saying what went wrong. */
static double train(wi_net *net, wi_scaler *scaler)
{
    const wi_layer_desc layers[] = { wi_layer_dense(64, wi_relu()), wi_layer_dense(32, wi_relu()),
                                     wi_layer_dense(10, wi_linear()) };
    const wi_net_desc shape = {
        .inputs = 64, .layers = layers, .layer_count = 3, .max_batch = 300, .seed = 1
    };
    const wi_train_desc how = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                .opt = wi_adam(0.002),
                                .epochs = 40,
                                .batch = 32,
                                .seed = 1,
                                .input_noise = 0.3 };
    wi_rng rng = wi_rng_make(8);
    wi_data all, head, tail;
    wi_score score = { .accuracy = -1.0 };
    wi_error error;

    if (wi_data_load_idx(&all, "examples/data/digits-images.idx3-ubyte",
                         "examples/data/digits-labels.idx1-ubyte", &error) != WI_OK ||
        wi_data_shuffle(&all, &rng) != WI_OK || wi_data_split(&all, 1500.0 / 1797.0, &head, &tail) != WI_OK ||
        wi_scaler_fit(scaler, head.x) != WI_OK || wi_scaler_apply(scaler, all.x) != WI_OK ||
        wi_net_create(net, &shape, &error) != WI_OK || wi_train(net, &head, &how, NULL, &error) != WI_OK ||
        wi_evaluate(net, &tail, how.loss, &score) != WI_OK)
        fprintf(stderr, "%s\n(run this from the folder that holds winit.h)\n", error.text);
    wi_data_destroy(&all);
    return score.accuracy;
}

/* Read 64 pixels of ink. */
static int read_digit(wi_net *net, const wi_scaler *scaler, const wi_real *ink)
{
    wi_real scaled[64];
    wi_mat y;
    int best = 0;

    memcpy(scaled, ink, sizeof scaled);
    (void)wi_scaler_apply(scaler, wi_mat_view(scaled, 1, 64));
    (void)wi_net_forward(net, wi_mat_view(scaled, 1, 64), WI_EVAL, &y);
    for (int k = 1; k < 10; k++)
        if (y.data[k] > y.data[best]) best = k;
    return best;
}

/* Show what the network sees, and what it reads. Returns what main() returns. */
static int read_file(wi_net *net, const wi_scaler *scaler, const char *path)
{
#ifdef PIC_HAVE_STB
    wi_image shape = { 1, 0, 0 };
    wi_real ink[64];
    double part[3];
    wi_data data;
    wi_error error;

    if (pic_load(&data, path, &shape, &error) != WI_OK) return fprintf(stderr, "%s\n", error.text), 1;
    int found = find_ink(part, data.x.data, shape.height, shape.width);
    shrink(ink, data.x.data, shape.height, shape.width, part);
    wi_data_destroy(&data);
    if (!found) return fprintf(stderr, "%s: no dark ink on light paper\n", path), 1;
    for (int k = 0; k < 64; k++)
        printf("%c%s", " .:-=+*#%@"[(int)(9.99 * (double)ink[k])], k % 8 == 7 ? "\n" : "");
    printf("%s: %d\n", path, read_digit(net, scaler, ink));
    return 0;
#else
    (void)net, (void)scaler;
    return fprintf(stderr,
                   "%s: this program was built without stb_image.h (in Debian: apt-get install libstb-dev)\n",
                   path),
           1;
#endif
}

int main(int argc, char **argv)
{
    static const term_column columns[] = { { "drawn", 5 }, { "shrunk", 14 }, { "prepared", 14 } };
    static const double whole[3] = { 0.0, 0.0, SIDE };
    const fig_desc desc = {
        .title = "Thirty digits, seen by the network",
        .columns = 10,
        .rows = 6,
        .width = 48,
        .height = 48,
        .tiles = 1,
        .caption =
            "Odd rows: the whole page shrunk to 8 x 8. Even rows: the ink found, scaled and centred first."
    };
    static wi_real picture[SIDE * SIDE];
    int right[2] = { 0, 0 },
        is_file = argc > 1 && strrchr(argv[1], '.') != NULL && strchr(strrchr(argv[1], '.'), '/') == NULL;
    wi_rng rng = wi_rng_make(35);
    wi_scaler scaler;
    wi_net net;
    fig f;
    double accuracy = train(&net, &scaler);

    if (accuracy < 0.0) return 1;
    if (is_file) return read_file(&net, &scaler, argv[1]);
    printf("test digits read: %.0f %%\n", 100.0 * accuracy);
    fig_open(&f, argc > 1 ? argv[1] : NULL, "35_own_digit", &desc);
    term_header(columns, WI_COUNT(columns));
    for (int digit = 0; digit < 10; digit++) {
        int good[2] = { 0, 0 };
        for (int n = 0; n < PICTURES / 10; n++) {
            double part[3], values[64];
            draw(picture, digit, &rng);
            find_ink(part, picture, SIDE, SIDE);
            for (int prepared = 0; prepared < 2; prepared++) {
                wi_real ink[64];
                shrink(ink, picture, SIDE, SIDE, prepared ? part : whole);
                good[prepared] += read_digit(&net, &scaler, ink) == digit;
                for (int k = 0; k < 64; k++) values[k] = (double)ink[k];
                fig_panel(&f, digit, 2 * n + prepared, NULL);
                fig_heatmap(&f, values, 8, 8, 1.0);
            }
        }
        term_cell(columns + 0, TERM_PLAIN, "%d", digit);
        for (int p = 0; p < 2; p++) {
            term_cell(columns + 1 + p, good[p] == 3 ? TERM_GOOD : TERM_PLAIN, "%d of %d right", good[p],
                      PICTURES / 10);
            right[p] += good[p];
        }
        term_end_row();
    }
    printf("right: %d of %d shrunk, %d of %d prepared\n", right[0], PICTURES, right[1], PICTURES);
    wi_scaler_destroy(&scaler);
    wi_net_destroy(&net);
    return term_claim(fig_close(&f) && right[1] >= 24 && right[1] > right[0] + 10,
                      "a picture must be prepared as the training data was");
}
