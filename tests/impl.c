/* The library with the counting allocator, compiled once for all tests of a column that need no private
   function. */
#include "fail_alloc.h"
fail_alloc_state fail_alloc = { 0, 0, 0, 0, SIZE_MAX, 0, 0, 0, 0 };
#define WINIT_IMPLEMENTATION
#include "winit.h"
#define WI_IMPL_INSIDE
#include "inside.h"
