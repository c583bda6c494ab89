/* The engine of the live figures, compiled for this machine: what tests/live/engine.mjs compares the page's
   with. Reads networks from standard input, each a line "SEED GAIN ALPHA" and the network's lines, ended by
   an empty one; prints for each the hash of its weights, the hash with the gain, and the rms that theory
   expects of each weight layer. Fails where the short theory for plain stacks and wi_net_theory() part. */
#define LIVE_LINKED
#include "../../docs/live/live.c"
#include <stdio.h>

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

int main(void)
{
    char line[256];
    unsigned seed;
    double gain, alpha;
    int failures = 0;

    while (fgets(line, sizeof line, stdin) && sscanf(line, "%u %lf %lf", &seed, &gain, &alpha) == 3) {
        text[0] = '\0';
        while (fgets(line, sizeof line, stdin) && line[0] != '\n') strcat(text, line);
        if (live_net(8, seed) < 0) return fprintf(stderr, "%s\n", said), 1;
        (void)live_hash();
        printf("%.0f", results[0]);
        int count = live_look(gain, alpha);
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
