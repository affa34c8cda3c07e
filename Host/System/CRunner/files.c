#define _GNU_SOURCE
#include "crunner.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_bool answers = false;
static int random_bytes = -1;
static int own_memory = -1;

static int open_now(const char *path) { return (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC); }

void crunner_answer_opens(void) {
    if (random_bytes < 0) { random_bytes = open_now("/dev/urandom"); }
    if (own_memory < 0) { own_memory = open_now("/proc/self/statm"); }
    atomic_store(&answers, true);
}

static bool is_thread_state(const char *path) {
    if (strncmp(path, "/proc/", 6) != 0) { return false; }
    const char *digits = path + 6;
    size_t count = strspn(digits, "0123456789");
    return count > 0 && strcmp(digits + count, "/stat") == 0;
}

/// What stands for a file that cannot be opened any more; -1 when nothing does.
static int stand_in(const char *path) {
    // Whoever starts a runner gives it nothing to read.
    if (is_thread_state(path)) { return STDIN_FILENO; }
    if (strcmp(path, "/dev/urandom") == 0 || strcmp(path, "/dev/random") == 0) { return random_bytes; }
    if (strcmp(path, "/proc/self/statm") == 0) { return own_memory; }
    return -1;
}

/// In the program itself, which the dynamic linker asks before the C library.
__attribute__((visibility("default"))) int open(const char *path, int flags, ...) {
    int mode = 0;
    if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) {
        va_list arguments;
        va_start(arguments, flags);
        mode = va_arg(arguments, int);
        va_end(arguments);
    }
    if (atomic_load(&answers) && (flags & O_ACCMODE) == O_RDONLY) {
        int known = stand_in(path);
        if (known >= 0) { return fcntl(known, F_DUPFD_CLOEXEC, 3); }
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
