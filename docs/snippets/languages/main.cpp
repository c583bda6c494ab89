#include <cstdio>
#include <vector>
import winit;

int main()
{
    std::vector<float> weights(300 * 784);
    wi_rng rng = wi_rng_make(1);
    if (wi_fill(weights.data(), wi_dense(784, 300), wi_he_normal(), &rng) != wi_status{}) return 1;
    std::printf("%.9f\n", wi_stats_of(weights.data(), weights.size()).std);
}
