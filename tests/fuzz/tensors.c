/* Fuzz the reader of other people's tensors, safetensors and npy: whatever is accepted must be readable to its last
   byte, in order of its names, and found by them; and what is written as npy is read as the same numbers. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "take.h"

static void npy(wi_real *numbers, size_t rows, size_t cols)
{
    static uint8_t file[1024];
    wi_real back[64];
    wi_tensors tensors;
    size_t length;
    if (wi_mat_write_npy(wi_mat_view(numbers, rows, cols), file, sizeof file, &length) != WI_OK) __builtin_trap();
    if (wi_tensors_parse(&tensors, file, length, NULL) != WI_OK || tensors.count != 1) __builtin_trap();
    if (tensors.items[0].dims != 2 || tensors.items[0].shape[0] != rows || tensors.items[0].shape[1] != cols) __builtin_trap();
    if (wi_tensor_get(tensors.items, back) != WI_OK || memcmp(back, numbers, rows * cols * sizeof *back) != 0) __builtin_trap();
    wi_tensors_destroy(&tensors);
}

static void fuzz(const uint8_t *bytes, size_t size)
{
    wi_tensors tensors;
    wi_error error;
    memset(&error, 0, sizeof error);
    wi_status status = wi_tensors_parse(&tensors, bytes, size, &error);
    if (status != WI_OK) {
        if (error.status != status || error.text[0] == 0) __builtin_trap();
        return;
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
        if (tensor->dims == 2 && tensor->count <= 64) npy(out, tensor->shape[0], tensor->shape[1]);
        free(out);
    }
    wi_tensors_destroy(&tensors);
}
