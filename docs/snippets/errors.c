/* Shown by the how-to pages; compiled and run by `make check-docs`. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <stdio.h>

int main(void)
{
    //! [errors]
    wi_data data;
    wi_error error;
    wi_status status = wi_data_load_csv(&data, "no-such-file.csv", 1, &error);
    if (status != WI_OK) fprintf(stderr, "%s: %s\n", wi_status_name(status), error.text);
    //! [errors]
    return status == WI_ERR_IO && error.status == WI_ERR_IO ? 0 : 1;
}
