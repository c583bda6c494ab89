/* Shown by the how-to pages; compiled and run by `make check-docs`. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <cstdio>

//! [raii]
class Network {
public:
    explicit Network(const wi_net_desc &desc) : net_(), error_()
    {
        if (wi_net_create(&net_, &desc, &error_) != WI_OK) net_ = wi_net();
    }
    ~Network() { wi_net_destroy(&net_); }
    Network(Network &&other) : net_(other.net_), error_(other.error_) { other.net_ = wi_net(); }
    Network(const Network &) = delete;
    Network &operator=(const Network &) = delete;
    bool ok() const { return net_.layers != nullptr; }
    const char *why() const { return error_.text; }
    wi_net *operator->() { return &net_; }
private:
    wi_net net_;
    wi_error error_;
};
//! [raii]

int main()
{
    const wi_layer_desc layers[] = { wi_layer_dense(16, wi_tanh()), wi_layer_dense(3, wi_linear()) };
    wi_net_desc desc = {};
    desc.inputs = 4;
    desc.layers = layers;
    desc.layer_count = WI_COUNT(layers);
    Network net(desc);
    if (!net.ok()) std::puts(net.why());
    return net.ok() && net->param_count == 16 * 4 + 16 + 3 * 16 + 3 ? 0 : 1;
}
