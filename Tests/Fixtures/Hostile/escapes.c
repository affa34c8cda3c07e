/* Tries to get at what is not its own, in the way that the input says, and tells what came of it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void *nothing(void *unused) { return unused; }

static long in_thread(void) {
  pthread_t thread;
  int number = pthread_create(&thread, NULL, nothing, NULL);
  if (number == 0) return pthread_join(thread, NULL);
  errno = number;
  return -1;
}

static long in_child(pid_t child) {
  if (child == 0) _exit(0);
  if (child > 0) waitpid(child, NULL, 0);
  return child;
}

static long limit(void) {
  struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
  return setrlimit(RLIMIT_DATA, &none);
}

/* Random bytes and what this process fills, which every runner has open for reading. */
static int is_lent(int number) {
  struct stat status;
  if ((fcntl(number, F_GETFL) & O_ACCMODE) != O_RDONLY || fstat(number, &status) != 0) return 0;
  return S_ISCHR(status.st_mode) ? status.st_rdev == makedev(1, 9) : S_ISREG(status.st_mode) && status.st_size == 0;
}

/* Descriptors that it has besides the first four and those two. */
static long descriptors(void) {
  long count = 0, lent = 0;
  for (int number = 4; number < 1024; number++) {
    if (fcntl(number, F_GETFD) < 0) continue;
    if (is_lent(number)) lent++; else count++;
  }
  return count + (lent > 2 ? lent - 2 : 0);
}

/* Both are answered by name, although nothing can be opened. */
static long lent(void) {
  char bytes[64];
  int random = open("/dev/urandom", O_RDONLY), memory = open("/proc/self/statm", O_RDONLY);
  if (random < 0 || memory < 0) return -1;
  return read(random, bytes, 64) == 64 && pread(memory, bytes, 64, 0) > 4 ? 0 : 1;
}

static long environment(void) {
  extern char **environ;
  long count = 0;
  for (char **one = environ; *one != NULL; one++) {
    if (strncmp(*one, "LANG=", 5) != 0 && strncmp(*one, "TZ=", 3) != 0 && strncmp(*one, "LD_LIBRARY_PATH=", 16) != 0 &&
        strncmp(*one, "SWIFT_BACKTRACE=", 16) != 0 &&
        // What a runner that counts its own coverage tells itself.
        strncmp(*one, "__LLVM_PROFILE_", 15) != 0) {
      count++;
    }
  }
  return count;
}

static long connect_to(int port) {
  struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int socket_ = socket(AF_INET, SOCK_STREAM, 0);
  return socket_ < 0 ? -1 : connect(socket_, (struct sockaddr *)&place, sizeof place);
}

/* Sends to a port without a connection: what would be one. */
static long send_to(int port) {
  struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int socket_ = socket(AF_INET, SOCK_STREAM, 0);
  return socket_ < 0 ? -1 : sendto(socket_, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&place, sizeof place);
}

static long listen_at(void) {
  int socket_ = socket(AF_INET, SOCK_STREAM, 0);
  return socket_ < 0 ? -1 : listen(socket_, 1);
}

/* Whom the machine trusts, as who checks certificates asks for it. */
static long authorities(void) {
  struct stat status;
  const char *path = "/etc/ssl/certs/ca-certificates.crt";
  if (stat(path, &status) != 0) return -1;
  FILE *file = fopen(path, "r");
  if (file == NULL) return -1;
  long size = 0;
  while (fgetc(file) != EOF) size++;
  fclose(file);
  return size == status.st_size && fopen(path, "r+") == NULL && fopen("/etc/passwd", "r") == NULL ? 0 : 1;
}

static long attempt(const char *what) {
  if (strncmp(what, "connect-", 8) == 0) return connect_to(atoi(what + 8));
  if (strncmp(what, "send-", 5) == 0) return send_to(atoi(what + 5));
#define TRY(name, expression) \
  if (strcmp(what, name) == 0) return (long)(expression)
  TRY("socket", socket(AF_INET, SOCK_STREAM, 0));
  TRY("socket-6", socket(AF_INET6, SOCK_STREAM, 0));
  TRY("socket-datagram", socket(AF_INET, SOCK_DGRAM, 0));
  TRY("socket-unix", socket(AF_UNIX, SOCK_STREAM, 0));
  TRY("socket-netlink", socket(AF_NETLINK, SOCK_RAW, 0));
  TRY("listen", listen_at());
  TRY("authorities", authorities());
  TRY("read-passwd", open("/etc/passwd", O_RDONLY));
  TRY("read-library", open("/etc/ld.so.cache", O_RDONLY));
  TRY("read-self", open("/proc/self/maps", O_RDONLY));
  TRY("list-root", open("/", O_RDONLY | O_DIRECTORY));
  TRY("write-file", open("/tmp/patchbay-escaped", O_WRONLY | O_CREAT, 0600));
  TRY("make-folder", mkdir("/tmp/patchbay-escaped", 0700));
  TRY("remove-file", unlink("/tmp/patchbay-escaped"));
  TRY("stat", stat("/etc/passwd", &(struct stat){0}));
  TRY("fork", in_child(fork()));
  TRY("vfork", in_child((pid_t)syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL)));
  TRY("clone3", syscall(435, NULL, 0));
  TRY("exec", execl("/bin/true", "true", (char *)NULL));
  TRY("ptrace", ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
  TRY("trace-me", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
  TRY("read-memory", syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0));
  TRY("mount", mount("none", "/tmp", "tmpfs", 0, NULL));
  TRY("namespace", unshare(CLONE_NEWUSER));
  TRY("io-uring", syscall(425, 1, NULL));
  TRY("bpf", syscall(SYS_bpf, 0, NULL, 0));
  TRY("keys", syscall(SYS_keyctl, 0, 0, 0, 0, 0));
  TRY("signal-host", kill(getppid(), SIGTERM));
  TRY("signal-all", kill(-1, SIGTERM));
  TRY("raise-limit", limit());
  TRY("change-folder", chdir("/"));
  TRY("dumpable", prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
  TRY("outlive-host", prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0));
  TRY("set-user", setuid(0));
  TRY("set-clock", clock_settime(CLOCK_REALTIME, &(struct timespec){0, 0}));
  /* These are allowed. */
  TRY("thread", in_thread());
  TRY("time", time(NULL) > 0 ? 0 : -1);
  TRY("descriptors", descriptors());
  TRY("lent-files", lent());
  TRY("environment", environment());
  errno = ENOTSUP;
  return -1;
}

static int32_t misbehave(const pb_invocation *in) {
  char what[64] = "";
  char *text = malloc(in->input.size + 1);
  memcpy(text, in->input.data, in->input.size);
  text[in->input.size] = 0;
  char *start = strstr(text, "\"try\":\"");
  if (start != NULL) sscanf(start + 7, "%63[a-z0-9-]", what);
  free(text);
  errno = 0;
  long answer = attempt(what);
  int number = errno;
  char json[128];
  snprintf(json, sizeof json, "{\"answer\":%ld,\"errno\":\"%s\"}", answer < 0 ? -1 : answer,
           answer >= 0 ? "" : strerrorname_np(number));
  succeed(in->call, json);
  return PB_OK;
}
