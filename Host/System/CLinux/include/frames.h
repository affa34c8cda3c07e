/* Messages with descriptors over a socket pair, and sealed memory for what is too large for one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_FRAMES_H
#define PATCHBAY_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two connected ends that keep messages apart and in order (AF_UNIX SOCK_SEQPACKET), both closed on exec. 0, or -1. */
int32_t clinux_socket_pair(int32_t ends[2]);

/* Sends one message, whole or not at all, with a descriptor unless that is -1. 0, or an error number; EAGAIN when it may not
 * wait and there is no room. */
int32_t clinux_send(int32_t socket, const void *bytes, size_t size, int32_t descriptor, bool may_wait);

/* Waits for a message. Its size; 0 when the other side is gone; -1 with errno, EMSGSIZE when it is longer than `capacity`.
 * `descriptor` receives the first descriptor that came along, closed on exec, or -1; further ones are closed. */
int64_t clinux_receive(int32_t socket, void *buffer, size_t capacity, int32_t *descriptor);

/* From now on receiving waits a tick or two of the kernel's clock at most, then fails with EAGAIN. Costs less than to wait
 * with a time limit each time, because no timer of the processor is set. False when it cannot be had. */
bool clinux_receive_briefly(int32_t socket);

/* Waits for a message, or the end. */
void clinux_wait_for_frame(int32_t socket);

/* Waits until a socket takes data again, at most so long. */
void clinux_wait_for_room(int32_t socket, int32_t milliseconds);

/* A file in memory with these bytes in it that nobody can change any more. A descriptor, or -1 with errno. */
int32_t clinux_sealed(const void *bytes, size_t size);

/* Maps memory that somebody else sealed, for reading; NULL when it is not sealed against every change, is empty, or has more
 * than `most` bytes. */
const void *clinux_map_sealed(int32_t descriptor, size_t most, size_t *size);

void clinux_unmap(const void *start, size_t size);

#endif /* PATCHBAY_FRAMES_H */
