/* 14_images.c: examples/pictures.h, pictures in and out, where stb_image is installed (Debian: libstb-dev).
   @build no-tcc no-vectors */
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "examples/pictures.h"
#include "check.h"

#ifdef PIC_HAVE_STB
static char path[600], text_path[600];

static double at(wi_mat m, size_t i, size_t j)
{
    return (double)m.data[i * m.row_step + j * m.col_step];
}

static wi_image image_of(size_t channels, size_t height, size_t width)
{
    wi_image image;
    image.channels = channels;
    image.height = height;
    image.width = width;
    return image;
}

static void write_text(const char *text)
{
    FILE *file = fopen(text_path, "wb");
    if (!CHECK(file != NULL)) return;
    fputs(text, file);
    fclose(file);
}

static void test_load(void)
{
    /* 4 x 2 pixels: black, white, gray, red; then see-through black, half see-through black, blue, green. */
    static const unsigned char rgba[32] = { 0, 0, 0, 255, 255, 255, 255, 255, 51, 51, 51, 255, 255, 0, 0, 255,
                                            0, 0, 0, 0, 0, 0, 0, 128, 0, 0, 255, 255, 0, 255, 0, 255 };
    wi_data d;
    wi_error e;
    wi_image shape = image_of(0, 0, 0);
    CHECK(stbi_write_png(path, 4, 2, 4, rgba, 16));
    CHECK_OK(pic_load(&d, path, &shape, &e));
    CHECK_EQ(shape.channels, 1);
    CHECK_EQ(shape.height, 2);
    CHECK_EQ(shape.width, 4);
    CHECK_EQ(d.x.rows, 1);
    CHECK_EQ(d.x.cols, 8);
    CHECK_EQ(d.y.rows, 1);
    CHECK_EQ(d.y.cols, 0);
    const double gray[8] = { 0, 1, 0.2, 0.299, 1, 127.0 / 255, 0.114, 0.587 };
    for (size_t j = 0; j < 8; j++) CHECK_NEAR(at(d.x, 0, j), gray[j], 1e-6);
    wi_data_destroy(&d);

    shape = image_of(3, 0, 0);
    CHECK_OK(pic_load(&d, path, &shape, &e));
    CHECK_EQ(d.x.cols, 24);
    CHECK_NEAR(at(d.x, 0, 3), 1, 0);        /* red of the red pixel */
    CHECK_NEAR(at(d.x, 0, 8 + 3), 0, 0);    /* its green */
    CHECK_NEAR(at(d.x, 0, 16 + 6), 1, 0);   /* blue of the blue one */
    wi_data_destroy(&d);

    /* To a single pixel: the mean. To 1 x 8: each pixel twice. To 2 x 3: shares of pixels. */
    shape = image_of(1, 1, 1);
    CHECK_OK(pic_load(&d, path, &shape, &e));
    double mean = 0;
    for (size_t j = 0; j < 8; j++) mean += gray[j] / 8;
    CHECK_NEAR(at(d.x, 0, 0), mean, 1e-6);
    wi_data_destroy(&d);
    shape = image_of(1, 2, 8);
    CHECK_OK(pic_load(&d, path, &shape, &e));
    for (size_t j = 0; j < 16; j++) CHECK_NEAR(at(d.x, 0, j), gray[j / 2], 1e-6);
    wi_data_destroy(&d);
    shape = image_of(1, 2, 3);
    CHECK_OK(pic_load(&d, path, &shape, &e));
    CHECK_NEAR(at(d.x, 0, 0), (gray[0] + gray[1] / 3) * 0.75, 1e-6);
    CHECK_NEAR(at(d.x, 0, 1), (gray[1] * 2 / 3 + gray[2] * 2 / 3) * 0.75, 1e-6);
    wi_data_destroy(&d);

    /* What is no picture. */
    wi_data before;
    memset(&d, 0x5A, sizeof d);
    before = d;
    write_text("not a picture");
    CHECK_STATUS(pic_load(&d, text_path, &shape, &e), WI_ERR_FORMAT);
    CHECK_CONTAINS(e.text, "labels.txt: no picture that can be read");
    CHECK_STATUS(pic_load(&d, "no/such.png", &shape, &e), WI_ERR_IO);
    CHECK_STATUS(pic_load(NULL, path, &shape, &e), WI_ERR_ARG);
    CHECK_STATUS(pic_load(&d, NULL, &shape, &e), WI_ERR_ARG);
    CHECK_STATUS(pic_load(&d, path, NULL, &e), WI_ERR_ARG);
    shape.channels = 2;
    CHECK_STATUS(pic_load(&d, path, &shape, &e), WI_ERR_ARG);
    shape = image_of(1, SIZE_MAX, 2);
    CHECK_STATUS(pic_load(&d, path, &shape, &e), WI_ERR_SHAPE);
    CHECK_BYTES(&d, &before, sizeof d);
    CHECK_EQ(fail_alloc.live, 0);
}

static void test_sheet(void)
{
    /* Six tiles of 2 x 2, three in a row; tile t is of gray 40 t. */
    unsigned char pixels[4 * 6];
    wi_data d;
    wi_error e;
    wi_image tile = image_of(1, 2, 2);
    for (size_t i = 0; i < 24; i++) pixels[i] = (unsigned char)(40 * (i / 12 * 3 + i % 6 / 2));
    CHECK(stbi_write_png(path, 6, 4, 1, pixels, 6));
    write_text("01.\n 3a0\n");
    if (CHECK_OK(pic_load_sheet(&d, path, text_path, tile, &e))) {
        const size_t tiles[5] = { 0, 1, 3, 4, 5 }, classes[5] = { 0, 1, 3, 10, 0 };
        CHECK_EQ(d.x.rows, 5);
        CHECK_EQ(d.x.cols, 4);
        CHECK_EQ(d.y.cols, 11);
        for (size_t i = 0; i < 5; i++)
            for (size_t j = 0; j < 11; j++) {
                if (j < 4) CHECK_NEAR(at(d.x, i, j), (double)tiles[i] * 40 / 255, 1e-6);
                CHECK_NEAR(at(d.y, i, j), j == classes[i], 0);
            }
        wi_data_destroy(&d);
    }
    write_text("01.3a");
    CHECK_STATUS(pic_load_sheet(&d, path, text_path, tile, &e), WI_ERR_SHAPE);
    CHECK_CONTAINS(e.text, "tiles.png: 6 tiles, but 5 labels, 4 of them classes");
    write_text("......");
    CHECK_STATUS(pic_load_sheet(&d, path, text_path, tile, &e), WI_ERR_SHAPE);
    write_text("01?3a0");
    CHECK_STATUS(pic_load_sheet(&d, path, text_path, tile, &e), WI_ERR_FORMAT);
    CHECK_CONTAINS(e.text, "label 3 is not 0-9, a-z or a dot");
    tile.height = 3;
    CHECK_STATUS(pic_load_sheet(&d, path, text_path, tile, &e), WI_ERR_SHAPE);
    CHECK_CONTAINS(e.text, "4 x 6 pixels do not divide into tiles of 3 x 2");
    tile.height = 0;
    CHECK_STATUS(pic_load_sheet(&d, path, text_path, tile, &e), WI_ERR_ARG);
    tile.height = 2;
    CHECK_STATUS(pic_load_sheet(&d, path, "no/labels", tile, &e), WI_ERR_IO);
    CHECK_STATUS(pic_load_sheet(&d, "no/sheet", text_path, tile, &e), WI_ERR_IO);
    CHECK_STATUS(pic_load_sheet(NULL, path, text_path, tile, &e), WI_ERR_ARG);
    CHECK_EQ(fail_alloc.live, 0);

    /* Memory running out at every allocation of ours. */
    write_text("012345");
    for (size_t k = 0;; k++) {
        fail_alloc_start(k);
        wi_status status = pic_load_sheet(&d, path, text_path, tile, &e);
        if (!fail_alloc_stop()) {
            if (CHECK_OK(status)) wi_data_destroy(&d);
            break;
        }
        CHECK_STATUS(status, WI_ERR_MEMORY);
        CHECK_EQ(fail_alloc.live, 0);
    }
}

static void test_tiles(void)
{
    wi_real numbers[12] = { 0, 1, 2, 4, 0, 0, 0, 0, 4, 4, 4, 4 };
    wi_mat m = wi_mat_view(numbers, 3, 4);
    wi_error e;
    int width, height, channels;
    CHECK_OK(pic_save_tiles(m, image_of(1, 2, 2), path, &e));
    unsigned char *rgb = stbi_load(path, &width, &height, &channels, 3);
    if (CHECK(rgb != NULL)) {
        CHECK_EQ(width, 7);
        CHECK_EQ(height, 7);
        CHECK_EQ(channels, 3);
        CHECK_EQ(rgb[0], 128);                        /* the gap */
        CHECK_EQ(rgb[3 * (1 * 7 + 1)], 0);            /* tile 0: 0, 1, 2, 4 of 4 */
        CHECK_EQ(rgb[3 * (1 * 7 + 2)], 64);
        CHECK_EQ(rgb[3 * (2 * 7 + 1)], 128);
        CHECK_EQ(rgb[3 * (2 * 7 + 2)], 255);
        CHECK_EQ(rgb[3 * (4 * 7 + 1)], 255);          /* tile 2 stands in the second row */
        CHECK_EQ(rgb[3 * (4 * 7 + 4)], 128);          /* there is no tile 3 */
        stbi_image_free(rgb);
    }
    /* With negative numbers: red, white and blue. Two channels make two tiles. */
    numbers[1] = -4;
    CHECK_OK(pic_save_tiles(m, image_of(2, 1, 2), path, &e));
    rgb = stbi_load(path, &width, &height, &channels, 3);
    if (CHECK(rgb != NULL)) {
        CHECK_EQ(width, 10);                          /* six tiles, three in a row */
        CHECK_EQ(height, 5);
        const unsigned char want[9] = { 255, 255, 255, 0, 0, 255, 128, 128, 128 };
        CHECK_BYTES(rgb + 3 * (10 + 1), want, 9);     /* 0, -4, gap */
        const unsigned char red[6] = { 255, 128, 128, 255, 0, 0 };
        CHECK_BYTES(rgb + 3 * (10 + 4), red, 6);      /* 2, 4 */
        stbi_image_free(rgb);
    }
    CHECK_STATUS(pic_save_tiles(m, image_of(1, 2, 3), path, &e), WI_ERR_SHAPE);
    CHECK_STATUS(pic_save_tiles(wi_mat_view(numbers, 0, 4), image_of(1, 2, 2), path, &e), WI_ERR_SHAPE);
    CHECK_STATUS(pic_save_tiles(wi_mat_view(NULL, 3, 4), image_of(1, 2, 2), path, &e), WI_ERR_ARG);
    CHECK_STATUS(pic_save_tiles(m, image_of(1, 2, 2), NULL, &e), WI_ERR_ARG);
    CHECK_STATUS(pic_save_tiles(m, image_of(1, 2, 2), "no/such/tiles.png", &e), WI_ERR_IO);
    CHECK_CONTAINS(e.text, "no/such/tiles.png: cannot be written");
    numbers[5] = (wi_real)NAN;
    CHECK_STATUS(pic_save_tiles(m, image_of(1, 2, 2), path, &e), WI_ERR_NUMERIC);
    CHECK_CONTAINS(e.text, "a number is NaN or infinite");
    CHECK_EQ(fail_alloc.live, 0);
}
#endif

int main(void)
{
#ifdef PIC_HAVE_STB
    snprintf(path, sizeof path, "%s", check_path("tiles.png"));
    snprintf(text_path, sizeof text_path, "%s", check_path("labels.txt"));
    test_load();
    test_sheet();
    test_tiles();
#else
    CHECK_SKIP("no stb_image for this compiler: apt-get install libstb-dev");
#endif
    return check_done();
}
