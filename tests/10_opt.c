/* Section 10: each optimiser against its formula, step by step in double, and its errors.
   @build openmp */
#include <float.h>
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"

enum { N = 37, STEPS = 25 };

/* One parameter's rule as the section's formulas have it, state in m and v. */
static double follow(const wi_opt_desc *o, double w, double g, double *m, double *v, int t)
{
    w -= o->rate * o->decay * w;
    switch (o->kind) {
    case WI_OPT_SGD: return w - o->rate * g;
    case WI_OPT_MOMENTUM: *m = o->momentum * *m + g; return w - o->rate * *m;
    case WI_OPT_NESTEROV: *m = o->momentum * *m + g; return w - o->rate * (g + o->momentum * *m);
    case WI_OPT_RMSPROP:
        *v = o->beta2 * *v + (1 - o->beta2) * g * g;
        return w - o->rate * g / (sqrt(*v) + o->epsilon);
    case WI_OPT_ADAM:
        *m = o->momentum * *m + (1 - o->momentum) * g;
        *v = o->beta2 * *v + (1 - o->beta2) * g * g;
        return w -
            o->rate * (*m / (1 - pow(o->momentum, t))) / (sqrt(*v / (1 - pow(o->beta2, t))) + o->epsilon);
    }
    return (double)NAN;
}

static void test_rules(void)
{
    const wi_opt_desc descs[6] = { wi_sgd(0.1),      wi_momentum(0.05, 0.9), wi_nesterov(0.05, 0.9),
                                   wi_rmsprop(0.01), wi_adam(0.02),          wi_adamw(0.02, 0.3) };
    wi_opt_desc next = wi_adam(0.1);
    wi_opt none;
    next.kind++;   /* another wants a formula above */
    CHECK_STATUS(wi_opt_create(&none, next, 1), WI_ERR_ARG);
    for (size_t k = 0; k < WI_COUNT(descs); k++) {
        wi_opt opt;
        wi_real w[N], g[N];
        double want[N], m[N], v[N];
        wi_rng rng = wi_rng_make(k);
        if (!CHECK_OK(wi_opt_create(&opt, descs[k], N))) continue;
        for (size_t i = 0; i < N; i++) {
            w[i] = (wi_real)wi_rng_normal(&rng);
            want[i] = (double)w[i];
            m[i] = v[i] = 0;
        }
        for (int t = 1; t <= STEPS; t++) {
            for (size_t i = 0; i < N; i++) {
                g[i] = (wi_real)wi_rng_normal(&rng);
                want[i] = follow(&descs[k], want[i], (double)g[i], &m[i], &v[i], t);
            }
            CHECK_OK(wi_opt_step(&opt, w, g));
        }
        for (size_t i = 0; i < N; i++) CHECK_NEAR(w[i], want[i], sizeof(wi_real) == 8 ? 1e-12 : 2e-5);
        CHECK_EQ(opt.step, STEPS);
        wi_opt_destroy(&opt);
        wi_opt_destroy(&opt);
    }
    CHECK_EQ(fail_alloc.live, 0);
}

/* The constants are PyTorch's; all other fields are 0. */
static void test_constructors(void)
{
    const struct { wi_opt_desc desc; int kind; double momentum, beta2, epsilon, decay; } rows[] = {
        {wi_sgd(0.5), WI_OPT_SGD, 0, 0, 0, 0},
        {wi_momentum(0.5, 0.8), WI_OPT_MOMENTUM, 0.8, 0, 0, 0},
        {wi_nesterov(0.5, 0.8), WI_OPT_NESTEROV, 0.8, 0, 0, 0},
        {wi_rmsprop(0.5), WI_OPT_RMSPROP, 0, 0.99, 1e-8, 0},
        {wi_adam(0.5), WI_OPT_ADAM, 0.9, 0.999, 1e-8, 0},
        {wi_adamw(0.5, 0.3), WI_OPT_ADAM, 0.9, 0.999, 1e-8, 0.3},
    };
    for (size_t i = 0; i < WI_COUNT(rows); i++) {
        const wi_opt_desc *d = &rows[i].desc;
        CHECK(d->kind == rows[i].kind && d->rate == 0.5 && d->momentum == rows[i].momentum);
        CHECK(d->decay == rows[i].decay);
        CHECK(d->beta2 == rows[i].beta2 && d->epsilon == rows[i].epsilon);
    }
}

/* What an optimiser keeps of each parameter is what it takes of memory, and no more. */
static void test_memory(void)
{
    const struct { wi_opt_desc desc; size_t kept; } rows[] = {
        {wi_sgd(0.1), 0}, {wi_momentum(0.1, 0.9), 1}, {wi_nesterov(0.1, 0.9), 1}, {wi_rmsprop(0.1), 1},
        {wi_adam(0.1), 2}};
    for (size_t k = 0; k < WI_COUNT(rows); k++) {
        wi_opt opt;
        size_t before = fail_alloc.bytes;
        CHECK_OK(wi_opt_create(&opt, rows[k].desc, 1000));
        CHECK_EQ(fail_alloc.bytes - before, rows[k].kept * 1000 * sizeof(wi_real));
        wi_opt_destroy(&opt);
    }
}

/* A rate of 0 is the kind's default in every description; a schedule may reach 0, where a step moves
   nothing. */
static void test_rate_zero(void)
{
    const wi_opt_desc descs[5] = { wi_sgd(0), wi_momentum(0, 0.9), wi_nesterov(0, 0.9), wi_rmsprop(0),
                                   wi_adam(0) };
    for (size_t k = 0; k < WI_COUNT(descs); k++) {
        wi_opt opt;
        wi_real w[2] = {1, 2}, g[2] = {1, -1};
        if (!CHECK_OK(wi_opt_create(&opt, descs[k], 2))) continue;
        CHECK((opt.m != NULL) == (k == 1 || k == 2 || k == 4));
        CHECK((opt.v != NULL) == (k >= 3));
        CHECK_NEAR(opt.desc.rate, k < 3 ? 0.01 : 0.001, 0);
        opt.desc.rate = 0;
        CHECK_OK(wi_opt_step(&opt, w, g));
        CHECK_NEAR(w[0], 1, 0);
        opt.desc.rate = 0.5;
        CHECK_OK(wi_opt_step(&opt, w, g));
        CHECK(w[0] < 1 && w[1] > 2);
        wi_opt_destroy(&opt);
    }
}

/* What a wi_real cannot hold is refused: as infinity or 0 it would make a NaN of a gradient that is 0. */
static void test_held(void)
{
    const double little = sizeof(wi_real) == 8 ? 5e-324 : 1e-39;
    const double huge = sizeof(wi_real) == 8 ? (double)INFINITY : 1e39;
    wi_opt_desc descs[4] = { wi_sgd(huge), wi_adamw(0.1, huge), wi_adam(0.1), wi_rmsprop(0.1) };
    descs[2].epsilon = huge;
    descs[3].epsilon = little;
    for (size_t k = 0; k < WI_COUNT(descs); k++) {
        wi_opt opt;
        CHECK_STATUS(wi_opt_create(&opt, descs[k], 1), WI_ERR_ARG);
    }
    wi_opt opt;
    wi_real w = 1, none = 0;
    descs[3].epsilon = sizeof(wi_real) == 8 ? DBL_MIN : (double)FLT_MIN;
    if (!CHECK_OK(wi_opt_create(&opt, descs[3], 1))) return;
    CHECK_OK(wi_opt_step(&opt, &w, &none));
    CHECK(w == 1);
    wi_opt_destroy(&opt);
}

/* Numbers just within their limits are taken, those just beyond are not. */
static void test_limits(void)
{
    const double most = sizeof(wi_real) == 8 ? DBL_MAX : (double)FLT_MAX, least = nextafter(0, -1);
    const struct { size_t at; double inside, outside; } limits[] = {
        {offsetof(wi_opt_desc, rate), most, most * 2},      {offsetof(wi_opt_desc, rate), 0, least},
        {offsetof(wi_opt_desc, momentum), nextafter(1, 0), 1}, {offsetof(wi_opt_desc, momentum), 0, least},
        {offsetof(wi_opt_desc, beta2), nextafter(1, 0), 1}, {offsetof(wi_opt_desc, beta2), 0, least},
        {offsetof(wi_opt_desc, decay), most, most * 2},     {offsetof(wi_opt_desc, decay), 0, least},
        {offsetof(wi_opt_desc, epsilon), most, most * 2}};
    for (size_t k = 0; k < WI_COUNT(limits); k++)
        for (int inside = 0; inside < 2; inside++) {
            wi_opt opt;
            wi_opt_desc desc = wi_adam(0.1);
            memcpy((char *)&desc + limits[k].at, inside ? &limits[k].inside : &limits[k].outside,
                   sizeof(double));
            CHECK_STATUS(wi_opt_create(&opt, desc, 1), inside ? WI_OK : WI_ERR_ARG);
            if (inside) wi_opt_destroy(&opt);
        }
}

/* Clipping first, then the penalty's gradient: g becomes shrink g + l2 w. */
static void test_penalty(void)
{
    const wi_opt_desc descs[3] = {wi_sgd(0.1), wi_momentum(0.1, 0.9), wi_adam(0.1)};
    for (size_t k = 0; k < WI_COUNT(descs); k++) {
        wi_opt a, b;
        wi_real w[N], u[N], g[N], h[N];
        wi_rng rng = wi_rng_make(k);
        if (!CHECK_OK(wi_opt_create(&a, descs[k], N)) || !CHECK_OK(wi_opt_create(&b, descs[k], N))) return;
        for (size_t i = 0; i < N; i++) {
            w[i] = u[i] = (wi_real)wi_rng_normal(&rng);
            g[i] = (wi_real)wi_rng_normal(&rng);
            h[i] = (wi_real)(0.5 * (double)g[i] + 0.25 * (double)w[i]);
        }
        a.step = b.step = 1;
        inside_opt_apply(&a, w, g, 0, N, 0.1, 0.5, 0.25);
        inside_opt_apply(&b, u, h, 0, N, 0.1, 1, 0);
        for (size_t i = 0; i < N; i++) CHECK_NEAR(w[i], u[i], 1e-6);
        wi_opt_destroy(&a);
        wi_opt_destroy(&b);
    }
}

/* The square root is as good for large squares as for small ones: Adam's first step is the rate. */
static void test_large_gradients(void)
{
    for (double size = 0.1; size < 1e7; size *= 10) {
        wi_opt opt;
        wi_real w = 1, g = (wi_real)(1.2345 * size);
        if (!CHECK_OK(wi_opt_create(&opt, wi_adam(0.1), 1))) return;
        CHECK(opt.m[0] == 0 && opt.v[0] == 0);
        CHECK_OK(wi_opt_step(&opt, &w, &g));
        CHECK_NEAR(w, 0.9, 5e-7);
        wi_opt_destroy(&opt);
    }

    /* One whose square no number holds moves its parameter once, or not at all, and leaves it a number. */
    const wi_opt_desc adaptive[2] = {wi_rmsprop(0.1), wi_adam(0.1)};
    for (size_t k = 0; k < WI_COUNT(adaptive); k++) {
        wi_opt opt;
        wi_real w = 1, g = (wi_real)(sizeof(wi_real) == 8 ? 1e200 : 1e30), none = 0;
        if (!CHECK_OK(wi_opt_create(&opt, adaptive[k], 1))) return;
        CHECK_OK(wi_opt_step(&opt, &w, &g));
        CHECK_OK(wi_opt_step(&opt, &w, &none));
        CHECK(w == w && w <= 1 && w * 0 == 0);
        wi_opt_destroy(&opt);
    }
}

/* A part of the parameters at a time gives the bits of all at once. */
static void test_parts(void)
{
    const wi_opt_desc descs[4] = {wi_sgd(0.1), wi_nesterov(0.1, 0.9), wi_rmsprop(0.1), wi_adam(0.1)};
    for (size_t k = 0; k < WI_COUNT(descs); k++) {
        wi_opt a, b;
        wi_real w[N], u[N], g[N];
        wi_rng rng = wi_rng_make(k);
        if (!CHECK_OK(wi_opt_create(&a, descs[k], N)) || !CHECK_OK(wi_opt_create(&b, descs[k], N))) return;
        for (size_t i = 0; i < N; i++) {
            w[i] = u[i] = (wi_real)wi_rng_normal(&rng);
            g[i] = (wi_real)wi_rng_normal(&rng);
        }
        a.step = b.step = 1;
        inside_opt_apply(&a, w, g, 0, N, 0.1, 1, 0);
        inside_opt_apply(&b, u, g, 0, 3, 0.1, 1, 0);
        inside_opt_apply(&b, u, g, 3, N - 3, 0.1, 1, 0);
        CHECK_BYTES(w, u, sizeof w);
        wi_opt_destroy(&a);
        wi_opt_destroy(&b);
    }
}

/* Of many parameters, which threads share, each is moved as it would be among few. */
static void test_many(void)
{
    enum { MANY = 200003 };
    static wi_real w[MANY], g[MANY];
    const wi_opt_desc descs[3] = {wi_sgd(0.1), wi_rmsprop(0.1), wi_adamw(0.1, 0.1)};
    for (size_t k = 0; k < WI_COUNT(descs); k++) {
        wi_opt many, few;
        size_t wrong = 0;
        wi_rng rng = wi_rng_make(k);
        wi_real u[N], h[N];
        if (!CHECK_OK(wi_opt_create(&many, descs[k], MANY))) return;
        if (!CHECK_OK(wi_opt_create(&few, descs[k], N))) return;
        for (size_t i = 0; i < N; i++) u[i] = (wi_real)wi_rng_normal(&rng);
        for (size_t i = 0; i < MANY; i++) w[i] = u[i % N];
        for (int t = 0; t < 2; t++) {
            for (size_t i = 0; i < N; i++) h[i] = (wi_real)wi_rng_normal(&rng);
            for (size_t i = 0; i < MANY; i++) g[i] = h[i % N];
            CHECK_OK(wi_opt_step(&many, w, g));
            CHECK_OK(wi_opt_step(&few, u, h));
        }
        for (size_t i = 0; i < MANY; i++) wrong += memcmp(&w[i], &u[i % N], sizeof *w) != 0;
        CHECK_EQ(wrong, 0);
        wi_opt_destroy(&many);
        wi_opt_destroy(&few);
    }
}

static void test_errors(void)
{
    wi_opt opt;
    memset(&opt, 0x5a, sizeof opt);
    wi_opt before = opt;
    wi_opt_desc bad[8] = { wi_sgd(-1),
                           wi_sgd((double)NAN),
                           wi_sgd((double)INFINITY),
                           wi_momentum(0.1, 1),
                           wi_momentum(0.1, (double)NAN),
                           wi_adam(-0.1),
                           wi_adamw(0.1, -1),
                           wi_sgd(0.1) };
    bad[WI_COUNT(bad) - 1].kind = 77;
    for (size_t i = 0; i < WI_COUNT(bad); i++) CHECK_STATUS(wi_opt_create(&opt, bad[i], N), WI_ERR_ARG);
    bad[WI_COUNT(bad) - 1].kind = -1;
    CHECK_STATUS(wi_opt_create(&opt, bad[WI_COUNT(bad) - 1], N), WI_ERR_ARG);
    CHECK_STATUS(wi_opt_create(NULL, wi_sgd(0.1), N), WI_ERR_ARG);
    CHECK_STATUS(wi_opt_create(&opt, wi_sgd(0.1), 0), WI_ERR_SHAPE);
    CHECK_STATUS(wi_opt_create(&opt, wi_adam(0.1), SIZE_MAX / 2), WI_ERR_MEMORY);
    fail_alloc_start(0);
    CHECK_STATUS(wi_opt_create(&opt, wi_adam(0.1), N), WI_ERR_MEMORY);
    fail_alloc_stop();
    CHECK_BYTES(&opt, &before, sizeof opt);

    wi_real w[1] = {1}, g[1] = {1};
    wi_opt zero;
    memset(&zero, 0, sizeof zero);
    CHECK_STATUS(wi_opt_step(&zero, w, g), WI_ERR_ARG);
    CHECK_STATUS(wi_opt_step(NULL, w, g), WI_ERR_ARG);
    wi_opt_destroy(NULL);
    wi_opt_destroy(&zero);

    /* A description that is all zero is plain SGD at 0.01. */
    wi_opt_desc none;
    memset(&none, 0, sizeof none);
    CHECK_OK(wi_opt_create(&opt, none, 1));
    CHECK_STATUS(wi_opt_step(&opt, NULL, g), WI_ERR_ARG);
    CHECK_STATUS(wi_opt_step(&opt, w, NULL), WI_ERR_ARG);
    const double rate = opt.desc.rate;
    opt.desc.rate = -1;   /* changed since */
    CHECK_STATUS(wi_opt_step(&opt, w, g), WI_ERR_ARG);
    CHECK(opt.step == 0 && w[0] == 1);
    opt.desc.rate = rate;
    CHECK_OK(wi_opt_step(&opt, w, g));
    CHECK_NEAR(w[0], 0.99, 1e-7);

    /* A count of steps that no run can have, from a file say, is a large one. */
    wi_opt adam;
    wi_real moved[1] = {1}, slope[1] = {1};
    CHECK_OK(wi_opt_create(&adam, wi_adam(0.01), 1));
    adam.step = SIZE_MAX - 5;
    CHECK_OK(wi_opt_step(&adam, moved, slope));
    CHECK_NEAR(moved[0], 1 - 0.01 * 0.1 / sqrt(0.001), 1e-6);
    wi_opt_destroy(&adam);
    CHECK_EQ(fail_alloc.live, 0);
}

int main(void)
{
    test_rules();
    test_constructors();
    test_memory();
    test_rate_zero();
    test_held();
    test_limits();
    test_penalty();
    test_parts();
    test_many();
    test_large_gradients();
    test_errors();
    return check_done();
}
