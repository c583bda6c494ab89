/* Fuzz the reader of models: what is refused leaves nothing behind and has a sentence; what is accepted predicts, and
   is written and read again as it was. Memory is limited, as on a small machine. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "take.h"

static void fuzz(const uint8_t *bytes, size_t size)
{
    wi_model model, again;
    wi_error error;
    size_t length;
    memset(&error, 0, sizeof error);
    wi_status status = wi_model_read(&model, bytes, size, &error);
    if (status != WI_OK) {
        if (error.status != status || error.text[0] == 0) __builtin_trap();
        return;
    }
    if (wi_model_write(&model, NULL, 0, &length, &error) != WI_OK) __builtin_trap();
    uint8_t *file = (uint8_t *)malloc(length);
    if (wi_model_write(&model, file, length, &length, &error) != WI_OK) __builtin_trap();
    if (wi_model_read(&again, file, length, &error) == WI_OK) {
        if (again.net.param_count != model.net.param_count || again.class_count != model.class_count) __builtin_trap();
        wi_model_destroy(&again);
    } else if (error.status != WI_ERR_MEMORY) {
        __builtin_trap();
    }
    if (model.net.inputs < 4096 && model.net.outputs < 4096 && model.net.memory < (1u << 20)) {
        wi_real *x = (wi_real *)calloc(model.net.inputs + model.net.outputs, sizeof *x);
        (void)wi_model_predict(&model, wi_mat_view(x, 1, model.net.inputs),
                               wi_mat_view(x + model.net.inputs, 1, model.net.outputs));
        free(x);
    }
    free(file);
    wi_model_destroy(&model);
}
