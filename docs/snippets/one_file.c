/* Shown by the how-to pages; compiled by `make check-docs`. */
//! [implementation]
#define WINIT_IMPLEMENTATION
#include "winit.h"
//! [implementation]
int main(void)
{
    return wi_version()[0] == '0' ? 0 : 1;
}
