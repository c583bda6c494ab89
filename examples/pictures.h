/* pictures.h - pictures as data, and numbers as pictures, for the examples

   By Sean Barrett's stb_image.h and stb_image_write.h (Debian: libstb-dev), which are compiled here where
   they are found; PIC_HAVE_STB is 1 then, and without them there is nothing in this file. Include it behind
   winit.h:

       wi_image shape = { 1, 0, 0 };                     // gray, as large as the picture is
       wi_data  data;
       wi_error error;

       if (pic_load(&data, "mine.png", &shape, &error) != WI_OK) return fail(error.text);
       // data.x is [1][shape.height * shape.width], from 0, black, to 1, white
       wi_data_destroy(&data);

   Like all that winit.h does, these calls return a status with a sentence, and leave results alone when they
   fail. C99 with <stdio.h> and <math.h>.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#ifndef PICTURES_H
#define PICTURES_H

#if defined(__has_include) && !defined(__TINYC__)
#if __has_include(<stb/stb_image.h>) && __has_include(<stb/stb_image_write.h>)
#define PIC_HAVE_STB 1
#endif
#endif

#ifdef PIC_HAVE_STB
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__GNUC__) || defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wdouble-promotion"
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>
#if defined(__GNUC__) || defined(__clang__)
#pragma GCC diagnostic pop
#define PIC_API static __attribute__((unused))
#else
#define PIC_API static
#endif

/* wi_data_destroy() frees what these calls hand out. */
#ifdef WINIT_MALLOC
#define PIC_MALLOC(size)  WINIT_MALLOC(size)
#define PIC_FREE(pointer) WINIT_FREE(pointer)
#else
#define PIC_MALLOC(size)  malloc(size)
#define PIC_FREE(pointer) free(pointer)
#endif

typedef struct pic {
    unsigned char *rgba;        /* [height][width][4] */
    size_t height, width;
} pic;

/* "path: what" as a sentence. */
PIC_API wi_status pic_fail(wi_error *error, wi_status status, const char *path, const char *what)
{
    if (error) {
        size_t length = strlen(path);
        error->status = status;
        snprintf(error->text, sizeof error->text, "%s: %s", length > 100 ? path + length - 100 : path, what);
    }
    return status;
}

PIC_API wi_status pic_done(wi_error *error)
{
    if (error) memset(error, 0, sizeof *error);
    return WI_OK;
}

/* A set of n samples in one block, y zeroed. */
PIC_API wi_status pic_create(wi_data *out, size_t n, wi_image shape, size_t classes)
{
    double features = (double)shape.channels * (double)shape.height * (double)shape.width;
    if (!(((double)n * (features + (double)classes)) * sizeof(wi_real) < (double)(SIZE_MAX / 4)))
        return WI_ERR_SHAPE;
    size_t width = shape.channels * shape.height * shape.width,
           bytes = n * (width + classes) * sizeof(wi_real);
    wi_real *block = bytes > 0 ? (wi_real *)PIC_MALLOC(bytes) : NULL;
    if (!block) return WI_ERR_MEMORY;
    memset(block, 0, bytes);
    memset(out, 0, sizeof *out);
    out->x = wi_mat_view(block, n, width);
    out->y = wi_mat_view(block + n * width, n, classes);
    out->owned = block;
    return WI_OK;
}

PIC_API wi_status pic_open(pic *picture, const char *path, wi_error *error)
{
    int width = 0, height = 0, channels = 0;
    FILE *file = fopen(path, "rb");
    if (!file) return pic_fail(error, WI_ERR_IO, path, "cannot be opened");
    picture->rgba = stbi_load_from_file(file, &width, &height, &channels, 4);
    fclose(file);
    if (!picture->rgba) return pic_fail(error, WI_ERR_FORMAT, path, "no picture that can be read");
    picture->height = (size_t)height;
    picture->width = (size_t)width;
    return WI_OK;
}

/* A pixel's channel from 0 to 1, as seen on white paper; gray weighs the colours as the eye does (Rec.
   601). */
PIC_API double pic_pixel(const pic *picture, size_t row, size_t column, size_t channel, int gray)
{
    const unsigned char *p = picture->rgba + 4 * (row * picture->width + column);
    double value = gray ? 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2] : p[channel];
    return (value * p[3] / 255 + 255 - p[3]) / 255;
}

/* The mean over a part of the picture; bounds may lie between pixels, whose shares then count. */
PIC_API double pic_area(const pic *picture, double top, double bottom, double left, double right,
                        size_t channel, int gray)
{
    double sum = 0;
    for (size_t i = (size_t)top; i < picture->height && (double)i < bottom; i++)
        for (size_t j = (size_t)left; j < picture->width && (double)j < right; j++) {
            double high = fmin(bottom, (double)i + 1) - fmax(top, (double)i);
            double wide = fmin(right, (double)j + 1) - fmax(left, (double)j);
            sum += high * wide * pic_pixel(picture, i, j, channel, gray);
        }
    return sum / ((bottom - top) * (right - left));
}

/* Cut the part at (top, left), size[0] x size[1] pixels, and write it as one sample of a given shape. */
PIC_API void pic_cut(wi_real *out, const pic *picture, size_t top, size_t left, const size_t size[2],
                     wi_image shape)
{
    double high = (double)size[0] / (double)shape.height, wide = (double)size[1] / (double)shape.width;
    for (size_t c = 0; c < shape.channels; c++)
        for (size_t i = 0; i < shape.height; i++)
            for (size_t j = 0; j < shape.width; j++) {
                double y = (double)top + (double)i * high, x = (double)left + (double)j * wide;
                *out++ = (wi_real)pic_area(picture, y, y + high, x, x + wide, c, shape.channels == 1);
            }
}

/* Load a picture as a set of one sample, ink and paper as they are: black is 0 and white 1. Transparent parts
   are seen on white. shape says what to make of it, and what was made: channels 1 (or 0) for gray, 3 for red,
   green and blue; height and width, or 0 for the picture's own; each new pixel is the mean of the area it
   covers. */
PIC_API wi_status pic_load(wi_data *out, const char *path, wi_image *shape, wi_error *error)
{
    if (!out || !path || !shape || (shape->channels > 1 && shape->channels != 3))
        return pic_fail(error, WI_ERR_ARG, "pic_load", "an argument is NULL, or channels is not 1 or 3");
    pic picture;
    wi_status status = pic_open(&picture, path, error);
    if (status != WI_OK) return status;

    wi_data data;
    wi_image made = *shape;
    const size_t size[2] = { picture.height, picture.width };
    if (made.channels == 0) made.channels = 1;
    if (made.height == 0) made.height = picture.height;
    if (made.width == 0) made.width = picture.width;
    status = pic_create(&data, 1, made, 0);
    if (status == WI_OK) {
        pic_cut(data.x.data, &picture, 0, 0, size, made);
        *out = data;
        *shape = made;
    }
    stbi_image_free(picture.rgba);
    return status == WI_OK ? pic_done(error) : pic_fail(error, status, path, "no memory for so many pixels");
}

/* Take the next label: a class, -1 for a tile to leave out, -2 at the end of the text, -3 for no label. */
PIC_API int pic_label(const char **at)
{
    static const char classes[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    while (**at && strchr(" \t\r\n", **at)) ++*at;
    if (**at == 0) return -2;
    char c = *(*at)++;
    const char *found = strchr(classes, c);
    return c == '.' ? -1 : found ? (int)(found - classes) : -3;
}

/* Count tiles that have a label and classes, or say what does not fit. */
PIC_API wi_status pic_check(const pic *picture, const char *text, wi_image tile, const char *path,
                            size_t *samples, size_t *classes, wi_error *error)
{
    char what[160];
    if (picture->height % tile.height || picture->width % tile.width) {
        snprintf(what, sizeof what, "%lu x %lu pixels do not divide into tiles of %lu x %lu",
                 (unsigned long)picture->height, (unsigned long)picture->width, (unsigned long)tile.height,
                 (unsigned long)tile.width);
        return pic_fail(error, WI_ERR_SHAPE, path, what);
    }
    size_t tiles = picture->height / tile.height * (picture->width / tile.width), labels = 0;
    *samples = *classes = 0;
    for (int label; (label = pic_label(&text)) != -2; labels++) {
        snprintf(what, sizeof what, "label %lu is not 0-9, a-z or a dot", (unsigned long)labels + 1);
        if (label == -3) return pic_fail(error, WI_ERR_FORMAT, path, what);
        if (label >= 0) ++*samples;
        if (label >= (int)*classes) *classes = (size_t)label + 1;
    }
    if (labels == tiles && *samples > 0) return WI_OK;
    snprintf(what, sizeof what, "%lu tiles, but %lu labels, %lu of them classes", (unsigned long)tiles,
             (unsigned long)labels, (unsigned long)*samples);
    return pic_fail(error, WI_ERR_SHAPE, path, what);
}

/* Read a small text file whole, ended by a zero byte. */
PIC_API wi_status pic_text(char **text, const char *path, wi_error *error)
{
    FILE *file = fopen(path, "rb");
    long size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (size < 0) {
        if (file) fclose(file);
        return pic_fail(error, WI_ERR_IO, path, "cannot be read");
    }
    rewind(file);
    *text = (char *)PIC_MALLOC((size_t)size + 1);
    if (*text) (*text)[fread(*text, 1, (size_t)size, file)] = 0;
    fclose(file);
    return *text ? WI_OK : pic_fail(error, WI_ERR_MEMORY, path, "no memory to read it into");
}

/* Load a sheet: one picture, a grid of equal tiles, and a text file beside it with one character for each
   tile, row by row: 0 to 9, then a to z, name the class, and a dot leaves a tile out. White space does not
   count. x is [samples][channels * height * width], y [samples][largest class + 1], one-hot. */
PIC_API wi_status pic_load_sheet(wi_data *out, const char *path, const char *labels_path, wi_image tile,
                                 wi_error *error)
{
    if (tile.channels == 0) tile.channels = 1;
    if (!out || !path || !labels_path || tile.height == 0 || tile.width == 0 ||
        (tile.channels != 1 && tile.channels != 3))
        return pic_fail(error, WI_ERR_ARG, "pic_load_sheet",
                        "an argument is NULL, or the tile's size makes no sense");
    pic picture;
    size_t samples = 0, classes = 0;
    wi_data data;
    char *text;
    wi_status status = pic_text(&text, labels_path, error);
    if (status != WI_OK) return status;
    status = pic_open(&picture, path, error);
    if (status != WI_OK) {
        PIC_FREE(text);
        return status;
    }
    status = pic_check(&picture, text, tile, path, &samples, &classes, error);
    if (status == WI_OK && (status = pic_create(&data, samples, tile, classes)) != WI_OK)
        (void)pic_fail(error, status, path, "no memory for so many tiles");

    /* Tiles go from left to right, row by row, as the labels do. */
    const char *at = text;
    const size_t size[2] = { tile.height, tile.width };
    size_t columns = picture.width / tile.width;
    for (size_t t = 0, row = 0; status == WI_OK && row < samples; t++) {
        int label = pic_label(&at);
        if (label < 0) continue;
        pic_cut(data.x.data + row * data.x.row_step, &picture, t / columns * tile.height,
                t % columns * tile.width, size, tile);
        data.y.data[row++ * data.y.row_step + (size_t)label] = 1;
    }
    if (status == WI_OK) *out = data;
    stbi_image_free(picture.rgba);
    PIC_FREE(text);
    return status == WI_OK ? pic_done(error) : status;
}

/* The colour of a number between -1 and 1: blue, white, red; or black to white where there is nothing
   negative. */
PIC_API void pic_colour(unsigned char *rgb, double value, int negative)
{
    double fade = 1 - fabs(value), gray = negative ? fade : value;
    for (int c = 0; c < 3; c++) rgb[c] = (unsigned char)(255 * gray + 0.5);
    if (negative) rgb[value < 0 ? 2 : 0] = 255;
}

/* Save each row of a matrix as a small picture, all in one PNG: digits, weights, feature maps. Where no
   number is negative they run from black, 0, to white, the largest; else from blue over white, 0, to red. m
   is [tiles][channels * height * width]; each channel becomes a tile. */
PIC_API wi_status pic_save_tiles(wi_mat m, wi_image tile, const char *path, wi_error *error)
{
    size_t pixels = tile.height * tile.width, tiles = m.rows * tile.channels;
    double most = 0, least = 0;
    if (!m.data || !path) return pic_fail(error, WI_ERR_ARG, "pic_save_tiles", "m or path is NULL");
    if (tiles == 0 || pixels == 0 || m.cols / pixels != tile.channels || m.cols % pixels || m.cols > 1 << 24
        || tiles > 1 << 24)
        return pic_fail(error, WI_ERR_SHAPE, path, "the rows are no tiles of this size");
    for (size_t i = 0; i < m.rows * m.cols; i++) {
        double value = (double)m.data[i / m.cols * m.row_step + i % m.cols * m.col_step];
        if (!(fabs(value) <= 1e300))
            return pic_fail(error, WI_ERR_NUMERIC, path, "a number is NaN or infinite");
        most = fmax(most, fabs(value));
        least = fmin(least, value);
    }

    /* A grid as square as can be, with a gap of one gray pixel around each tile. */
    size_t columns = (size_t)ceil(sqrt((double)tiles)), width = columns * (tile.width + 1) + 1;
    size_t height = ((tiles - 1) / columns + 1) * (tile.height + 1) + 1;
    unsigned char *rgb = width * height < (1 << 29) ? (unsigned char *)PIC_MALLOC(3 * width * height) : NULL;
    if (!rgb) return pic_fail(error, WI_ERR_MEMORY, path, "no memory for a picture of that size");
    memset(rgb, 128, 3 * width * height);
    for (size_t i = 0; i < tiles * pixels; i++) {
        size_t t = i / pixels, p = i % pixels, column = t % tile.channels * pixels + p;
        size_t y = t / columns * (tile.height + 1) + 1 + p / tile.width;
        size_t x = t % columns * (tile.width + 1) + 1 + p % tile.width;
        double value = (double)m.data[t / tile.channels * m.row_step + column * m.col_step];
        pic_colour(rgb + 3 * (y * width + x), most > 0 ? value / most : 0, least < 0);
    }
    int ok = stbi_write_png(path, (int)width, (int)height, 3, rgb, (int)(3 * width));
    PIC_FREE(rgb);
    return ok ? pic_done(error) : pic_fail(error, WI_ERR_IO, path, "cannot be written");
}
#endif /* PIC_HAVE_STB */
#endif /* PICTURES_H */
