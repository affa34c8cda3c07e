#define _GNU_SOURCE
#include "crunner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int empty = -1;

int crunner_answer_thread_states(void) {
    if (atomic_load(&empty) >= 0) { return 0; }
    long file = syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY | O_CLOEXEC, 0);
    if (file < 0) { return -1; }
    atomic_store(&empty, (int)file);
    return 0;
}

static int is_thread_state(const char *path) {
    if (strncmp(path, "/proc/", 6) != 0) { return 0; }
    const char *digits = path + 6;
    size_t count = strspn(digits, "0123456789");
    return count > 0 && strcmp(digits + count, "/stat") == 0;
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
    int file = atomic_load(&empty);
    if (file >= 0 && (flags & O_ACCMODE) == O_RDONLY && is_thread_state(path)) {
        return fcntl(file, F_DUPFD_CLOEXEC, 3);
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
