/* The list of system calls that a runner keeps.
 *
 * A list of what is allowed, because a list of what is not would be out of date with the next kernel. Calls without a
 * condition on their arguments cost nothing: the kernel keeps the answer for them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

/* What honest code of a connector, its language's runtime and the C library call. */
static const int allowed[] = {
    /* Descriptors it has: the socket to the host, what it makes itself. */
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_lseek, SYS_close, SYS_fstat, SYS_dup,
    SYS_dup3, SYS_fcntl, SYS_ftruncate, SYS_pipe2, SYS_eventfd2, SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait,
    SYS_ppoll, SYS_pselect6, SYS_memfd_create, SYS_timerfd_create, SYS_timerfd_settime, SYS_timerfd_gettime,
    SYS_signalfd4, SYS_sendmsg, SYS_recvmsg, SYS_sendto, SYS_recvfrom, SYS_shutdown, SYS_getsockopt, SYS_getsockname,
    SYS_getpeername,
    /* Memory. */
    SYS_mmap, SYS_munmap, SYS_mprotect, SYS_mremap, SYS_madvise, SYS_mincore, SYS_brk, SYS_membarrier,
    /* Threads and signals of its own. */
    SYS_futex, SYS_set_robust_list, SYS_get_robust_list, SYS_set_tid_address, SYS_sched_yield, SYS_sched_getaffinity,
    SYS_sched_getparam, SYS_sched_getscheduler, SYS_sched_get_priority_max, SYS_sched_get_priority_min, SYS_getpriority,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigpending, SYS_rt_sigtimedwait, SYS_rt_sigsuspend,
    SYS_sigaltstack, SYS_restart_syscall, SYS_exit, SYS_exit_group, SYS_wait4, SYS_waitid,
    /* Time. */
    SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_times,
    SYS_setitimer, SYS_getitimer, SYS_timer_create, SYS_timer_settime, SYS_timer_gettime, SYS_timer_delete,
    SYS_timer_getoverrun,
    /* What it is told of itself and the machine. */
    SYS_getpid, SYS_gettid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getrusage,
    SYS_getrandom, SYS_uname, SYS_sysinfo, SYS_getcwd, SYS_umask, SYS_getcpu, SYS_getrlimit,
#ifdef SYS_rseq
    SYS_rseq,
#endif
#ifdef SYS_close_range
    SYS_close_range,
#endif
#ifdef SYS_futex_waitv
    SYS_futex_waitv,
#endif
#ifdef SYS_epoll_pwait2
    SYS_epoll_pwait2,
#endif
#ifdef __x86_64__
    SYS_arch_prctl, SYS_poll, SYS_select, SYS_epoll_wait, SYS_epoll_create, SYS_dup2, SYS_pipe, SYS_eventfd, SYS_time,
    SYS_alarm, SYS_pause,
#endif
};

/* Reading files: while libraries are loaded. */
static const int reading[] = {
    SYS_openat,    SYS_newfstatat, SYS_faccessat, SYS_readlinkat, SYS_getdents64, SYS_statfs, SYS_fstatfs, SYS_statx,
#ifdef SYS_faccessat2
    SYS_faccessat2,
#endif
#ifdef __x86_64__
    SYS_open,      SYS_stat,       SYS_lstat,     SYS_access,     SYS_readlink,
#endif
};

/* What confines further. By number where headers may be older. */
static const int confining[] = {SYS_seccomp, 444, 445, 446};

/* With sockets of its own. */
static const int networking[] = {SYS_connect, SYS_setsockopt};

/* No honest library calls these: the process ends. */
static const int deadly[] = {
    SYS_ptrace,        SYS_process_vm_readv, SYS_process_vm_writev, SYS_bpf,         SYS_perf_event_open,
    SYS_keyctl,        SYS_add_key,          SYS_request_key,       SYS_userfaultfd, SYS_mount,
    SYS_umount2,       SYS_pivot_root,       SYS_chroot,            SYS_setns,       SYS_unshare,
    SYS_kexec_load,    SYS_init_module,      SYS_finit_module,      SYS_delete_module,
    SYS_reboot,        SYS_swapon,           SYS_swapoff,           SYS_open_by_handle_at,
    SYS_personality,   SYS_kcmp,
    425, 426, 427, /* io_uring_setup, _enter, _register */
    438,           /* pidfd_getfd */
};

enum { ROOM = 512 };

typedef struct program {
  struct sock_filter steps[ROOM];
  unsigned short count;
} program;

static void emit(program *all, unsigned short code, unsigned char yes, unsigned char no, unsigned value) {
  all->steps[all->count++] = (struct sock_filter){code, yes, no, value};
}

static void answer(program *all, unsigned value) { emit(all, BPF_RET | BPF_K, 0, 0, value); }

static void load_number(program *all) {
  emit(all, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
}

/* The low half of an argument; both architectures begin with it. */
static void load_argument(program *all, int index) {
  emit(all, BPF_LD | BPF_W | BPF_ABS, 0, 0, (unsigned)(offsetof(struct seccomp_data, args) + 8u * (unsigned)index));
}

/* When the number is this one, `steps` instructions follow that answer; else they are skipped. */
static void when(program *all, int number, unsigned char steps) {
  emit(all, BPF_JMP | BPF_JEQ | BPF_K, 0, steps, (unsigned)number);
}

static void always(program *all, const int *numbers, size_t count, unsigned value) {
  for (size_t index = 0; index < count; index++) {
    when(all, numbers[index], 1);
    answer(all, value);
  }
}

#define ALWAYS(all, numbers, value) always(all, numbers, sizeof(numbers) / sizeof *(numbers), value)
#define FAILS(number) (SECCOMP_RET_ERRNO | (number))

/* The call stays when an argument has one of these values. */
static void one_of(program *all, int number, int argument, const unsigned *values, unsigned char count, unsigned other) {
  when(all, number, (unsigned char)(2 * count + 2));
  load_argument(all, argument);
  for (unsigned char index = 0; index < count; index++) {
    emit(all, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, values[index]);
    answer(all, SECCOMP_RET_ALLOW);
  }
  answer(all, other);
}

/* The call stays when an argument has one of these bits. */
static void with_bit(program *all, int number, int argument, unsigned bit, unsigned other) {
  when(all, number, 4);
  load_argument(all, argument);
  emit(all, BPF_JMP | BPF_JSET | BPF_K, 0, 1, bit);
  answer(all, SECCOMP_RET_ALLOW);
  answer(all, other);
}

/* Sockets of TCP, and no others. */
static void tcp_only(program *all) {
  const unsigned families[] = {AF_INET, AF_INET6};
  when(all, SYS_socket, 4);
  load_argument(all, 1);
  emit(all, BPF_ALU | BPF_AND | BPF_K, 0, 0, 0xF);
  emit(all, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SOCK_STREAM);
  answer(all, FAILS(EACCES));
  load_number(all);
  one_of(all, SYS_socket, 0, families, 2, FAILS(EACCES));
}

/* Sending that would connect, past what judges connections. */
static void no_fast_open(program *all) {
  const struct {
    int number, flags;
  } sending[] = {{SYS_sendto, 3}, {SYS_sendmsg, 2}};
  for (int index = 0; index < 2; index++) {
    when(all, sending[index].number, 4);
    load_argument(all, sending[index].flags);
    emit(all, BPF_JMP | BPF_JSET | BPF_K, 0, 1, MSG_FASTOPEN);
    answer(all, FAILS(EPERM));
    answer(all, SECCOMP_RET_ALLOW);
  }
}

static void conditions(program *all, uint32_t stays) {
  const unsigned self = (unsigned)getpid();
  const unsigned names[] = {PR_SET_NAME, PR_GET_NAME, 0x53564d41 /* PR_SET_VMA */};
  const unsigned requests[] = {FIONREAD, FIONBIO};
  const unsigned nothing[] = {0};
  /* Threads, but no processes. clone3 hides its flags in memory; told that there is none, the C library takes clone. */
  with_bit(all, SYS_clone, 0, CLONE_THREAD, FAILS(EPERM));
  when(all, 435, 1);
  answer(all, FAILS(ENOSYS));
  one_of(all, SYS_prctl, 0, names, 3, FAILS(EPERM));
  one_of(all, SYS_ioctl, 1, requests, 2, FAILS(ENOTTY));
  /* Reading a limit, not setting one. */
  one_of(all, SYS_prlimit64, 2, nothing, 1, FAILS(EPERM));
  one_of(all, SYS_kill, 0, &self, 1, FAILS(EPERM));
  one_of(all, SYS_tgkill, 0, &self, 1, FAILS(EPERM));
  one_of(all, SYS_rt_tgsigqueueinfo, 0, &self, 1, FAILS(EPERM));
  if (stays & CLINUX_SOCKETS) {
    tcp_only(all);
  } else {
    when(all, SYS_socket, 1);
    answer(all, FAILS(EACCES));
  }
  if (!(stays & CLINUX_LOADING)) {
    /* How the C library asks about a descriptor. */
    with_bit(all, SYS_newfstatat, 3, AT_EMPTY_PATH, FAILS(EACCES));
  }
}

bool clinux_filter(uint32_t stays) {
  program all = {.count = 0};
  emit(&all, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
  emit(&all, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, ARCHITECTURE);
  answer(&all, SECCOMP_RET_KILL_PROCESS);
  load_number(&all);
#ifdef __x86_64__
  /* The same calls under other numbers (x32). */
  emit(&all, BPF_JMP | BPF_JGE | BPF_K, 0, 1, 0x40000000);
  answer(&all, SECCOMP_RET_KILL_PROCESS);
#endif
  if (stays & CLINUX_SOCKETS) no_fast_open(&all);
  ALWAYS(&all, allowed, SECCOMP_RET_ALLOW);
  if (stays & CLINUX_LOADING) {
    ALWAYS(&all, reading, SECCOMP_RET_ALLOW);
    ALWAYS(&all, confining, SECCOMP_RET_ALLOW);
  }
  if (stays & CLINUX_SOCKETS) ALWAYS(&all, networking, SECCOMP_RET_ALLOW);
  ALWAYS(&all, deadly, SECCOMP_RET_KILL_PROCESS);
  conditions(&all, stays);
  if (!(stays & CLINUX_LOADING)) ALWAYS(&all, reading, FAILS(EACCES));
  answer(&all, FAILS(EPERM));
  struct sock_fprog whole = {.len = all.count, .filter = all.steps};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &whole) == 0;
}

#else

bool clinux_filter(uint32_t stays) {
  (void)stays;
  return false;
}

#endif
