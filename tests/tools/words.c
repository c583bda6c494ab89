/* Write random words without end, as the bits that wi_fill() turns into weights, for a battery of tests to read:
   one stream after the other, 2^20 words of each, as layers would use them. The argument is the seed. */
#define WINIT_IMPLEMENTATION
#include "winit.h"

int main(int argc, char **argv)
{
    static uint32_t word[4096];
    wi_rng root = wi_rng_make(argc > 1 ? strtoull(argv[1], NULL, 10) : 1);
    uint64_t layer;
    for (layer = 0;; layer++) {
        wi_rng rng = wi_rng_split(root, layer);
        for (rng.index = 0; rng.index < (uint64_t)1 << 20; rng.index += WI_COUNT(word)) {
            size_t i;
            for (i = 0; i < WI_COUNT(word); i += 4) wi_impl_philox(word + i, rng.seed, rng.stream, (rng.index + i) / 4);
            if (fwrite(word, sizeof word, 1, stdout) != 1) return 0;
        }
    }
}
