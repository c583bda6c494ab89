// tiny-dnn's weights by winit.h: c++ -std=c++14 -O2 -I. docs/snippets/dropin/tiny_dnn.cpp winit.o
#define CNN_NO_SERIALIZATION
#include <tiny_dnn/config.h>
#undef CNN_USE_GEMMLOWP   // Debian's package lacks that library's header
#include <tiny_dnn/tiny_dnn.h>
#include "winit.h"

//! [fill]
/* tiny-dnn calls back with a buffer and two fans. */
class by_winit : public tiny_dnn::weight_init::function {
public:
    by_winit(const char *recipe, uint64_t seed) : rng_(wi_rng_make(seed)) { ok_ = wi_recipe_named(recipe, &recipe_) == WI_OK; }
    void fill(tiny_dnn::vec_t *w, tiny_dnn::serial_size_t fan_in, tiny_dnn::serial_size_t fan_out) override
    {
        ok_ = ok_ && wi_fill_part(w->data(), 0, w->size(), wi_dense(fan_in, fan_out), recipe_, &rng_) == WI_OK;
        if (!ok_) throw tiny_dnn::nn_error("this recipe cannot fill by its fans alone");
        rng_.index += w->size();
    }
private:
    wi_recipe recipe_;
    wi_rng rng_;
    bool ok_;
};
//! [fill]

int main()
{
    tiny_dnn::network<tiny_dnn::sequential> net;
    net << tiny_dnn::fully_connected_layer<tiny_dnn::relu>(64, 300) << tiny_dnn::fully_connected_layer<tiny_dnn::softmax>(300, 10);
    net.weight_init(by_winit("he_normal", 1));
    net.init_weight();
    const tiny_dnn::vec_t &w = *net[0]->weights()[0];
    wi_stats stats = wi_stats_of(w.data(), w.size());
    std::printf("%zu weights, deviation %.4f, should be %.4f\n", w.size(), stats.std, wi_recipe_std(wi_he_normal(), wi_dense(64, 300)));
    return 0;
}
