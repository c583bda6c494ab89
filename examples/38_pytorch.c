/* 38_pytorch.c
   title:    To PyTorch and back
   question: How do weights travel between this library and PyTorch?
   level:    2
   claims:   -
   figure:   none
   shows:    a network saved as safetensors, the tensors the file holds under the names that
             torch.nn.Sequential gives, and the same network read back: equal to the last bit

   In Python the file is read by
       model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 16),
       nn.Tanh(), nn.Linear(16, 10))
       model.load_state_dict(safetensors.torch.load_file("38_pytorch.safetensors"))
   and safetensors.torch.save_file(model.state_dict(), path) writes one that wi_net_load() reads.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "terminal.h"

/* Print the tensors of a safetensors file: its header is JSON,
   "name":{"dtype":"F32","shape":[4,1,3,3],...}. */
static void print_tensors(const unsigned char *file)
{
    const char *header = (const char *)file + 8;
    size_t length = 0;

    for (int i = 7; i >= 0; i--) length = length << 8 | file[i];
    for (const char *at = header; at < header + length; at++) {
        int name_length;
        if (strncmp(at, "\":{\"dtype\"", 10) != 0) continue;
        for (name_length = 0; at[-1 - name_length] != '"'; name_length++) {}
        const char *shape = strchr(strstr(at, "\"shape\""), '[');
        printf("  %-10.*s %.*s\n", name_length, at - name_length, (int)(strchr(shape, ']') - shape) + 1,
               shape);
    }
}

int main(void)
{
    static unsigned char file[1 << 16];
    const wi_layer_desc layers[] = { wi_layer_conv2d(4, 3, wi_relu()), wi_layer_max_pool(2),
                                     wi_layer_dense(16, wi_tanh()), wi_layer_dense(10, wi_linear()) };
    wi_net_desc shape = { .channels = 1,
                          .height = 8,
                          .width = 8,
                          .layers = layers,
                          .layer_count = WI_COUNT(layers),
                          .max_batch = 1,
                          .seed = 38 };
    const char *path = "build/results/38_pytorch.safetensors";
    wi_net net, back;
    wi_error error;
    size_t size;

    if (wi_net_create(&net, &shape, &error) != WI_OK) return fprintf(stderr, "%s\n", error.text), 1;
    shape.seed = 1;                                     /* other weights, to be overwritten */
    if (wi_net_create(&back, &shape, &error) != WI_OK) return fprintf(stderr, "%s\n", error.text), 1;

    /* [save] */
    if (wi_net_write(&net, file, sizeof file, &size) != WI_OK) return 1;
    if (wi_net_read(&back, file, size, &error) != WI_OK)
        return fprintf(stderr, "%s\n", error.text), 1;
    /* [save] */
    int equal = memcmp(net.params, back.params, net.param_count * sizeof *net.params) == 0;
    printf("%zu parameters, %zu bytes, %s\n", net.param_count, size,
           equal ? "read back equal to the last bit" : "NOT EQUAL");
    print_tensors(file);

    /* A file that was cut short is refused in a sentence, and the network stays as it was. */
    wi_status cut = wi_net_read(&back, file, size - 1, &error);
    printf("one byte short: %s\n", error.text);
    int kept = memcmp(net.params, back.params, net.param_count * sizeof *net.params) == 0;

    if (wi_net_save(&net, path, &error) == WI_OK) printf("saved: %s\n", path);
    else printf("not saved: %s\n", error.text);
    wi_net_destroy(&net);
    wi_net_destroy(&back);
    return term_claim(equal && cut == WI_ERR_FORMAT && kept, "weights survive the journey bit by bit");
}
