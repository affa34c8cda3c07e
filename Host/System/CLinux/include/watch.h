/* What `patchbay-runner check` watches a connector with.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_WATCH_H
#define PATCHBAY_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes that malloc has given out and not got back, large blocks included. */
uint64_t clinux_heap_in_use(void);

/* The variables of the environment as they are now, a NULL behind the last. */
char *const *clinux_environment(void);

/* A file in memory, closed on exec; -1 with errno. */
int32_t clinux_memory_file(const char *name);

/* What `clinux_forbid` can forbid. */
enum {
  CLINUX_OWN_SOCKETS = 1,   /* sockets that lead off this machine or to others on it, but for AF_UNIX */
  CLINUX_OWN_PROCESSES = 2, /* fork, vfork, posix_spawn, exec; not threads */
};

/* From now on, for all threads: what is in `refused` fails with EPERM, and what is in `deadly` ends the process by SIGSYS.
 * False when the kernel cannot. */
bool clinux_forbid(uint32_t refused, uint32_t deadly);

#endif /* PATCHBAY_WATCH_H */
