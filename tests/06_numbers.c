/* 06_numbers.c: what theory says of every activation and some of one's own, over means, deviations, states
   and variances: nine digits where a number is an integral, six where it is searched for; and how often it
   asks an activation to know it. 06_theory judges whether that is right; this, whether it has changed:
   tests/golden/theory.txt, made anew by

       cc -I. -Itests tests/06_numbers.c -o t -lm && ./t print > a
       cc -DWINIT_REAL=double -I. -Itests tests/06_numbers.c -o t -lm && ./t print | sort - a >
   tests/golden/theory.txt

   @build once */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"
#include "record.h"

static size_t calls;
static double steep(double z, double p)
{
    calls++;
    return tanh(p * z);
}
static double steep_slope(double z, double p)
{
    calls++;
    return p / (cosh(p * z) * cosh(p * z));
}
static double stairs(double z, double p)
{
    calls++;
    return floor(z / p) * p;
}
static double flat(double z, double p)
{
    calls++;
    return 0 * z * p;
}
static double bent(double z, double p)
{
    calls++;
    return z < p ? -z : 2 * z - 3 * p;
}
static double bent_slope(double z, double p)
{
    calls++;
    return z < p ? -1 : 2;
}
static double cube(double z, double p)
{
    calls++;
    return p * z * z * z - z;
}
static double cube_slope(double z, double p)
{
    calls++;
    return 3 * p * z * z - 1;
}
static double wave(double z, double p)
{
    calls++;
    return cos(p * z) + 0.1 * z;
}
static double wave_slope(double z, double p)
{
    calls++;
    return 0.1 - p * sin(p * z);
}
static double gauss(double z, double p)
{
    calls++;
    return exp(-p * z * z);
}
static double gauss_slope(double z, double p)
{
    calls++;
    return -2 * p * z * exp(-p * z * z);
}
static double pole(double z, double p)
{
    calls++;
    return 1 / (z - p);
}
static double nothing(double z, double p)
{
    calls++;
    return z > p ? (double)NAN : z;
}
static double ramp(double z, double p)
{
    calls++;
    return z < -p ? -p : z > p ? p : z;
}
static double ramp_slope(double z, double p)
{
    calls++;
    return z < -p || z > p ? 0 : 1;
}

static double spike(double z, double p)
{
    calls++;
    return p * z * z * z + exp(-800 * (z - 0.07) * (z - 0.07));
}
static double spike_slope(double z, double p)
{
    calls++;
    return 3 * p * z * z - 1600 * (z - 0.07) * exp(-800 * (z - 0.07) * (z - 0.07));
}
static double noise(double z, double p)
{
    calls++;
    return fmod(1e9 * fabs(z + p), 1);
}
static double two_jumps(double z, double p)
{
    calls++;
    return z < 0.31 ? 1 : z < 0.31 + p ? -1 : 2;
}

static double two_steps(double z, double p)
{
    calls++;
    return z < 0 ? 1 : z < p ? -1 : 2;
}

/* A line, and kinks (some of them round), jumps, a bump and a bend by chance, of any size and anywhere. */
static struct { double x[4], kink[4], round[4], jump[4], bump, width, bend, line; } chance;
static double by_chance(double z, double p)
{
    double y = (chance.bend * z + chance.line) * z + chance.bump * exp(-pow((z - p) / chance.width, 2));
    calls++;
    for (int i = 0; i < 4; i++) {
        double d = z - chance.x[i];
        y += 0.5 * chance.kink[i] * (d + sqrt(d * d + chance.round[i] * chance.round[i]));
        if (d > 0) y += chance.jump[i];
    }
    return y;
}
static double by_chance_slope(double z, double p)
{
    double d = (z - p) / chance.width, y = 2 * chance.bend * z + chance.line;
    y -= 2 * chance.bump * d / chance.width * exp(-d * d);
    calls++;
    for (int i = 0; i < 4; i++) {
        double at = z - chance.x[i], far_off = sqrt(at * at + chance.round[i] * chance.round[i]);
        y += 0.5 * chance.kink[i] * (1 + (far_off > 0 ? at / far_off : 0));
    }
    return y;
}
static wi_rng rng;
static double between(double lo, double hi) { return lo + (hi - lo) * wi_rng_uniform(&rng); }
static int one_in(uint64_t n) { return wi_rng_below(&rng, n) == 0; }
static double any_size(double least, double most)
{
    return (one_in(2) ? -1 : 1) * pow(10, between(least, most));
}
static double any_place(void)
{
    double round = floor(between(-30, 30)) / 4;
    return one_in(3) ? round : one_in(2) ? round + any_size(-9, -1) : between(-10, 10);
}

static wi_act acts[80];
static size_t act_count;

static void collect(void)
{
    for (int kind = 0; kind < WI_ACT_CUSTOM; kind++) {
        wi_act act = wi_relu();
        act.kind = kind;
        CHECK_OK(wi_act_named(wi_act_name(act), &act));
        acts[act_count++] = act;
        if (act.param <= 0) continue; /* it has one */
        act.param *= 2.5;
        acts[act_count++] = act;
    }
    acts[act_count++] = wi_custom("steep", steep, steep_slope, 0.7);
    acts[act_count++] = wi_custom("steeper", steep, steep_slope, 6);
    acts[act_count++] = wi_custom("stairs", stairs, flat, 0.5);
    acts[act_count++] = wi_custom("bent", bent, bent_slope, 0.3);
    acts[act_count++] = wi_custom("bent far", bent, bent_slope, -7.5);
    acts[act_count++] = wi_custom("cube", cube, cube_slope, 0.2);
    acts[act_count++] = wi_custom("wave", wave, wave_slope, 3);
    acts[act_count++] = wi_custom("gauss", gauss, gauss_slope, 0.5);

    acts[act_count++] = wi_custom("ramp", ramp, ramp_slope, 1.25);
    acts[act_count++] = wi_custom("flat", flat, flat, 1);
}

/* A number so far as it is one; what is nothing but rounding is 0. */
static double so_far(double x) { return fabs(x) < 1e-13 ? 0 : x; }

static void put(const char *what, const wi_signal *s, int digits)
{
    const double all[] = {s->q,     s->act_second, s->chi,      s->correlation,     s->depth_scale,
                          s->slope, s->depth_q,    s->act_mean, s->act_correlation, wi_trainable_depth(*s)};
    char line[400];
    size_t length = 0;
    for (size_t i = 0; i < WI_COUNT(all); i++) {
        double x = so_far(all[i]);
        if (isnan(x)) length += (size_t)snprintf(line + length, sizeof line - length, " nan");
        else if (fabs(x) > 1e6) length += (size_t)snprintf(line + length, sizeof line - length, " %.2g", x);
        else length += (size_t)snprintf(line + length, sizeof line - length, " %.*g", digits, x);
    }
    record("%s%s; %zu", what, line, calls);
    calls = 0;
}

static void test_moments(void)
{
    static const double means[] = {0, 0.3, -1, 3, -6}, stds[] = {1, 0, 0.1, 3, 20};
    for (size_t a = 0; a < act_count; a++) {
        for (size_t i = 0; i < WI_COUNT(means) * WI_COUNT(stds); i++) {
            if (acts[a].f == stairs && stds[i % WI_COUNT(stds)] > 1) continue;
            wi_moments m = wi_act_moments(acts[a], means[i / WI_COUNT(stds)], stds[i % WI_COUNT(stds)]);
            record("%s %.9g %.9g %.9g %.9g; %zu", wi_act_name(acts[a]), so_far(m.mean), so_far(m.second),
                   so_far(m.slope_mean), so_far(m.slope_second), calls);
            calls = 0;
        }
        double forward = wi_gain(acts[a]), backward = wi_gain_backward(acts[a]),
               named = wi_gain_pytorch(acts[a]);
        record("gains %.9g %.9g %.9g; %zu", forward, backward, isnan(named) ? -1 : named, calls);
        calls = 0;
    }
    record_group("averages");
}

/* All six averages, and the products that are roughly known. */
static void test_inside(void)
{
    static const double means[] = {0, 0.2, -1.5}, stds[] = {0.05, 0.7, 3};
    for (size_t a = 0; a < act_count; a++)
        for (size_t i = 0; i < 9; i++) {
            double m[INSIDE_MOMENTS], product[2];
            if (acts[a].f == stairs && i % 3 == 2) continue;
            inside_averages(acts[a], means[i / 3], stds[i % 3], m);
            for (size_t k = 0; k < INSIDE_MOMENTS; k++) record("%.9g", so_far(m[k]));
            calls = 0;
            if (i >= 3) continue;
            inside_pair(acts[a], stds[i], a % 2 ? 0.15 : -0.1, 1, product);
            record("%.8g %.8g; %zu", so_far(product[0]), so_far(product[1]), calls);
            calls = 0;
        }
    record_group("inside");
}

/* What hides: a spike between large values, jumps side by side, bends at the end of where they are looked
   for; and of what has no average how often it is asked. */
static void test_hidden(void)
{
    static const double means[] = {0, 0.4, -2}, stds[] = {1, 0.1, 5};
    const wi_act all[18] = {wi_custom("spike", spike, spike_slope, 1),
                          wi_custom("spike", spike, spike_slope, 40),
                          wi_custom("jumps", two_jumps, flat, 0.2),
                          wi_custom("jumps", two_jumps, flat, 1e-3),
                          wi_custom("jumps", two_jumps, flat, 3e-6),
                          wi_custom("ramp", ramp, ramp_slope, 6),
                          wi_custom("ramp", ramp, ramp_slope, 6.125),
                          wi_custom("ramp", ramp, ramp_slope, 6.3),
                          wi_custom("ramp", ramp, ramp_slope, 1e-7),
                          wi_custom("bent", bent, bent_slope, 6),
                          wi_custom("bent", bent, bent_slope, -6.25),
                          wi_custom("cube", cube, cube_slope, 1e-9),
                          wi_custom("cube", cube, cube_slope, 1e9),
                          wi_custom("steepest", steep, steep_slope, 1e4),
                          wi_custom("narrow", gauss, gauss_slope, 3e3),
                          wi_custom("wave", wave, wave_slope, 20),
                          wi_custom("noise", noise, flat, 0),
                          wi_custom("pole", pole, pole, 0.3)};
    for (size_t a = 0; a < WI_COUNT(all); a++) {
        for (size_t i = 0; i < WI_COUNT(means) * WI_COUNT(stds); i++) {
            wi_moments m = wi_act_moments(all[a], means[i / WI_COUNT(stds)], stds[i % WI_COUNT(stds)]);
            if (all[a].f == noise || all[a].f == pole) record("%zu", calls);
            else
                record("%s %.9g %.9g %.9g %.9g; %zu", wi_act_name(all[a]), so_far(m.mean), so_far(m.second),
                       so_far(m.slope_mean), so_far(m.slope_second), calls);
            calls = 0;
        }
    }
    for (int k = 0; k < 6; k++) { /* a width that a number of this size cannot resolve, or can */
        wi_moments m = wi_act_moments(wi_custom("steep", steep, steep_slope, 0.7), k < 3 ? 1 : -3,
                                      k % 3 == 0 ? 5e-16 : k % 3 == 1 ? 2e-15 : 4e-15);
        record("%.9g %.9g; %zu", m.mean, m.slope_second, calls);
        calls = 0;
    }
    for (int k = 0; k < 4; k++) { /* pairs that meet at jumps in many ways */
        const wi_act act = wi_custom("near", two_steps, flat, k % 2 ? 0.008 : 0.06);
        double product[2];
        inside_pair(act, 0.05, k < 2 ? -0.4 : 0.4, 0, product);
        record("%.8g; %zu", product[0], calls);
        calls = 0;
    }
    record_group("hidden");
}

/* Whatever it looks like: the numbers, and by how many looks they are found. */
static void test_chance(void)
{
    size_t pairs = 0;
    for (uint64_t k = 0; k < 600; k++) {
        rng = wi_rng_split(wi_rng_make(6), k);
        for (int i = 0; i < 4; i++) {
            chance.x[i] = any_place();
            chance.kink[i] = one_in(3) ? any_size(-9, 2) : 0;
            chance.round[i] = one_in(2) ? any_size(-10, -1) : 0;
            chance.jump[i] = one_in(6) ? any_size(-9, 2) : 0;
        }
        chance.line = any_size(-2, 2);
        chance.bend = one_in(3) ? any_size(-4, 1) : 0;
        chance.bump = one_in(4) ? any_size(-3, 3) : 0;
        chance.width = fabs(any_size(-4, 1));
        const wi_act act = wi_custom("chance", by_chance, by_chance_slope, any_place());
        double std = fabs(any_size(-2, 1.5)), product[2];
        wi_moments m = wi_act_moments(act, one_in(3) ? 0 : any_place(), std);
        size_t took = calls;
        record("%.9g %.9g %.9g %.9g; %zu", so_far(m.mean), so_far(m.second), so_far(m.slope_mean),
               so_far(m.slope_second), calls);
        calls = 0;
        if (took > 8000 || pairs++ % 8) continue;
        inside_pair(act, std, between(-0.19, 0.19), 1, product);
        record("%.8g %.8g; %zu", so_far(product[0]), so_far(product[1]), calls);
        calls = 0;
    }
    record_group("chance");
}

/* Of what is steep, or bends, far from where it is expected, only averages are asked: a pair takes seconds.
 */
static int of_pairs(const wi_act *act)
{
    return act->f != stairs && act->f != wave && !(act->f == bent && act->param < -1) &&
           !(act->f == steep && act->param > 1);
}

static void test_steps(void)
{
    static const double qs[] = {1, 0, 0.01, 5, 400, 1e-9}, cs[] = {0.5, 1, 0, -1, 0.99, -0.3};
    for (size_t a = 0; a < act_count; a++)
        for (size_t i = 0; i < 12 && of_pairs(&acts[a]); i++) {
            wi_signal at;
            memset(&at, 0, sizeof at);
            at.q = qs[i % 6];
            at.correlation = cs[(i + i / 6 + a) % 6];
            at = wi_signal_step(acts[a], i % 3 == 0 ? 1 : 1.7, i % 2 ? 0.05 : 0, at);
            put(wi_act_name(acts[a]), &at, 8);
        }
    record_group("steps");
}

static void test_ends(void)
{
    static const double weights[] = {1, 1.5, 2.5, 0.3}, biases[] = {0, 0.05, 0.5};
    for (size_t a = 0; a < act_count; a++) {
        if (!of_pairs(&acts[a])) continue;
        for (size_t i = a % 2; i < 12; i += 2) {
            wi_signal at = wi_signal_fixed_point(acts[a], weights[i % 4], biases[i / 4]);
            put(wi_act_name(acts[a]), &at, 6);
        }
        for (size_t i = 0; i < 3; i++) {
            double weight = -1, q = -1;
            wi_status status = wi_critical(acts[a], biases[i], &weight, &q);
            record("%s %.6g %.6g; %zu", wi_status_name(status), so_far(weight), so_far(q), calls);
            calls = 0;
        }
    }
    record_group("ends");
}

/* At variances of any size, and on both sides of where signals die out, stay, and grow. */
static void test_far(void)
{
    static const double qs[] = {1e-300, 9e-141, 1.1e-140, 1e-40, 1e-24, 1e12, 1e39, 1.5e40,
                                1e60,   9e139,  1.1e140,  1e200};
    static const double beside[] = {-1e-3, -1e-6, -3e-9, -5e-10, -5e-11, 0, 5e-11, 5e-10, 3e-9, 1e-6, 1e-3};
    static const double biases[] = {0, 1e-15, 1e-9, 1e-4, 30, 1e5, 1e10, 3e14};
    for (size_t a = 0; a < act_count && acts[a].kind != WI_ACT_CUSTOM; a++) {
        double weight = -1, q = -1;
        for (size_t i = 0; i < WI_COUNT(qs); i++) {
            wi_signal at;
            memset(&at, 0, sizeof at);
            at.q = qs[i];
            at.correlation = (i + a) % (i < 6 ? 3 : 12) == 0 ? 0.3 : 1; /* a pair of wide ones takes long */
            at = wi_signal_step(acts[a], 1.4, 0, at);
            put(wi_act_name(acts[a]), &at, 8);
        }
        wi_status status = wi_critical(acts[a], 0, &weight, &q);
        for (size_t i = a % 3; i < WI_COUNT(beside); i += 3) {
            wi_signal at = wi_signal_fixed_point(acts[a], fabs(weight) * (1 + beside[i]), 0);
            put(wi_status_name(status), &at, 5);
        }
        for (size_t i = 0; i < 2; i++) { /* the largest q that is looked for */
            wi_signal at = wi_signal_fixed_point(acts[a], fabs(weight) * (1 - 1e-6), i ? 1e35 : 1e33);
            record("%.4g %.4g", so_far(at.q), so_far(at.chi));
        }
        for (size_t i = 0; i < WI_COUNT(biases); i++) {
            status = wi_critical(acts[a], biases[i], &weight, &q);
            record("%s %.6g %.6g", wi_status_name(status), so_far(weight), so_far(q));
        }
    }
    record_group("far");
}

/* What is refused; and a slope that is none. */
static void test_refused(void)
{
    const double odd[8] = {1, -1, (double)NAN, (double)INFINITY, -(double)INFINITY, 0, 1e300, 1e-300};
    wi_act more[6] = {wi_custom("wrong", cube, bent_slope, 0.2), wi_custom("pole", pole, pole, 0.3),
                      wi_custom("nothing", nothing, nothing, 2), wi_custom("no slope", cube, NULL, 1),
                      wi_custom("no value", NULL, cube, 1),      wi_relu()};
    more[5].kind = 99;
    for (size_t i = 0; i < 8; i++)
        for (size_t j = 0; j < 8; j++) {
            wi_signal at;
            double weight = -1, q = -1;
            memset(&at, 0, sizeof at);
            wi_act act = (i + j) % 2 ? wi_tanh() : wi_relu();
            wi_moments m = wi_act_moments(act, odd[i], odd[j]);
            record("%d %.6g", isnan(m.mean) ? 1 : 0, isnan(m.second) ? 0 : so_far(m.second));
            at.q = odd[i];
            at.correlation = odd[j];
            at = wi_signal_step(act, 1, 0, at);
            put("state", &at, 6);
            at.q = 1;
            at.correlation = 0.5;
            at = wi_signal_step(act, odd[i], odd[j], at);
            put("variances", &at, 6);
            if (fabs(odd[i]) < 1e10 && fabs(odd[j]) < 1e10) {
                at = wi_signal_fixed_point(act, odd[i], odd[j]);
                put("end", &at, 6);
            }
            wi_status status = wi_critical(act, odd[i], j ? &weight : NULL, j != 1 ? &q : NULL);
            record("%s %.6g %.6g", wi_status_name(status), so_far(weight), so_far(q));
        }
    for (size_t a = 0; a < act_count + WI_COUNT(more); a++) {
        wi_error error;
        memset(&error, 0, sizeof error);
        const wi_act *act = a < act_count ? &acts[a] : &more[a - act_count];
        wi_status status = wi_act_check(*act, &error);
        record("%s %s", wi_status_name(status), error.text);
        CHECK_STATUS(wi_act_check(*act, NULL), status);
        for (size_t i = 1; i < 5; i++) {
            wi_moments m = wi_act_moments(*act, 0.3, odd[i]);
            CHECK(isnan(m.mean) && isnan(m.second) && isnan(m.slope_mean) && isnan(m.slope_second));
            m = wi_act_moments(*act, odd[i == 1 ? 2 : i], 1);
            CHECK(isnan(m.mean) && isnan(m.second) && isnan(m.slope_mean) && isnan(m.slope_second));
        }
        if (a < act_count) continue;
        wi_signal at;
        memset(&at, 0, sizeof at);
        at.q = act->f == pole ? 0 : 1;
        at.correlation = 0.5;
        at = wi_signal_step(*act, 1, 0.1, at);
        put("a step", &at, 6);
        wi_moments m = wi_act_moments(*act, 0.1, 1);
        record("%d %d %d %d", isnan(m.mean) ? 1 : 0, isnan(m.second) ? 1 : 0, isnan(m.slope_mean) ? 1 : 0,
               isnan(m.slope_second) ? 1 : 0);
    }
    record_group("refused");
}

int main(int argc, char **argv)
{
#if !(defined(__x86_64__) || defined(_M_X64)) || defined(__FMA__)
    CHECK_SKIP("numbers of a processor that rounds a product before it is added");
    return check_done();
#endif
    record_open("tests/golden/theory.txt", argc, argv);
    collect();
    test_moments();
    test_inside();
    test_hidden();
    test_chance();
    test_steps();
    test_ends();
    test_far();
    test_refused();
    return record_done();
}
