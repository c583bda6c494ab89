/* libc.h: the declarations of a C library that Visual C++ would bring, so that clang for its target can compile
   winit.h where no such library is installed. tests/header.sh puts it behind each standard name. */
#ifndef LIBC_H
#define LIBC_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#define assert(ok) ((void)(ok))
extern int *_errno(void);
#define errno (*_errno())
#define EINTR 4
#define EACCES 13
#define EEXIST 17
#define EINVAL 22
#define ENAMETOOLONG 38
#define _O_RDONLY 0
#define _O_WRONLY 1
#define _O_CREAT 0x100
#define _O_EXCL 0x400
#define _O_BINARY 0x8000
#define _S_IREAD 0x100
#define _S_IWRITE 0x80

#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
double acos(double), asin(double), atan(double), cos(double), sin(double), tan(double), cosh(double), sinh(double);
double tanh(double), exp(double), exp2(double), expm1(double), log(double), log2(double), log10(double), log1p(double);
double sqrt(double), cbrt(double), floor(double), ceil(double), round(double), trunc(double), rint(double);
double fabs(double), erf(double), erfc(double), tgamma(double), lgamma(double), atan2(double, double);
double pow(double, double), fmod(double, double), hypot(double, double), fmax(double, double), fmin(double, double);
double copysign(double, double), nextafter(double, double), fma(double, double, double), ldexp(double, int);
double frexp(double, int *);
float cosf(float), sinf(float), tanhf(float), expf(float), logf(float), sqrtf(float), floorf(float), ceilf(float);
float fabsf(float), roundf(float), fmaxf(float, float), fminf(float, float), copysignf(float, float);
float nextafterf(float, float), fmaf(float, float, float);

typedef struct FILE FILE;
FILE *fopen(const char *, const char *), *_wfopen(const wchar_t *, const wchar_t *), *_fdopen(int, const char *);
void clearerr(FILE *);
int fclose(FILE *), fflush(FILE *), feof(FILE *), ferror(FILE *), fputc(int, FILE *), fputs(const char *, FILE *);
int fprintf(FILE *, const char *, ...), fseek(FILE *, long, int), remove(const char *), rename(const char *, const char *);
int _fileno(FILE *), _commit(int), _close(int), _getpid(void);
long long _filelengthi64(int);
intptr_t _get_osfhandle(int);
int _write(int, const void *, unsigned), _read(int, void *, unsigned);
int _wopen(const wchar_t *, int, ...), _wsopen(const wchar_t *, int, int, ...), _wremove(const wchar_t *), _wunlink(const wchar_t *), _unlink(const char *);
long ftell(FILE *);
size_t fread(void *, size_t, size_t, FILE *), fwrite(const void *, size_t, size_t, FILE *);

void *bsearch(const void *, const void *, size_t, size_t, int (*)(const void *, const void *));
void *malloc(size_t), free(void *), qsort(void *, size_t, size_t, int (*)(const void *, const void *));
char *getenv(const char *);
double strtod(const char *, char **);
int abs(int);

void *memcpy(void *, const void *, size_t), *memmove(void *, const void *, size_t), *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t), strcmp(const char *, const char *);
int strncmp(const char *, const char *, size_t);
size_t strlen(const char *), strspn(const char *, const char *), strcspn(const char *, const char *);
char *strcpy(char *, const char *), *strncpy(char *, const char *, size_t), *strcat(char *, const char *);
char *strerror(int);
#ifdef __cplusplus
} /* C++ has these by the constness of what they look at; winit.h only needs the first. */
extern "C" const void *memchr(const void *, int, size_t);
extern "C" const char *strchr(const char *, int), *strrchr(const char *, int);
extern "C" const char *strstr(const char *, const char *), *strpbrk(const char *, const char *);
extern "C" {
#else
void *memchr(const void *, int, size_t);
char *strchr(const char *, int), *strrchr(const char *, int);
char *strstr(const char *, const char *), *strpbrk(const char *, const char *);
#endif

typedef long long time_t;
typedef long clock_t;
struct timespec { time_t tv_sec; long tv_nsec; };
time_t time(time_t *);
clock_t clock(void);
int timespec_get(struct timespec *, int);
#define CLOCKS_PER_SEC 1000
#define TIME_UTC 1

#ifdef __cplusplus
}
#endif
#endif
