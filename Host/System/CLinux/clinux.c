/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "clinux.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

const char *clinux_glibc_version(void) { return gnu_get_libc_version(); }

const char *clinux_image_path(const void *address) {
  Dl_info info;
  return dladdr(address, &info) != 0 ? info.dli_fname : NULL;
}

int32_t clinux_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

/* By number: glibc has a wrapper since 2.36 only. The kernel sets close-on-exec by itself. */
int32_t clinux_pidfd(int32_t pid) { return (int32_t)syscall(SYS_pidfd_open, pid, 0); }

int32_t clinux_exchange(const char *first, const char *second) {
  return renameat2(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE);
}

int32_t clinux_pipe(int32_t ends[2]) { return pipe2(ends, O_CLOEXEC); }

int32_t clinux_never_wait(int32_t descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

int32_t clinux_copy_above(int32_t descriptor, int32_t least) { return fcntl(descriptor, F_DUPFD_CLOEXEC, least); }

int32_t clinux_spawn_close_from(posix_spawn_file_actions_t *actions, int32_t least) {
  return posix_spawn_file_actions_addclosefrom_np(actions, least);
}

int32_t clinux_end_signal(int32_t wait_status) { return WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0; }

int32_t clinux_exit_code(int32_t wait_status) { return WEXITSTATUS(wait_status); }
