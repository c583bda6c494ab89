/* The engine of the live figures, compiled for this machine: what tests/live/engine.mjs compares the page's
   with. Reads networks from standard input, each a line "SEED GAIN ALPHA BIAS" and the network's lines, ended
   by an empty one; prints for each the hash of its weights, the hash with the gain, and the rms that theory
   expects of each weight layer. Fails where the short ways for plain stacks and the header's long ones part:
   theory against wi_net_theory(), gradients in the signals against wi_net_backward(); and where the engine's
   strtod() or qsort() does other than this machine's. */
#define LIVE_LINKED
#include "../../docs/live/live.c"
#include <stdio.h>
#define strtod small_strtod
#define qsort small_qsort
#include "../../docs/live/libc.c"
#undef strtod
#undef qsort
double strtod(const char *text, char **end);

/* The largest relative difference of the two theories; 0 where the short one does not apply. */
static double part(double gain)
{
    static wi_signal brief[MOST_LAYERS], full[MOST_LAYERS];
    double most = 0;

    if (!short_theory(gain, brief)) return 0.0;
    for (size_t l = 0; l + 1 < m->net.layer_count; l++)
        if (weighs(m->net.layers + l))
            m->net.layers[l].desc.weights = wi_gained(m->net.layers[l].desc.weights, gain);
    if (wi_net_theory(&m->net, 1.0, full) != WI_OK) return 1.0;
    for (size_t l = 0; l < m->net.layer_count; l++) {
        most = fmax(most, fabs(brief[l].act_second / full[l].act_second - 1.0));
        most = fmax(most, fabs(brief[l].backward / full[l].backward - 1.0));
    }
    return most;
}

/* Layers whose dpre in the look just had is not, to the last bit, that of wi_net_backward(). */
static size_t other_gradients(void)
{
    wi_net *net = &m->net;
    wi_mat x = wi_mat_view(m->x, net->batch, net->inputs);
    wi_mat dy = wi_mat_rows(net->layers[net->layer_count - 1].dpost, 0, net->batch);
    wi_real *seen[MOST_LAYERS];
    size_t other = 0;

    for (size_t l = 0; l < net->layer_count; l++) {
        size_t values = net->batch * net->layers[l].outputs;
        seen[l] = reals(values);
        memcpy(seen[l], net->layers[l].dpre.data, values * sizeof(wi_real));
        if (l + 1 < net->layer_count) memset(net->layers[l].dpre.data, 1, values * sizeof(wi_real));
    }
    if (wi_net_backward(net, x, dy) != WI_OK) other++;
    for (size_t l = 0; l < net->layer_count; l++) {
        size_t values = net->batch * net->layers[l].outputs;
        other += memcmp(seen[l], net->layers[l].dpre.data, values * sizeof(wi_real)) != 0;
        free(seen[l]);
    }
    return other;
}

/* Numbers of which the engine's strtod() makes another double than this machine's: digits at random, and
   middles of two doubles, to the last digit and a little off. */
static int other_numbers(void)
{
    wi_rng rng = wi_rng_make(7);
    int other = 0;

    for (int i = 0; i < 3000; i++) {
        static char number[2400], shown[2400];
        int n = 0, e, digits = 1 + (int)wi_rng_below(&rng, i % 50 ? 40 : 770);
        if (i % 2) {
            int range = i % 3 ? 700 : 60;
            while (n < digits) number[n++] = (char)('0' + (i % 7 || n < 4 ? wi_rng_below(&rng, 10) : 0));
            e = (int)wi_rng_below(&rng, (uint64_t)range) - range / 2 - digits / 2;
        } else {
            uint64_t bits = wi_rng_below(&rng, UINT64_C(0x7FE) << (i % 4 ? 52 : 40)), next = bits + 1;
            double low, high;
            memcpy(&low, &bits, sizeof low);
            memcpy(&high, &next, sizeof high);
            sprintf(shown, "%.1100Le", ((long double)low + (long double)high) / 2);
            for (const char *p = shown; *p != 'e'; p++) if (*p != '.') number[n++] = *p;
            while (n > 1 && number[n - 1] == '0') n--;
            e = atoi(strchr(shown, 'e') + 1) - (n - 1);
            if (i % 3 == 0 && number[n - 1] < '9') number[n - 1]++;
            if (n > 770) continue;
        }
        sprintf(number + n, "e%d", e);
        double mine = small_strtod(number, NULL), right = strtod(number, NULL);
        if (!memcmp(&mine, &right, sizeof mine)) continue;
        fprintf(stderr, "%s: %a, not %a\n", number, mine, right);
        other++;
    }
    return other;
}

static int ascending(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

/* Lists of 0 to 99 numbers, many of them equal, that the engine's qsort() leaves in another order than this
   machine's. */
static int other_orders(void)
{
    wi_rng rng = wi_rng_make(8);
    int other = 0;

    for (size_t n = 0; n < 100; n++) {
        double mine[100], right[100];
        for (size_t i = 0; i < n; i++) mine[i] = right[i] = (double)wi_rng_below(&rng, 40) - 20.0;
        small_qsort(mine, n, sizeof *mine, ascending);
        qsort(right, n, sizeof *right, ascending);
        other += memcmp(mine, right, n * sizeof *mine) != 0;
    }
    if (other) fprintf(stderr, "%d lists are not sorted\n", other);
    return other;
}

int main(void)
{
    char line[256];
    unsigned seed;
    double gain, alpha, bias;
    int failures = other_numbers() + other_orders();

    while (fgets(line, sizeof line, stdin)
           && sscanf(line, "%u %lf %lf %lf", &seed, &gain, &alpha, &bias) == 4) {
        text[0] = '\0';
        while (fgets(line, sizeof line, stdin) && line[0] != '\n') strcat(text, line);
        if (live_net(8, seed) < 0) return fprintf(stderr, "%s\n", said), 1;
        (void)live_hash();
        printf("%.0f", results[0]);
        int count = live_look(gain, alpha, bias, 1);
        if (other_gradients()) failures++, fprintf(stderr, "other gradients:\n%s\n", text);
        double expected[MOST_LAYERS];
        int layers = count / 71;
        for (int l = 0; l < layers; l++) expected[l] = results[71 * l + 1];
        (void)live_hash();
        printf(" %.0f", results[0]);
        for (int l = 0; l < layers; l++) printf(" %.17g", expected[l]);
        printf("\n");
        double apart = part(gain);
        if (apart > 1e-6) failures++, fprintf(stderr, "the two theories part by %g:\n%s\n", apart, text);
    }
    return failures != 0;
}
