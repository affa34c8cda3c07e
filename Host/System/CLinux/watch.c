/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "watch.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

uint64_t clinux_heap_in_use(void) {
  struct mallinfo2 info = mallinfo2();
  return (uint64_t)info.uordblks + (uint64_t)info.hblkhd;
}

char *const *clinux_environment(void) { return environ; }

int32_t clinux_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

static uint32_t answer(uint32_t what, uint32_t refused, uint32_t deadly) {
  if (deadly & what) return SECCOMP_RET_KILL_PROCESS;
  return refused & what ? SECCOMP_RET_ERRNO | EPERM : SECCOMP_RET_ALLOW;
}

bool clinux_forbid(uint32_t refused, uint32_t deadly) {
  uint32_t sockets = answer(CLINUX_OWN_SOCKETS, refused, deadly);
  uint32_t processes = answer(CLINUX_OWN_PROCESSES, refused, deadly);
/* The low half of an argument; both architectures store it first. */
#define ARGUMENT(index) offsetof(struct seccomp_data, args) + 8 * (index)
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(offset))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, (value))
/* Skips `count` instructions unless the value loaded is this one. */
#define UNLESS(value, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), 0, (count))
  struct sock_filter filter[] = {
      LOAD(offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
      RETURN(SECCOMP_RET_KILL_PROCESS),
      LOAD(offsetof(struct seccomp_data, nr)),
      UNLESS(SYS_socket, 4),
      LOAD(ARGUMENT(0)),
      UNLESS(AF_UNIX, 1),
      RETURN(SECCOMP_RET_ALLOW),
      RETURN(sockets),
      UNLESS(SYS_clone, 4),
      LOAD(ARGUMENT(0)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
      RETURN(SECCOMP_RET_ALLOW),
      RETURN(processes),
      /* Its flags lie in memory, where a filter cannot look; the C library then takes `clone`. */
      UNLESS(SYS_clone3, 1),
      RETURN(SECCOMP_RET_ERRNO | ENOSYS),
      UNLESS(SYS_execve, 1),
      RETURN(processes),
      UNLESS(SYS_execveat, 1),
      RETURN(processes),
#ifdef __x86_64__
      UNLESS(SYS_fork, 1),
      RETURN(processes),
      UNLESS(SYS_vfork, 1),
      RETURN(processes),
#endif
      RETURN(SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}

#else

bool clinux_forbid(uint32_t refused, uint32_t deadly) {
  (void)refused;
  (void)deadly;
  return false;
}

#endif
