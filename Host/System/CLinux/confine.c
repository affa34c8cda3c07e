/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "confine.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

uint32_t clinux_unshare(uint32_t wanted) {
  static const struct {
    uint32_t bit;
    int flag;
  } all[] = {{CLINUX_USERS, CLONE_NEWUSER},
             {CLINUX_NETWORK, CLONE_NEWNET},
             {CLINUX_MOUNTS, CLONE_NEWNS},
             {CLINUX_IPC, CLONE_NEWIPC},
             {CLINUX_HOSTNAME, CLONE_NEWUTS}};
  int flags = 0;
  for (size_t index = 0; index < sizeof all / sizeof *all; index++) {
    if (wanted & all[index].bit) flags |= all[index].flag;
  }
  if (unshare(flags) == 0) return wanted;
  /* One by one; that of users first, for without privileges the others are had in it only. */
  uint32_t done = 0;
  for (size_t index = 0; index < sizeof all / sizeof *all; index++) {
    if ((wanted & all[index].bit) && unshare(all[index].flag) == 0) done |= all[index].bit;
  }
  return done;
}

bool clinux_die_with_parent(int32_t parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return false;
  return getppid() == parent;
}

bool clinux_hide_memory(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0; }

bool clinux_drop_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct none[2];
  memset(none, 0, sizeof none);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return syscall(SYS_capset, &header, none) == 0;
}

bool clinux_limit(int32_t resource, uint64_t value) {
  struct rlimit old;
  if (getrlimit(resource, &old) == 0 && old.rlim_max < value) value = old.rlim_max;
  struct rlimit limit = {value, value};
  return setrlimit(resource, &limit) == 0;
}

/* MARK: Landlock. Its numbers are written out: the C library's headers may be older than the kernel.
 * https://docs.kernel.org/userspace-api/landlock.html */

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

struct ruleset {
  uint64_t files;
  uint64_t network; /* from ABI 4 on */
  uint64_t scoped;  /* from ABI 6 on */
};

struct __attribute__((packed)) below_path {
  uint64_t allowed;
  int32_t parent;
};

struct port_rule {
  uint64_t allowed;
  uint64_t port;
};

enum { RULE_PATH = 1, RULE_PORT = 2, VERSION_FLAG = 1 };
enum { READ_FILE = 1 << 2, READ_FOLDER = 1 << 3, BIND = 1 << 0, CONNECT = 1 << 1, SCOPES = 1 << 0 | 1 << 1 };

/* Every right over files that an ABI knows. */
static uint64_t file_rights(long abi) {
  int count = abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13;
  return ((uint64_t)1 << count) - 1;
}

static void allow_path(int set, const char *path) {
  int place = open(path, O_PATH | O_CLOEXEC);
  if (place < 0) return;
  struct stat status;
  if (fstat(place, &status) == 0) {
    uint64_t rights = S_ISDIR(status.st_mode) ? READ_FILE | READ_FOLDER : READ_FILE;
    struct below_path rule = {rights, place};
    syscall(SYS_landlock_add_rule, set, RULE_PATH, &rule, 0);
  }
  close(place);
}

uint32_t clinux_landlock(const char *const *readable, uint32_t readable_count, const uint16_t *ports,
                         uint32_t port_count) {
  long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION_FLAG);
  if (abi < 1) return 0;
  struct ruleset rules = {file_rights(abi), abi >= 4 ? BIND | CONNECT : 0, abi >= 6 ? SCOPES : 0};
  size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  int set = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
  if (set < 0) return 0;
  for (uint32_t index = 0; index < readable_count; index++) allow_path(set, readable[index]);
  for (uint32_t index = 0; index < port_count && abi >= 4; index++) {
    struct port_rule rule = {CONNECT, ports[index]};
    syscall(SYS_landlock_add_rule, set, RULE_PORT, &rule, 0);
  }
  bool holds = syscall(SYS_landlock_restrict_self, set, 0) == 0;
  close(set);
  if (!holds) return 0;
  return CLINUX_LANDLOCK_FILES | (abi >= 4 ? CLINUX_LANDLOCK_PORTS : 0) | (abi >= 6 ? CLINUX_LANDLOCK_SIGNALS : 0);
}
