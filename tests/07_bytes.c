/* The byte promise: the same seed gives the same bytes on every compiler, option and processor.
   Hashes every kind of draw and compares with tests/golden/float.txt (double.txt in the double build), which
   every build of `make bytes` must agree with. With the argument `print` it prints the table instead.

   Changing a line of the table changes what users' seeds mean: a breaking change, for CHANGELOG.md.
   @build portable openmp no-x87 */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"

#define MOST 120000
static wi_real w[MOST];
static char table[1 << 16];
static int printing;

/* FNV-1a over the numbers' bits, lowest byte first whatever the machine's order. */
static uint64_t hash(const wi_real *x, size_t n)
{
    uint64_t h = 14695981039346656037u, bits;
    size_t i;
    int byte;
    for (i = 0; i < n; i++) {
        uint32_t half;
        if (sizeof *x == 8) memcpy(&bits, (const void *)&x[i], 8);
        else { memcpy(&half, (const void *)&x[i], 4); bits = half; }
        for (byte = 0; byte < (int)sizeof *x; byte++) h = (h ^ (bits >> (8 * byte) & 255)) * 1099511628211u;
    }
    return h;
}

/* One line of the table: print it, or find it there. */
static void line(const char *what, size_t n)
{
    char want[160];
    snprintf(want, sizeof want, "%016jx  %s\n", (uintmax_t)hash(w, n), what);
    if (printing) fputs(want, stdout);
    else if (!CHECK(strstr(table, want) != NULL)) printf("  this build: %s", want);
}

typedef struct shape_case { const char *name; wi_shape shape; } shape_case;

static void recipes(void)
{
    static const char *const names[] = {
        "constant:0.1", "poison", "uniform:-0.1,0.3", "normal:0.1,0.3", "truncated:0,0.02,-2,2",
        "truncated:1,0.5,-0.3,inf",
        "truncated:0,1,5,6", "truncated:0,1,20,21", "truncated:0,1,3,3.01", "truncated_corrected:0,1,-1,2",
        "lecun_normal", "xavier_uniform:1.6667",
        "he_normal", "pytorch_default", "siren:30,1", "siren:30,0", "orthogonal:1.4", "sparse:3,0.5", "dirac",
        "hadamard", "bilinear",
        "nguyen_widrow"};
    shape_case shapes[5];
    size_t r, s;
    shapes[0].name = "dense 300 -> 257";              shapes[0].shape = wi_dense(300, 257);
    shapes[1].name = "dense 64 -> 300, in-major";     shapes[1].shape = wi_in_major(wi_dense(64, 300));
    shapes[2].name = "conv 12 -> 16, 3x5";            shapes[2].shape = wi_conv2d(12, 16, 3, 5);
    shapes[3].name = "conv 12 -> 18, 4x3, 3 groups";
    shapes[3].shape = wi_in_major(wi_grouped(wi_conv2d(12, 18, 4, 3), 3));
    shapes[4].name = "transposed 8 -> 6, 3x3";        shapes[4].shape = wi_conv2d_transposed(8, 6, 3, 3);
    for (r = 0; r < WI_COUNT(names); r++)
        for (s = 0; s < 5; s++) {
            wi_rng rng = wi_rng_split(wi_rng_make(2026), 10 * r + s);
            wi_recipe recipe;
            char what[120];
            rng.index = s; /* not only at the start of a block */
            memset(w, 0, sizeof w);
            CHECK_OK(wi_recipe_named(names[r], &recipe));
            CHECK_OK(wi_fill(w, shapes[s].shape, recipe, &rng));
            snprintf(what, sizeof what, "%s, %s", names[r], shapes[s].name);
            line(what, wi_shape_count(shapes[s].shape));
        }
}

/* A value of each other kind of draw, 64 bits in two numbers that any wi_real holds. */
static size_t put(size_t at, uint64_t bits)
{
    int k;
    for (k = 0; k < 4; k++) w[at + (size_t)k] = (wi_real)(bits >> (16 * k) & 0xFFFF);
    return at + 4;
}

static void generator(void)
{
    wi_rng rng = wi_rng_make(UINT64_MAX);
    size_t i, n, order[100];
    for (n = 0, i = 0; i < 1000; i++) n = put(n, wi_rng_next(&rng));
    line("wi_rng_next", n);
    for (n = 0, i = 0; i < 1000; i++) n = put(n, wi_rng_below(&rng, ((uint64_t)1 << (i % 63)) + i));
    line("wi_rng_below", n);
    for (n = 0, i = 0; i < 1000; i++) n = put(n, wi_rng_split(rng, i).stream);
    line("wi_rng_split", n);
    for (n = 0, i = 0; i < 1000; i++) {
        double x = wi_rng_uniform(&rng);
        uint64_t b;
        memcpy(&b, &x, 8);
        n = put(n, b);
    }
    line("wi_rng_uniform", n);
    for (n = 0, i = 0; i < 5000; i++) {
        double x = wi_rng_normal(&rng);
        uint64_t b;
        memcpy(&b, &x, 8);
        n = put(n, b);
    }
    line("wi_rng_normal", n);
    for (i = 0; i < 100; i++) order[i] = i;
    wi_rng_shuffle(&rng, order, 100);
    for (n = 0, i = 0; i < 100; i++) n = put(n, order[i]);
    line("wi_rng_shuffle", n);
}

static void the_rest(void)
{
    wi_rng rng = wi_rng_make(3);
    const double prior[4] = {0.1, 0.2, 0.3, 0.4};
    size_t i;

    CHECK_OK(wi_fill(w, wi_conv2d(5, 8, 3, 3), wi_delta_orthogonal(1), &rng));
    line("delta_orthogonal, conv 5 -> 8, 3x3", 360);
    CHECK_OK(wi_fill(w, wi_dense(200, 200), wi_identity(0.5), &rng));
    line("identity:0.5, dense 200 -> 200", 40000);
    CHECK_OK(wi_fill_gates(w, wi_dense(40, 160), 4, wi_orthogonal(1), &rng));
    line("gates, 4 orthogonal of 40 x 40", 6400);
    CHECK_OK(wi_fill_prior(w, prior, 4));
    line("wi_fill_prior", 4);
    for (i = 0; i < 100; i++) w[i] = (wi_real)wi_prior_logit(((double)i + 0.5) / 100);
    line("wi_prior_logit", 100);
}

#ifndef WINIT_NO_NET
/* A whole network: one stream for each layer's weights and one for its bias. */
static void network(void)
{
    wi_layer_desc layers[3];
    wi_net_desc desc;
    wi_net net;
    layers[0] = wi_layer_dense(50, wi_relu());
    layers[1] = wi_layer_dense(30, wi_tanh());
    layers[1].bias = wi_pytorch_default();
    layers[2] = wi_layer_dense(10, wi_linear());
    layers[2].weights = wi_orthogonal(1);
    memset(&desc, 0, sizeof desc);
    desc.inputs = 64;
    desc.layers = layers;
    desc.layer_count = 3;
    desc.seed = 42;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    memcpy(w, net.params, net.param_count * sizeof *w);
    line("network 64-50-30-10, seed 42", net.param_count);
    wi_net_destroy(&net);
}
#else
static void network(void) {}
#endif

int main(int argc, char **argv)
{
    FILE *file;
    printing = argc > 1 && strcmp(argv[1], "print") == 0;
#if defined(__i386__) && !defined(__SSE2_MATH__)
    CHECK_SKIP("x87 arithmetic rounds to 64 bits: compile with -msse2 -mfpmath=sse");
    return check_done();
#endif
    file = printing
        ? NULL
        : fopen(sizeof(wi_real) == 8 ? "tests/golden/double.txt" : "tests/golden/float.txt", "rb");
    if (!printing && !CHECK(file != NULL)) return check_done();
    if (file) {
        table[fread(table, 1, sizeof table - 1, file)] = '\0';
        fclose(file);
    }
    recipes();
    generator();
    the_rest();
    network();
    return printing ? 0 : check_done();
}
