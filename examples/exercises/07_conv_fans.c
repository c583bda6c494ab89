/* 07_conv_fans.c
   title:   Count the fans of a grouped convolution
   level:   2
   chapter: 27
   task:    A convolution has `in` channels, `out` filters, a kernel of kh x kw, and `groups` groups. How many
            inputs does one output pixel sum over (fan_in), and how many output pixels does one input pixel
            feed, at stride 1 (fan_out)?
   marks:   3 the kernel; 4 fan_in; 3 fan_out
   calls:   ; count
   check:   make check-07

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

/* ---- your part ---- */
static void my_fans(size_t in, size_t out, size_t kh, size_t kw, size_t groups, double *fan_in,
                    double *fan_out)
{
    (void)kh;
    (void)kw;
    (void)groups;
    *fan_in = (double)in;
    *fan_out = (double)out;
}
/* ---- end of your part ---- */

int main(void)
{
    static const size_t cases[][5] = { { 3, 16, 3, 3, 1 },   { 1, 6, 5, 5, 1 },   { 8, 4, 1, 7, 1 },
                                       { 64, 128, 1, 1, 1 }, { 32, 64, 3, 3, 4 }, { 32, 32, 3, 3, 32 } };
    double *fans = (double *)mark_shared(2 * sizeof *fans);
    for (size_t k = 0; k < WI_COUNT(cases); k++) {
        size_t m = 1 + mark_hidden() % 3,
               c[5] = { m * cases[k][0], m * cases[k][1], cases[k][2] + m - 1, cases[k][3], cases[k][4] };
        double want_in, want_out, taps = (double)(c[2] * c[3]);
        wi_shape shape = wi_conv2d(c[0], c[1], c[2], c[3]);
        shape.groups = c[4];
        wi_shape_fans(shape, &want_in, &want_out);
        mark_part("the kernel");
        if (MARK_CALL(my_fans(c[0], c[1], c[2], c[3], c[4], &fans[0], &fans[1]))) break;
        double in = fans[0], out = fans[1];
        printf("%zu -> %zu channels, %zux%zu, %zu groups: fan_in %g, fan_out %g\n", c[0], c[1], c[2], c[3],
               c[4], in, out);
        if (mark(in != want_in / taps || taps == 1,
                 "fan_in %g counts the channels, but each brings %zux%zu pixels", in, c[2], c[3]))
            break;
        mark_part("fan_in");
        if (mark(in == want_in, "fan_in is %g, not %g: a filter sees only the channels of its own group",
                 want_in, in))
            break;
        mark_part("fan_out");
        if (mark(
                out == want_out,
                "fan_out is %g, not %g: an input pixel feeds only the filters of its own group (PyTorch "
                "gets this one wrong too), "
                "at every tap",
                want_out, out))
            break;
    }
    return mark_end();
}
