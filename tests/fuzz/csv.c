/* Fuzz the CSV reader: the first byte says how many columns are labels. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    wi_data data;
    wi_error error;
    if (size == 0) return 0;
    memset(&error, 0, sizeof error);
    wi_status status = wi_data_parse_csv(&data, (const char *)bytes + 1, size - 1, bytes[0] % 8, &error);
    if (status != WI_OK) {
        if (error.status != status || error.text[0] == 0) __builtin_trap();
        return 0;
    }
    /* Every number is finite, and the set can be used. */
    if (wi_stats_of(data.x.data, data.x.rows * data.x.cols).nonfinite > 0) __builtin_trap();
    (void)wi_data_one_hot(&data, &error);
    wi_data_destroy(&data);
    return 0;
}
