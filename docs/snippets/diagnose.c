/* Shown by the how-to pages; compiled and run by `make check-docs`. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <stdio.h>

int main(void)
{
    const wi_layer_desc layers[] = { wi_layer_dense(64, wi_tanh()), wi_layer_dense(64, wi_tanh()), wi_layer_dense(3, wi_linear()) };
    const wi_net_desc desc = { .inputs = 2, .layers = layers, .layer_count = 3, .max_batch = 300 };
    wi_rng rng = wi_rng_make(1);
    wi_data data;
    wi_net net;
    if (wi_data_spirals(&data, 300, 3, 0.1, &rng) != WI_OK || wi_net_create(&net, &desc, NULL) != WI_OK) return 1;
    (void)wi_net_init_all(&net, wi_normal(0, 0.001), wi_zeros(), 1);
    //! [diagnose]
    wi_probe probe[3];                                     /* one for each layer of the network */
    if (wi_net_probe(&net, data.x, data.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probe) == WI_OK) {
        wi_verdict verdict = wi_probe_verdict(probe, 3);
        printf("%s: %s\n", wi_verdict_name(verdict), wi_verdict_advice(verdict));
    }
    //! [diagnose]
    int found = wi_probe_verdict(probe, 3) == WI_VERDICT_VANISHING;
    //! [check]
    wi_train_desc plan = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY, .opt = wi_momentum(0, 0.9), .steps = 400 };
    wi_check check;                                        /* a rate of 0: to be chosen */
    wi_error error;
    if (wi_train_check(&net, &data, &plan, 200, &check, &error) == WI_OK && !check.trains) {
        wi_mended mended;
        printf("%s\n%s\n", check.diagnosis.evidence, check.diagnosis.remedy);
        if (wi_train_mend(&net, &data, &plan, &check, &mended, &error) == WI_OK) {
            printf("done: %s\n", mended.done);
            wi_mended_destroy(&mended);
        }
    }
    //! [check]
    wi_net_destroy(&net);
    wi_data_destroy(&data);
    return found ? 0 : 1;
}
