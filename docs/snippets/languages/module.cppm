// winit as a C++20 module: import winit; gives all of it but the macros. The bodies come from a file of their own, as in C.
module;
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
export module winit;
export {
#include "winit.h"
}
