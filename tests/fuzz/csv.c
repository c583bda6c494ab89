/* Fuzz the CSV reader: the first byte says how many columns are labels. What it reads can be written, read again, and
   made ready for training. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "take.h"

static void write_and_read(wi_mat m)
{
    static char text[256 * 32];
    wi_data again;
    size_t length;
    if (wi_mat_write_csv(m, NULL, text, sizeof text, &length) != WI_OK) __builtin_trap();
    if (wi_data_parse_csv(&again, text, length, 0, NULL) != WI_OK) __builtin_trap();
    if (again.x.rows != m.rows || again.x.cols != m.cols) __builtin_trap();
    if (memcmp(again.x.data, m.data, m.rows * m.cols * sizeof *m.data) != 0) __builtin_trap();
    wi_data_destroy(&again);
}

static void fuzz(const uint8_t *bytes, size_t size)
{
    wi_data data;
    wi_prepared ready;
    wi_error error;
    if (size == 0) return;
    memset(&error, 0, sizeof error);
    wi_status status = wi_data_parse_csv(&data, (const char *)bytes + 1, size - 1, bytes[0] % 8, &error);
    if (status != WI_OK) {
        if (error.status != status || error.text[0] == 0) __builtin_trap();
        return;
    }
    /* Every number is finite, and the set can be used. */
    size_t count = data.x.rows * data.x.cols;
    if (wi_stats_of(data.x.data, count).nonfinite > 0) __builtin_trap();
    if (count <= 256 && bytes[0] & 8) write_and_read(data.x);
    if (wi_data_one_hot(&data, &error) == WI_OK && data.y.cols < 64 &&
        wi_data_prepare(&ready, &data, 0.5, bytes[0], &error) == WI_OK) wi_prepared_destroy(&ready);
    wi_data_destroy(&data);
}
