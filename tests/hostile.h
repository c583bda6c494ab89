/* hostile.h: macros that other people's headers leave behind, so that `make test` compiles winit.h after
   them. Standard headers come first: what a macro does to those is its owner's affair. */
#include <assert.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif
#if defined(__aarch64__)
#include <arm_neon.h>
#endif
#ifdef _OPENMP
#include <omp.h>
#endif

/* <windows.h> and the headers it brings */
#define near
#define far
#define NEAR
#define FAR
#define IN
#define OUT
#define OPTIONAL
#define CONST const
#define VOID void
#define small char
#define hyper __int64
#define interface struct
#define cdecl
#define pascal
#define TRUE 1
#define FALSE 0
#define ERROR 0
#define STRICT 1
#define DIFFERENCE 11
#define IGNORE 0
#define INFINITE 0xFFFFFFFF
#define DELETE (0x00010000L)
#define TRANSPARENT 1
#define OPAQUE 2
#define ABSOLUTE 1
#define RELATIVE 2
#define THIS_ this
#define grp1 0x0430
#define rad1 0x0420
#define stc1 0x0440
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define CopyFile CopyFileA
#define GetMessage GetMessageA

/* Xlib */
#define None 0L
#define Bool int
#define Status int
#define True 1
#define False 0
#define Success 0
#define Always 2
#define Above 0
#define Below 1
#define Unsorted 0
#define Complex 0
#define Convex 2
#define Expose 12
#define KeyPress 2
#define CursorShape 0
#define GrabModeSync 0
#define ControlMask (1 << 2)
#define Button1 1

/* <complex.h>, <termios.h>, the <ctype.h> of newlib and others, <sys/types.h>, <math.h> of System V */
#define I _Complex_I
#define complex _Complex
#define imaginary _Imaginary
#define B0 0
#define B50 1
#define B110 3
#define ECHO 8
#define _U 01
#define _L 02
#define _N 04
#define _S 010
#define _P 020
#define _C 040
#define _X 0100
#define _B 0200
#define major(x) ((x) >> 8)
#define minor(x) ((x) & 255)
#define unix 1
#define linux 1
#define DOMAIN 1
#define SING 2
#define OVERFLOW 3
#define UNDERFLOW 4
#define TLOSS 5
#define PLOSS 6
#define HUGE 3.4e38
#define PI 3.14159265
#define E 2.71828183

/* Arduino */
#define F(x) x
#define bit(b) (1UL << (b))
#define sq(x) ((x) * (x))
#define abs(x) ((x) > 0 ? (x) : -(x))
#define round(x) ((x) >= 0 ? (long)((x) + 0.5) : (long)((x) - 0.5))
#define word(...) makeWord(__VA_ARGS__)
#define constrain(x, a, b) ((x) < (a) ? (a) : (x))
#define radians(d) ((d) * 0.0174533)
#define degrees(r) ((r) * 57.29578)
#define lowByte(w) ((uint8_t)((w) & 0xff))
#define highByte(w) ((uint8_t)((w) >> 8))
#define interrupts() sei()
#define HIGH 1
#define LOW 0
#define INPUT 0
#define OUTPUT 1
#define DEFAULT 1
#define EXTERNAL 0
#define HALF_PI 1.57079633

/* Qt, AssertMacros.h, and what programs define for themselves */
#define slots
#define signals public
#define emit
#define foreach for
#define check(x) assert(x)
#define verify(x) assert(x)
#define require(x) assert(x)
#define nil NULL
#define unused __attribute__((unused))
#define noinline __attribute__((noinline))
#define always_inline inline
#define aligned(n) __attribute__((aligned(n)))
#define packed __attribute__((packed))
#define cold
#define target(x)
#define format(x, y, z)
#define likely(x) __builtin_expect(!!(x), 1)
#define COUNT(a) (sizeof(a) / sizeof *(a))
#define SWAP(a, b) ((a) ^= (b))
#define ARRAY_SIZE(a) 1
#define MIN(a, b) 0
#define MAX(a, b) 0
#define DEBUG 1
#define EPS 1e-6
#define EOL '\n'
#define N 10
#define M 20
#define K 30
#define D 40
#define T 50
#define S 60
#define R 70
#define W 80
#define X 90
#define Y 100
#define Z 110
