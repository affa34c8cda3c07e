/* What a runner gives up, measure by measure. Every function does one, answers whether it holds now, and leaves everything
 * as it was when the kernel cannot.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_CONFINE_H
#define PATCHBAY_CONFINE_H

#include <stdbool.h>
#include <stdint.h>

/* Namespaces that `clinux_unshare` can leave for new, empty ones. */
enum {
  CLINUX_USERS = 1,
  CLINUX_NETWORK = 2,
  CLINUX_MOUNTS = 4,
  CLINUX_IPC = 8,
  CLINUX_HOSTNAME = 16,
};

/* Leaves those of the wanted namespaces that the kernel lets go; answers which. Only while there is one thread. */
uint32_t clinux_unshare(uint32_t wanted);

/* Ends this process when the thread of the parent that started it ends. False also when that has happened already. */
bool clinux_die_with_parent(int32_t parent);

/* Lets no process of the same user look into this one (ptrace, /proc/…/mem), and leaves no core. */
bool clinux_hide_memory(void);

/* Gives up every capability. */
bool clinux_drop_capabilities(void);

/* Never more than `value` of a resource (RLIMIT_…), for good. */
bool clinux_limit(int32_t resource, uint64_t value);

/* What of Landlock holds. */
enum {
  CLINUX_LANDLOCK_FILES = 1,   /* files and folders, but for reading `readable` */
  CLINUX_LANDLOCK_PORTS = 2,   /* TCP: listening, and connecting but to `ports` */
  CLINUX_LANDLOCK_SIGNALS = 4, /* signals to others, and abstract sockets of others */
};

/* From now on nothing can be opened but what lies below `readable`, for reading, and no TCP port reached but `ports`. Comes
 * on top of what held before. Answers what holds. For this thread and those it starts. */
uint32_t clinux_landlock(const char *const *readable, uint32_t readable_count, const uint16_t *ports,
                         uint32_t port_count);

/* Which system calls stay. */
enum {
  CLINUX_LOADING = 1, /* those that read files too, and those that confine further */
  CLINUX_SOCKETS = 2, /* TCP connections of its own */
};

/* From now on only system calls that a connector needs: others fail with EPERM, new processes and sockets too, those that
 * no honest library makes end the process. For all threads. Comes on top of what held before. */
bool clinux_filter(uint32_t stays);

#endif /* PATCHBAY_CONFINE_H */
