/* 14_faults.c: files when things go wrong: a disk that is full after any byte, calls that are interrupted,
   cut short or refused, files that change while they are read, and writers that are killed. What was there
   stays whole. The header's system calls go through the fakes below, which work as long as they are not told
   to fail.
   @build whole no-vectors */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#include "fail_alloc.h"

#if defined(__unix__) || defined(__APPLE__)
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What fails. A room of SIZE_MAX never ends. */
static struct fake {
    size_t room;              /* bytes that the disk still has */
    int idle;                 /* 1: where there is none, write says 0, not -1 */
    size_t most;              /* bytes that one write or read takes at most; 0: all */
    int interrupt;            /* interrupt every other write and sync */
    int calls;
    int sync, close, rename, chmod, access, fstat, mmap;
    size_t readable;          /* bytes after which reading fails */
    int failed;               /* has it? */
    int silent;               /* 1: and without saying why */
    mode_t mode;              /* that the file had whose mode was last changed */
    void (*before_read)(void);
} fake;

static void fake_reset(void)
{
    memset(&fake, 0, sizeof fake);
    fake.room = fake.readable = SIZE_MAX;
}

static int fail(int why)
{
    errno = why;
    return -1;
}

static ssize_t fake_write(int file, const void *bytes, size_t size)
{
    if (fake.interrupt && fake.calls++ % 2 == 0) return fail(EINTR);
    if (fake.most && size > fake.most) size = fake.most;
    if (size > fake.room) size = fake.room;
    if (size == 0) return fail(ENOSPC) + fake.idle;
    if (fake.room != SIZE_MAX) fake.room -= size;
    return write(file, bytes, size);
}

int fake_fsync(int file);
int fake_fsync(int file)
{
    if (fake.interrupt && fake.calls++ % 2 == 0) return fail(EINTR);
    return fake.sync ? fail(EIO) : fsync(file);
}

static int fake_close(int file)
{
    int closed = close(file);
    return fake.close ? fail(EIO) : closed;
}

static int fake_rename(const char *from, const char *to)
{
    return fake.rename ? fail(EACCES) : rename(from, to);
}

static int fake_chmod(const char *path, mode_t mode)
{
    struct stat info;
    if (stat(path, &info) == 0) fake.mode = info.st_mode & 07777;
    return fake.chmod ? fail(EPERM) : chmod(path, mode);
}

static int fake_access(const char *path, int mode)
{
    return fake.access ? fail(EACCES) : access(path, mode);
}

static int fake_fstat(int file, struct stat *info)
{
    return fake.fstat ? fail(EIO) : fstat(file, info);
}

static void *fake_mmap(void *at, size_t size, int rights, int flags, int file, off_t from)
{
    return fake.mmap ? MAP_FAILED : mmap(at, size, rights, flags, file, from);
}

static size_t fake_fread(void *out, size_t size, size_t count, FILE *file)
{
    size_t bytes = size * count;
    if (fake.before_read) {
        fake.before_read();
        fake.before_read = NULL;
    }
    if (fake.most && bytes > fake.most) bytes = fake.most;
    if (bytes > fake.readable) {
        bytes = fread(out, 1, fake.readable, file);
        fake.readable -= bytes;
        fake.failed = 1;
        errno = fake.silent ? 0 : EIO;
        return bytes;
    }
    bytes = fread(out, 1, bytes, file);
    if (fake.readable != SIZE_MAX) fake.readable -= bytes;
    return bytes;
}

static int fake_ferror(FILE *file)
{
    return fake.failed || ferror(file);
}

#undef ferror
#define write  fake_write
#define fsync  fake_fsync
#define close  fake_close
#define rename fake_rename
#define chmod  fake_chmod
#define fread  fake_fread
#define ferror fake_ferror
#define access fake_access
#define fstat(file, info) fake_fstat(file, info)
#define mmap   fake_mmap
#define WINIT_IMPLEMENTATION
#include "winit.h"
#undef write
#undef fsync
#undef close
#undef rename
#undef chmod
#undef fread
#undef ferror
#undef access
#undef fstat
#undef mmap
#include "check.h"

static char path[600];
static wi_net one, two, other;   /* what is saved, and what is loaded into */
static size_t size;              /* of a file of theirs */

static void make_net(wi_net *net, uint64_t seed)
{
    wi_layer_desc layers[2];
    wi_net_desc desc;
    layers[0] = wi_layer_dense(5, wi_tanh());
    layers[1] = wi_layer_dense(2, wi_linear());
    memset(&desc, 0, sizeof desc);
    desc.inputs = 3;
    desc.layers = layers;
    desc.layer_count = 2;
    desc.seed = seed;
    CHECK_OK(wi_net_create(net, &desc, NULL));
}

/* The file itself and what is being written beside it: how many? Where asked, those beside are removed. */
static size_t siblings(int remove_parts)
{
    char folder[600], whole[1200];
    size_t count = 0;
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    *slash = 0;
    DIR *list = opendir(folder);
    if (!CHECK(list != NULL)) return 0;
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        int part = strncmp(entry->d_name, "winit", 5) == 0 && strstr(entry->d_name, ".part") != NULL;
        count += part || strcmp(entry->d_name, slash + 1) == 0;
        if (!part || !remove_parts) continue;
        snprintf(whole, sizeof whole, "%s/%s", folder, entry->d_name);
        CHECK(unlink(whole) == 0);
    }
    closedir(list);
    return count;
}

/* The file holds this network, and nothing lies beside it. */
static void check_file(const wi_net *net)
{
    wi_error error;
    if (!CHECK_OK(wi_net_load(&other, path, &error))) printf("  %s\n", error.text);
    CHECK_BYTES(other.params, net->params, net->param_count * sizeof *net->params);
    CHECK_EQ(siblings(0), 1);
}

/* Saving fails for this reason, and the old file is as it was. */
static void check_save_fails(int why)
{
    wi_error error;
    size_t live = fail_alloc.live;
    CHECK_STATUS(wi_net_save(&two, path, &error), WI_ERR_IO);
    CHECK_CONTAINS(error.text, "faults.safetensors: cannot be written: ");
    CHECK_CONTAINS(error.text, strerror(why));
    CHECK_EQ(fail_alloc.live, live);
    fake_reset();
    check_file(&one);
}

/* ---- writing ----------------------------------------------------------------------- */

static void test_writing(void)
{
    for (size_t room = 0; room < size; room++) {   /* the disk is full after each byte */
        fake.room = room;
        fake.most = room % 3 ? 0 : 7;
        check_save_fails(ENOSPC);
    }
    /* A disk that takes no more, and says no word, is not asked for ever. */
    fake.room = size / 2;
    fake.idle = 1;
    check_save_fails(ENOSPC);
    fake.sync = 1;
    check_save_fails(EIO);
    fake.close = 1;
    check_save_fails(EIO);
    fake.rename = 1;
    check_save_fails(EACCES);
    fake.chmod = 1;
    check_save_fails(EPERM);
    fake.access = 1;
    check_save_fails(EACCES);

    /* What another writer has begun, or left behind, stays his. */
    char begun[600];
    FILE *his;
    snprintf(begun, sizeof begun, "%s", check_path("winit0.part"));
    if (!CHECK((his = fopen(begun, "w")) != NULL)) return;
    fputs("his", his);
    fclose(his);
    CHECK_OK(wi_net_save(&two, path, NULL));
    if (CHECK((his = fopen(begun, "r")) != NULL)) {
        CHECK(fgetc(his) == 'h' && fgetc(his) == 'i' && fgetc(his) == 's' && fgetc(his) == EOF);
        fclose(his);
    }
    CHECK(unlink(begun) == 0);
    check_file(&two);

    /* Interrupted and in small pieces, it is written all the same. */
    for (size_t most = 1; most < 40; most += 6) {
        fake.most = most;
        fake.interrupt = 1;
        CHECK_OK(wi_net_save(most % 4 == 1 ? &two : &one, path, NULL));
        fake_reset();
        check_file(most % 4 == 1 ? &two : &one);
    }
    CHECK_OK(wi_net_save(&one, path, NULL));
}

/* A name as long as the system takes, of a file that nobody has made: whom the mask lets, he may read it. It
   is found through 39 links in a row. */
static void test_new_file(void)
{
    char name[256], fresh[600], link_path[640];
    struct stat info;
    wi_error error;
    const mode_t mask = umask(022);
    (void)umask(mask);
    memset(name, 'n', 255);
    name[255] = 0;
    snprintf(fresh, sizeof fresh, "%s", check_path(name));
    CHECK_OK(wi_net_save(&two, fresh, &error));
    CHECK(stat(fresh, &info) == 0 && (info.st_mode & 07777) == (0666 & ~mask));
    for (int way = 0; way < 2; way++)
        for (int i = 0; i < 40; i++) {
            char to[20];
            snprintf(to, sizeof to, "link%d", i - 1);
            snprintf(link_path, sizeof link_path, "%s%d", check_path("link"), i);
            if (way == 1) {
                CHECK(unlink(link_path) == 0);
                continue;
            }
            CHECK(symlink(i ? to : name, link_path) == 0);
            CHECK_STATUS(wi_net_save(i % 2 ? &two : &one, link_path, &error), i < 39 ? WI_OK : WI_ERR_IO);
            CHECK(lstat(link_path, &info) == 0 && S_ISLNK(info.st_mode));
            if (i < 39) CHECK_OK(wi_net_load(&other, fresh, &error));
            else CHECK_CONTAINS(error.text, strerror(ELOOP));
            const wi_net *last = i % 2 && i < 39 ? &two : &one;
            CHECK_BYTES(other.params, last->params, last->param_count * sizeof *last->params);
        }
    CHECK(unlink(fresh) == 0);
}

static void test_permissions(void)
{
    struct stat info;
    char link_path[620];
    CHECK(chmod(path, 0640) == 0);
    fake.mode = 0;
    CHECK_OK(wi_net_save(&two, path, NULL));
    CHECK(stat(path, &info) == 0 && (info.st_mode & 07777) == 0640);
    CHECK_EQ(fake.mode, 0600);   /* until it is whole, it is nobody else's */
    check_file(&two);

    /* A link that names the file within its own folder stays a link, and so does one that names it from the
       root on. */
    snprintf(link_path, sizeof link_path, "%s", check_path("linked"));
    char winding[4096], home[4096], whole[5000];
    if (!CHECK(getcwd(home, sizeof home) != NULL)) return;
    snprintf(whole, sizeof whole, "%s/%s", path[0] == '/' ? "" : home, path);
    for (int far = 0; far < 2; far++) {
        CHECK(symlink(far ? whole : "faults.safetensors", link_path) == 0);
        CHECK_OK(wi_net_save(far ? &two : &one, link_path, NULL));
        CHECK(lstat(link_path, &info) == 0 && S_ISLNK(info.st_mode));
        check_file(far ? &two : &one);
        CHECK(unlink(link_path) == 0);
    }
    CHECK(symlink("linked", link_path) == 0);   /* to itself */
    wi_error error;
    CHECK_STATUS(wi_net_save(&one, link_path, &error), WI_ERR_IO);
    CHECK(unlink(link_path) == 0);

    /* What a link says may be so long that its folder in front of it leaves no room. */
    for (size_t i = 0; i < sizeof winding; i++) winding[i] = i % 2 ? '/' : '.';
    winding[4095] = 0;
    if (symlink(winding, link_path) == 0) {
        CHECK_STATUS(wi_net_save(&one, link_path, &error), WI_ERR_IO);
        CHECK_CONTAINS(error.text, "linked: cannot be written: ");
        CHECK(unlink(link_path) == 0);
    }

    /* Neither the link nor what it names says a folder: both are here. */
    snprintf(winding, sizeof winding, "%s", path);
    strrchr(winding, '/')[0] = 0;
    CHECK(symlink("faults.safetensors", link_path) == 0);
    CHECK(chdir(winding) == 0);
    CHECK_OK(wi_net_save(&two, strrchr(link_path, '/') + 1, &error));
    FILE *dot = fopen(".json", "wb");   /* as short as the name of an index can be */
    wi_tensors tensors;
    CHECK(dot && fputs("{}", dot) >= 0 && fclose(dot) == 0);
    CHECK_STATUS(wi_tensors_load(&tensors, ".json", &error), WI_ERR_FORMAT);
    CHECK_CONTAINS(error.text, "an index without a weight_map");
    CHECK(unlink(".json") == 0);
    CHECK(chdir(home) == 0);
    CHECK(lstat(link_path, &info) == 0 && S_ISLNK(info.st_mode));
    check_file(&two);
    CHECK_OK(wi_net_save(&one, path, &error));
    CHECK(unlink(link_path) == 0);
}

/* ---- reading ----------------------------------------------------------------------- */

static void shrink(void) { CHECK(truncate(path, (off_t)(size / 2)) == 0); }
static void empty(void)  { CHECK(truncate(path, 0) == 0); }

static void grow(void)
{
    FILE *file = fopen(path, "ab");
    for (size_t i = 0; i < 100000; i++) fputc('x', file);
    fclose(file);
}

static void test_reading(void)
{
    static void (*const changes[])(void) = {shrink, empty, grow};
    wi_error error;
    size_t live = fail_alloc.live;
    CHECK_OK(wi_net_init(&two, 2));
    for (size_t readable = 0; readable < size; readable++) {   /* the disk fails after each byte */
        fake.readable = readable;
        fake.most = readable % 2 ? 0 : 5;
        CHECK_STATUS(wi_net_load(&two, path, &error), WI_ERR_IO);
        CHECK_CONTAINS(error.text, "faults.safetensors: cannot be read: ");
        fake_reset();
    }
    fake.readable = 0;
    fake.silent = 1;
    CHECK_STATUS(wi_net_load(&two, path, &error), WI_ERR_IO);
    CHECK_CONTAINS(error.text, "cannot be read: unknown reason");
    fake_reset();
    for (size_t most = 1; most < 20; most += 3) {   /* it comes in small pieces */
        fake.most = most;
        check_file(&one);
        fake_reset();
    }
    for (size_t i = 0; i < WI_COUNT(changes); i++) {   /* it becomes shorter or longer meanwhile */
        wi_tensors tensors;
        fake.before_read = changes[i];
        CHECK_STATUS(wi_net_load(&two, path, &error), WI_ERR_FORMAT);
        CHECK_OK(wi_net_save(&one, path, NULL));
        fake.before_read = changes[i];
        CHECK_STATUS(wi_tensors_load(&tensors, path, &error), WI_ERR_FORMAT);
        CHECK_OK(wi_net_save(&one, path, NULL));
    }
    for (size_t k = 0;; k++) {   /* it has become longer than the memory that is left */
        wi_tensors tensors;
        fake.before_read = grow;
        fail_alloc_start(k);
        wi_status status = wi_tensors_load(&tensors, path, &error);
        size_t failed = fail_alloc_stop();
        CHECK_OK(wi_net_save(&one, path, NULL));
        CHECK_STATUS(status, failed ? WI_ERR_MEMORY : WI_ERR_FORMAT);
        if (!failed) break;
        CHECK_EQ(fail_alloc.live, live);
    }
    for (size_t cut = 0; cut < size; cut++) {   /* and it is cut at each byte */
        CHECK(truncate(path, (off_t)(size - 1 - cut)) == 0);
        CHECK_STATUS(wi_net_load(&two, path, &error), WI_ERR_FORMAT);
    }
    CHECK_OK(wi_net_save(&one, path, NULL));
    CHECK_OK(wi_net_init(&other, 2));
    /* nothing of all that got in */
    CHECK_BYTES(two.params, other.params, two.param_count * sizeof *two.params);
    CHECK_EQ(fail_alloc.live, live);
}

/* A file so large that it is mapped is read where it cannot be: with the same result. */
static void test_mapping(void)
{
    static const char begin[] = "\x60\0\0\0\0\0\0\0{\"a\":{\"dtype\":\"U8\",\"shape\":[67108864],";
    static const char end[] = "\"data_offsets\":[0,67108864]}}";
    char large[620], header[8 + 0x60];
    wi_error error;
    snprintf(large, sizeof large, "%s", check_path("large.safetensors"));
    memset(header, ' ', sizeof header);
    memcpy(header, begin, sizeof begin - 1);
    memcpy(header + sizeof begin - 1, end, sizeof end - 1);
    FILE *file = fopen(large, "wb");
    if (!CHECK(file != NULL)) return;
    fwrite(header, 1, sizeof header, file);
    fputc(7, file);
    fclose(file);
    CHECK(truncate(large, (off_t)sizeof header + 67108864) == 0);   /* zeros that take no room */
    for (int way = 0; way < 3; way++) {
        wi_tensors tensors;
        fake.mmap = way == 1;
        fake.fstat = way == 2;
        fail_alloc_start(SIZE_MAX);
        size_t bytes = fail_alloc.bytes;
        if (CHECK_OK(wi_tensors_load(&tensors, large, &error))) {
            CHECK((fail_alloc.bytes - bytes > 67108864) == (way > 0));
            CHECK(tensors.count == 1 && tensors.items[0].count == 67108864);
            CHECK_EQ(*(const unsigned char *)tensors.items[0].bytes, 7);
            wi_tensors_destroy(&tensors);
        } else printf("  %s\n", error.text);
        fake_reset();
    }
    CHECK(unlink(large) == 0);
}

static void on_alarm(int number) { (void)number; }

/* A pipe that gives a few bytes at a time, to a reader whom signals interrupt. */
static void test_pipe(void)
{
    char pipe_path[620];
    unsigned char *bytes = (unsigned char *)malloc(size);
    size_t written;
    CHECK_OK(wi_net_write(&one, bytes, size, &written));
    snprintf(pipe_path, sizeof pipe_path, "%s", check_path("pipe"));
    if (mkfifo(pipe_path, 0600) != 0) {
        CHECK_SKIP("no pipe can be made here");
        free(bytes);
        return;
    }
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int file = open(pipe_path, O_WRONLY);
        struct timespec moment = {0, 1000000};
        for (size_t at = 0; at < size; at += 97) {
            if (write(file, bytes + at, size - at < 97 ? size - at : 97) < 0) _exit(1);
            nanosleep(&moment, NULL);
        }
        _exit(0);
    }
    struct sigaction action, before;
    struct itimerval often = {{0, 700}, {0, 700}}, never = {{0, 0}, {0, 0}};
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;   /* without SA_RESTART: a read that it interrupts fails */
    sigaction(SIGALRM, &action, &before);
    wi_error error;
    setitimer(ITIMER_REAL, &often, NULL);
    wi_status status;
    do status = wi_net_load(&two, pipe_path, &error);
    while (status == WI_ERR_IO && strstr(error.text, "cannot be opened") &&
           strstr(error.text, strerror(EINTR)));
    setitimer(ITIMER_REAL, &never, NULL);
    sigaction(SIGALRM, &before, NULL);
    if (!CHECK_OK(status)) printf("  %s\n", error.text);
    CHECK_BYTES(two.params, one.params, one.param_count * sizeof *one.params);
    waitpid(child, NULL, 0);

    /* And one into which it is saved stays a pipe. */
    child = fork();
    if (child == 0) {
        FILE *file = fopen(pipe_path, "rb");
        char *got = (char *)malloc(size + 1);
        _exit(!file || !got || fread(got, 1, size + 1, file) != size || memcmp(got, bytes, size) != 0);
    }
    int state = 1;
    struct stat info;
    CHECK_OK(wi_net_save(&one, pipe_path, &error));
    CHECK(waitpid(child, &state, 0) == child && WIFEXITED(state) && WEXITSTATUS(state) == 0);
    CHECK(lstat(pipe_path, &info) == 0 && S_ISFIFO(info.st_mode));
    unlink(pipe_path);
    free(bytes);
}

/* ---- killed ------------------------------------------------------------------------ */

static void save_for_ever(const wi_net *net)
{
    for (;;)
        if (wi_net_save(net, path, NULL) != WI_OK) _exit(1);
}

/* Two writers of one file, killed at a random moment: it is one of theirs, whole. */
static void test_killed(void)
{
    wi_rng rng = wi_rng_make(5);
    size_t of_one = 0, of_two = 0, broken = 0;
    CHECK_OK(wi_net_init(&two, 99));
    fflush(stdout);
    for (int round = 0; round < 100; round++) {
        pid_t child[2];
        for (int c = 0; c < 2; c++) {
            child[c] = fork();
            if (child[c] == 0) save_for_ever(c ? &two : &one);
        }
        struct timespec moment = {0, (long)(wi_rng_uniform(&rng) * 8e6)};
        nanosleep(&moment, NULL);
        for (int c = 0; c < 2; c++) {
            int state;
            kill(child[c], SIGKILL);
            waitpid(child[c], &state, 0);
            CHECK(WIFSIGNALED(state));   /* no writer had failed by then */
        }
        if (wi_net_load(&other, path, NULL) != WI_OK) broken++;
        else if (memcmp(other.params, one.params, one.param_count * sizeof *one.params) == 0) of_one++;
        else if (memcmp(other.params, two.params, two.param_count * sizeof *two.params) == 0) of_two++;
        else broken++;
        CHECK(siblings(1) <= 3);   /* what the killed had begun; it is never taken for the file */
    }
    CHECK_EQ(broken, 0);
    CHECK(of_one > 0 && of_two > 0);
    CHECK_OK(wi_net_save(&one, path, NULL));
    check_file(&one);
}

int main(void)
{
    fake_reset();
    snprintf(path, sizeof path, "%s", check_path("faults.safetensors"));
    make_net(&one, 1);
    make_net(&two, 2);
    make_net(&other, 3);
    CHECK_OK(wi_net_write(&one, NULL, 0, &size));
    CHECK_OK(wi_net_save(&one, path, NULL));
    test_writing();
    test_new_file();
    test_permissions();
    test_reading();
    test_mapping();
    test_pipe();
    test_killed();
    wi_net_destroy(&one);
    wi_net_destroy(&two);
    wi_net_destroy(&other);
    CHECK_EQ(fail_alloc.live, 0);
    unlink(path);
    return check_done();
}
#else
#include "check.h"
int main(void)
{
    CHECK_SKIP("faults of files are tested on Unix");
    return check_done();
}
#endif
