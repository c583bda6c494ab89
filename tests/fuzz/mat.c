/* Fuzz matrix views: any steps, transposed, overlapping. What wi_mat_mul() accepts it computes, and touches nothing else. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "take.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { ROOM = 1024 };

static wi_mat take_view(take *t, wi_real *room, int *fits)
{
    wi_mat m;
    m.rows = take_size(t, 12, 1);
    m.cols = take_size(t, 12, 1);
    m.row_step = take_size(t, 14, 1);
    m.col_step = take_size(t, 14, 1);
    size_t at = take_size(t, 8, 0), last = 0;
    m.data = take_byte(t) % 32 == 0 ? NULL : room + at;
    if (m.rows && m.cols && (m.rows > ROOM || m.cols > ROOM || m.row_step > ROOM || m.col_step > ROOM)) *fits = 0;
    else if (m.rows && m.cols) last = at + (m.rows - 1) * m.row_step + (m.cols - 1) * m.col_step;
    if (last >= ROOM) *fits = 0;
    return m;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static wi_real rooms[3][ROOM], kept[ROOM];
    take t;
    int fits = 1;
    t.bytes = bytes;
    t.size = size;
    for (size_t i = 0; i < ROOM; i++) for (size_t r = 0; r < 3; r++) rooms[r][i] = (wi_real)((double)((i * 7 + r * 3) % 11) - 5);
    memcpy(kept, rooms[0], sizeof kept);
    wi_mat out = take_view(&t, rooms[0], &fits), a = take_view(&t, rooms[1], &fits), b = take_view(&t, rooms[2], &fits);
    int add = (int)(take_byte(&t) & 1);
    if (!fits) return 0;
    wi_status status = add ? wi_mat_mul_add(out, a, b) : wi_mat_mul(out, a, b);
    if (status != WI_OK) {
        if (memcmp(kept, rooms[0], sizeof kept) != 0) __builtin_trap();
    } else {
        /* Small whole numbers: every order of summation gives the same. */
        for (size_t i = 0; i < out.rows; i++)
            for (size_t j = 0; j < out.cols; j++) {
                size_t at = i * out.row_step + j * out.col_step + (size_t)(out.data - rooms[0]);
                double sum = add ? (double)kept[at] : 0;
                for (size_t k = 0; k < a.cols; k++)
                    sum += (double)a.data[i * a.row_step + k * a.col_step] * (double)b.data[k * b.row_step + j * b.col_step];
                if ((double)rooms[0][at] != sum) __builtin_trap();
                kept[at] = rooms[0][at];
            }
        if (memcmp(kept, rooms[0], sizeof kept) != 0) __builtin_trap();
    }
    double values[64];
    if (a.rows <= 64 && a.cols <= 64) (void)wi_mat_svd_values(a, values);
    return 0;
}
