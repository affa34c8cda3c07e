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

void crunner_answer_thread_states(void) { atomic_store(&answers, true); }

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
    if (atomic_load(&answers) && (flags & O_ACCMODE) == O_RDONLY && is_thread_state(path)) {
        // Whoever starts a runner gives it nothing to read.
        return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
