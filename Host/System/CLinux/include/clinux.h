/* What Swift cannot import from glibc: variadic functions, and those that only _GNU_SOURCE declares.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_CLINUX_H
#define PATCHBAY_CLINUX_H

#include <spawn.h>
#include <stdint.h>

#include "confine.h"
#include "frames.h"
#include "watch.h"

/* The version of the glibc that runs, such as "2.36". Immortal. */
const char *clinux_glibc_version(void);

/* Path of the image that holds an address, as the dynamic linker knows it; NULL when none does. Immortal. */
const char *clinux_image_path(const void *address);

/* From now on no execve of this process or its children gains privileges (prctl PR_SET_NO_NEW_PRIVS). 0, or -1. */
int32_t clinux_no_new_privileges(void);

/* A descriptor that becomes readable when the process ends (pidfd_open), closed on exec; -1 when the kernel cannot. */
int32_t clinux_pidfd(int32_t pid);

/* Swaps two folders or files in one step (renameat2 RENAME_EXCHANGE). 0, or -1 with errno. */
int32_t clinux_exchange(const char *first, const char *second);

/* A pipe, both ends closed on exec: reading end first. 0, or -1 with errno. */
int32_t clinux_pipe(int32_t ends[2]);

/* Reading and writing never wait from now on: EAGAIN instead. 0, or -1 with errno. */
int32_t clinux_never_wait(int32_t descriptor);

/* Another descriptor for the same thing, numbered `least` or above and closed on exec; -1 with errno. */
int32_t clinux_copy_above(int32_t descriptor, int32_t least);

/* Lets the child close every descriptor from `least` on. 0, or an error number. */
int32_t clinux_spawn_close_from(posix_spawn_file_actions_t *actions, int32_t least);

/* How a wait status says the process ended: the signal's number, or 0 when it left by itself. */
int32_t clinux_end_signal(int32_t wait_status);

/* The exit code of a process that left by itself. */
int32_t clinux_exit_code(int32_t wait_status);

#endif /* PATCHBAY_CLINUX_H */
