/* Fuzz the IDX reader: the first two bytes say how many of the others are images; the rest are labels. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "take.h"

static void fuzz(const uint8_t *bytes, size_t size)
{
    wi_data data;
    wi_error error;
    if (size < 2) return;
    size_t images = (size_t)bytes[0] << 8 | bytes[1], rest = size - 2;
    if (images > rest) images = rest;

    /* Blocks of their own, so that a read past either end is seen. */
    uint8_t *a = (uint8_t *)malloc(images + 1), *b = (uint8_t *)malloc(rest - images + 1);
    memcpy(a, bytes + 2, images);
    memcpy(b, bytes + 2 + images, rest - images);
    memset(&error, 0, sizeof error);
    wi_status status = wi_data_parse_idx(&data, a, images, b, rest - images, &error);
    free(a);
    free(b);
    if (status != WI_OK) {
        if (error.status != status || error.text[0] == 0) __builtin_trap();
        return;
    }
    double ones = 0;
    for (size_t i = 0; i < data.y.rows * data.y.cols; i++) ones += (double)data.y.data[i];
    if (ones != (double)data.x.rows || wi_stats_of(data.x.data, data.x.rows * data.x.cols).nonfinite > 0) __builtin_trap();
    wi_data_destroy(&data);
}
