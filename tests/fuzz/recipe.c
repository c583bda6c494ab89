/* Fuzz recipes: any recipe at any shape is refused, and then nothing is written, or it fills, in parts and through views
   alike; what it is called reads back as the same law; it can be checked and identified. Names come from the bytes, too. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "take.h"

enum { MOST = 1024 };

static wi_real w[2 * MOST + 1], filled[MOST];

static void name(take *t)
{
    char text[64], said[WI_RECIPE_TEXT];
    wi_recipe recipe, again;
    wi_act act;
    size_t n = 0;
    while (t->size && n < sizeof text - 1) text[n++] = (char)take_byte(t);
    text[n] = 0;
    if (wi_act_named(text, &act) == WI_OK && wi_act_name(act)[0] == 0) __builtin_trap();
    if (wi_recipe_named(text, &recipe) != WI_OK) return;
    if (wi_recipe_text(recipe, said, sizeof said)[0] == 0 || wi_recipe_named(said, &again) != WI_OK) __builtin_trap();
}

/* An activation of any parameter: both passes agree with its value and slope, to the rounding of one and the other. */
static void activation(take *t)
{
    wi_act act = take_act(t);
    wi_real z[8], y[8], dz[8], one[8];
    for (size_t i = 0; i < 8; i++) {
        z[i] = (wi_real)take_number(t);
        one[i] = 1;
    }
    size_t n = take_size(t, 9, 0);
    if (!(fabs(act.param) <= FLT_MAX)) return;   /* must be a wi_real */
    wi_act_forward(act, y, z, n);
    wi_act_backward(act, dz, one, z, n);
    for (size_t i = 0; i < n; i++) {
        double value = wi_act_value(act, (double)z[i]), slope = wi_act_slope(act, (double)z[i]);
        if (fabs(value) < 1e30 && fabs((double)y[i] - value) > 1e-4 * (1 + fabs(value))) __builtin_trap();
        if (fabs(slope) < 1e30 && fabs((double)dz[i] - slope) > 1e-4 * (1 + fabs(slope))) __builtin_trap();
    }
    if (take_byte(t) % 16 == 0) (void)(wi_gain(act) + wi_gain_backward(act));
}

/* Parts, and a view with a gap behind each row, hold the numbers of the whole. */
static void pieces(take *t, wi_recipe recipe, wi_shape s, size_t count)
{
    wi_rng rng = wi_rng_make(1);
    size_t first = take_size(t, 200, 1), part = take_size(t, 200, 1), cols = count / s.out;
    wi_status status = wi_fill_part(w, first, part, s, recipe, &rng);
    if (status == WI_OK && (first + part > count || memcmp(w, filled + first, part * sizeof *w) != 0)) __builtin_trap();
    wi_mat m = wi_mat_view(w, s.out, cols);
    m.row_step = cols + take_size(t, 4, 0);
    if (m.row_step * s.out > 2 * MOST || s.in_major || s.transposed) return;
    if (wi_fill_mat(m, s, recipe, &rng) != WI_OK) __builtin_trap();
    for (size_t i = 0; i < s.out; i++) if (memcmp(w + i * m.row_step, filled + i * cols, cols * sizeof *w) != 0) __builtin_trap();
    (void)wi_fill_gates(w, s, take_size(t, 5, 1), recipe, &rng);
}

static void weights(take *t)
{
    wi_rng rng = wi_rng_make(1), same = rng;
    wi_fit fit;
    wi_error error;
    wi_guess guesses[3];
    char text[WI_RECIPE_TEXT];
    wi_recipe recipe = take_recipe(t), again;
    wi_shape s = wi_conv2d(take_size(t, 20, 1), take_size(t, 20, 1), take_size(t, 5, 1), take_size(t, 5, 1));
    s.groups = take_size(t, 5, 1);
    s.in_major = (int)take_size(t, 3, 0);
    s.transposed = (int)take_size(t, 2, 0);
    unsigned more = take_byte(t);
    double std = wi_recipe_std(recipe, s);
    size_t count = wi_shape_count(s), guess_count = 3;
    (void)wi_fans_text(s, text, sizeof text);
    if (count == 0 || count > MOST) return;
    for (size_t i = 0; i <= count; i++) w[i] = 77;
    wi_status status = wi_fill(w, s, recipe, &rng);
    if (w[count] != (wi_real)77) __builtin_trap();
    if (status != WI_OK) {
        for (size_t i = 0; i < count; i++) if (w[i] != (wi_real)77) __builtin_trap();
        return;
    }
    if (recipe.scheme != WI_SCHEME_POISON && !(std == std)) __builtin_trap(); /* a number wherever a fill works */
    memcpy(filled, w, count * sizeof *w);
    if (wi_recipe_named(wi_recipe_text(recipe, text, sizeof text), &again) != WI_OK) __builtin_trap();
    if (wi_fill(w, s, again, &same) != WI_OK || memcmp(filled, w, count * sizeof *w) != 0) __builtin_trap();
    if (more % 4 == 0) pieces(t, recipe, s, count);
    if (more % 4 == 1) (void)wi_check_fill(filled, s, recipe, &fit, &error);
    if (more % 32 == 2) (void)wi_identify(filled, s, guesses, &guess_count, &error);
}

static void fuzz(const uint8_t *bytes, size_t size)
{
    take t;
    t.bytes = bytes;
    t.size = size;
    unsigned what = take_byte(&t);
    if (what & 1) name(&t);
    else if (what & 2) activation(&t);
    else weights(&t);
}
