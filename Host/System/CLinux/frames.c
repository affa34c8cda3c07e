/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "frames.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

int32_t clinux_socket_pair(int32_t ends[2]) {
  return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

int32_t clinux_send(int32_t socket, const void *bytes, size_t size, int32_t descriptor, bool may_wait) {
  struct iovec part = {(void *)bytes, size};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
  } control;
  if (descriptor >= 0) {
    memset(&control, 0, sizeof control);
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
  }
  while (sendmsg(socket, &message, MSG_NOSIGNAL | (may_wait ? 0 : MSG_DONTWAIT)) < 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

int64_t clinux_receive(int32_t socket, void *buffer, size_t capacity, int32_t *descriptor) {
  struct iovec part = {buffer, capacity};
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(8 * sizeof(int))];
  } control;
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  *descriptor = -1;
  ssize_t size;
  do {
    message.msg_controllen = sizeof control;
    size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0) return -1;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t index = 0; index < count; index++) {
      int received;
      memcpy(&received, CMSG_DATA(header) + index * sizeof(int), sizeof(int));
      if (*descriptor < 0) {
        *descriptor = received;
      } else {
        close(received);
      }
    }
  }
  if (message.msg_flags & MSG_TRUNC) {
    if (*descriptor >= 0) close(*descriptor);
    *descriptor = -1;
    errno = EMSGSIZE;
    return -1;
  }
  return size;
}

bool clinux_receive_briefly(int32_t socket) {
  struct timeval least = {.tv_usec = 1};
  return setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &least, sizeof least) == 0;
}

void clinux_wait_for_frame(int32_t socket) {
  struct pollfd waiting = {.fd = socket, .events = POLLIN};
  poll(&waiting, 1, -1);
}

void clinux_wait_for_room(int32_t socket, int32_t milliseconds) {
  struct pollfd waiting = {.fd = socket, .events = POLLOUT};
  poll(&waiting, 1, milliseconds);
}

static int write_all(int32_t file, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t step = write(file, bytes, size);
    if (step < 0) {
      if (errno == EINTR) continue;
      return -1;
    }
    bytes += step;
    size -= (size_t)step;
  }
  return 0;
}

enum { ALL_SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

int32_t clinux_sealed(const void *bytes, size_t size) {
  int file = memfd_create("patchbay", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) return -1;
  if (write_all(file, bytes, size) == 0 && fcntl(file, F_ADD_SEALS, ALL_SEALS) == 0) return file;
  int number = errno;
  close(file);
  errno = number;
  return -1;
}

const void *clinux_map_sealed(int32_t descriptor, size_t most, size_t *size) {
  enum { NEEDED = F_SEAL_SHRINK | F_SEAL_WRITE };
  int seals = fcntl(descriptor, F_GET_SEALS);
  struct stat status;
  if (seals < 0 || (seals & NEEDED) != NEEDED || fstat(descriptor, &status) != 0) return NULL;
  if (status.st_size <= 0 || (uint64_t)status.st_size > most) return NULL;
  void *start = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0);
  if (start == MAP_FAILED) return NULL;
  *size = (size_t)status.st_size;
  return start;
}

void clinux_unmap(const void *start, size_t size) { munmap((void *)start, size); }
