/* Fuzz recipes: any recipe at any shape is refused, and then nothing is written, or it fills; what it is called reads back
   as the same law. Names come from the bytes, too. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "take.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void name(take *t)
{
    char text[64];
    wi_recipe recipe;
    wi_act act;
    size_t n = 0;
    while (t->size && n < sizeof text - 1) text[n++] = (char)take_byte(t);
    text[n] = 0;
    (void)wi_act_named(text, &act);
    if (wi_recipe_named(text, &recipe) != WI_OK) return;
    char said[WI_RECIPE_TEXT];
    wi_recipe again;
    if (wi_recipe_text(recipe, said, sizeof said)[0] == 0 || wi_recipe_named(said, &again) != WI_OK) __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum { MOST = 4096 };
    static wi_real w[MOST + 1], filled[MOST];
    take t;
    wi_rng rng = wi_rng_make(1), same = rng;
    wi_fit fit;
    wi_error error;
    t.bytes = bytes;
    t.size = size;
    if (take_byte(&t) & 1) {
        name(&t);
        return 0;
    }
    wi_recipe recipe = take_recipe(&t);
    wi_shape s = wi_conv2d(take_size(&t, 40, 1), take_size(&t, 40, 1), take_size(&t, 5, 1), take_size(&t, 5, 1));
    s.groups = take_size(&t, 5, 1);
    s.in_major = (int)take_size(&t, 3, 0);
    s.transposed = (int)take_size(&t, 2, 0);
    double std = wi_recipe_std(recipe, s);
    size_t count = wi_shape_count(s);
    if (count == 0 || count > MOST) return 0;
    for (size_t i = 0; i <= MOST; i++) w[i] = 77;
    wi_status status = wi_fill(w, s, recipe, &rng);
    if (w[count] != (wi_real)77) __builtin_trap();
    if (status != WI_OK) {
        for (size_t i = 0; i < count; i++) if (w[i] != (wi_real)77) __builtin_trap();
        return 0;
    }
    if (recipe.scheme != WI_SCHEME_POISON && !(std == std)) __builtin_trap(); /* a number wherever a fill works */
    memcpy(filled, w, count * sizeof *w);
    char text[WI_RECIPE_TEXT];
    wi_recipe again;
    if (wi_recipe_named(wi_recipe_text(recipe, text, sizeof text), &again) != WI_OK) __builtin_trap();
    if (wi_fill(w, s, again, &same) != WI_OK || memcmp(filled, w, count * sizeof *w) != 0) __builtin_trap();
    (void)wi_check_fill(w, s, recipe, &fit, &error);
    return 0;
}
