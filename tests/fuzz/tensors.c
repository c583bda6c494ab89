/* Fuzz the reader of other people's tensors, safetensors and npy: whatever is accepted must be readable to its last
   byte, in order of its names, and found by them. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    wi_tensors tensors;
    wi_error error;
    memset(&error, 0, sizeof error);
    wi_status status = wi_tensors_parse(&tensors, bytes, size, &error);
    if (status != WI_OK) {
        if (error.status != status || error.text[0] == 0) __builtin_trap();
        return 0;
    }
    for (size_t i = 0; i < tensors.count; i++) {
        const wi_tensor *tensor = &tensors.items[i];
        wi_shape shape;
        if (i > 0 && strcmp(tensors.items[i - 1].name, tensor->name) >= 0) __builtin_trap();
        if (wi_tensors_find(&tensors, tensor->name) != tensor) __builtin_trap();
        (void)wi_tensor_shape(tensor, &shape);
        if (tensor->dtype == WI_DTYPE_OTHER || tensor->count == 0) continue;
        if (tensor->count > size) __builtin_trap();
        wi_real *out = (wi_real *)malloc(tensor->count * sizeof *out);
        if (wi_tensor_get(tensor, out) != WI_OK) __builtin_trap();
        free(out);
    }
    wi_tensors_destroy(&tensors);
    return 0;
}
