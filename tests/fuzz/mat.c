/* Fuzz matrix views: any steps, transposed, overlapping. What wi_mat_mul() accepts it computes, and touches nothing else;
   what it refuses is one of those that its documentation names. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "take.h"

enum { ROOM = 512 };

static wi_real rooms[3][ROOM];

/* A view into room r, now and then into the first; *fits says whether it stays there. */
static wi_mat take_view(take *t, size_t r, int *fits)
{
    wi_mat m;
    m.rows = take_size(t, 12, 1);
    m.cols = take_size(t, 12, 1);
    m.row_step = take_size(t, 14, 1);
    m.col_step = take_size(t, 14, 1);
    size_t at = take_size(t, 128, 0), last = at;
    unsigned where = take_byte(t);
    m.data = where % 32 == 0 ? NULL : rooms[where % 8 == 1 ? 0 : r] + at;
    if (m.rows && m.cols && (m.rows > ROOM || m.cols > ROOM || m.row_step > ROOM || m.col_step > ROOM)) *fits = 0;
    else if (m.rows && m.cols) last = at + (m.rows - 1) * m.row_step + (m.cols - 1) * m.col_step;
    if (last >= ROOM) *fits = 0;
    return m;
}

static const wi_real *last_of(wi_mat m) { return m.data + (m.rows - 1) * m.row_step + (m.cols - 1) * m.col_step; }

/* Is out a place for a b? Element by element, and so for small views only. */
static wi_status judge(wi_mat out, wi_mat a, wi_mat b)
{
    char taken[ROOM] = {0};
    if (!out.data || !a.data || !b.data) return WI_ERR_ARG;
    if (!out.rows || !out.cols || !a.cols || a.rows != out.rows || b.cols != out.cols || a.cols != b.rows) return WI_ERR_SHAPE;
    for (size_t i = 0; i < out.rows; i++)
        for (size_t j = 0; j < out.cols; j++)
            if (taken[i * out.row_step + j * out.col_step]++) return WI_ERR_ARG;
    if (a.data <= last_of(out) && out.data <= last_of(a)) return WI_ERR_ARG;
    if (b.data <= last_of(out) && out.data <= last_of(b)) return WI_ERR_ARG;
    return WI_OK;
}

static void singular_values(wi_mat m)
{
    double values[64], sum = 0, squares = 0;
    size_t n = m.rows < m.cols ? m.rows : m.cols;
    if (n > 64 || wi_mat_svd_values(m, values) != WI_OK) return;
    for (size_t k = 0; k < n; k++) {
        if (!(values[k] >= 0) || (k > 0 && values[k] > values[k - 1])) __builtin_trap();
        squares += values[k] * values[k];
    }
    for (size_t i = 0; i < m.rows; i++) for (size_t j = 0; j < m.cols; j++) sum += pow((double)*wi_mat_at(m, i, j), 2);
    if (fabs(sum - squares) > 1e-9 * sum) __builtin_trap();
}

static void fuzz(const uint8_t *bytes, size_t size)
{
    static wi_real fresh[3][ROOM], kept[ROOM];
    take t;
    int fits = 1;
    t.bytes = bytes;
    t.size = size;
    for (size_t i = 0; fresh[0][0] == 0 && i < ROOM; i++)
        for (size_t r = 3; r-- > 0;) fresh[r][i] = (wi_real)((double)((i * 7 + r * 3) % 11) - 5);
    wi_mat out = take_view(&t, 0, &fits), a = take_view(&t, 1, &fits), b = take_view(&t, 2, &fits);
    unsigned how = take_byte(&t);
    int add = (int)(how & 1);
    memcpy(rooms, fresh, sizeof rooms);
    memcpy(kept, fresh[0], sizeof kept);
    if (!fits) {
        /* Past all memory: refused before a number is read, or not asked. */
        if (out.rows > SIZE_MAX / sizeof *out.data && wi_mat_mul(out, a, b) == WI_OK) __builtin_trap();
        return;
    }
    wi_status status = add ? wi_mat_mul_add(out, a, b) : wi_mat_mul(out, a, b);
    if (status != judge(out, a, b)) __builtin_trap();
    for (size_t i = 0; status == WI_OK && i < out.rows; i++)   /* small whole numbers: every order of summation gives the same */
        for (size_t j = 0; j < out.cols; j++) {
            size_t at = i * out.row_step + j * out.col_step + (size_t)(out.data - rooms[0]);
            wi_real sum = add ? kept[at] : 0;
            for (size_t k = 0; k < a.cols; k++) sum += a.data[i * a.row_step + k * a.col_step] * b.data[k * b.row_step + j * b.col_step];
            kept[at] = sum;
        }
    if (memcmp(kept, rooms[0], sizeof kept) != 0) __builtin_trap();
    if (how % 8 < 2 && a.data) singular_values(a);
}
