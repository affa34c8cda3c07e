/* Patchbay connector ABI: slices, ids, and the rules everything else obeys.
 *
 * THE FOUR COMPATIBILITY RULES
 *
 *  1. What has been released never changes: no member is removed, moved, retyped or given another meaning, no
 *     constant another value, no function another contract. A correction is a new entity beside the old one.
 *  2. Structs grow at the end only, and every struct begins with `size`, set by whoever WRITES the struct to the size
 *     it knows. A reader takes every member that lies past the writer's size as zero (PB_HAS tests for one).
 *     Growing raises the ABI's minor; the major is part of the exported symbol's name.
 *  3. Optional things are asked for, not assumed: whatever is not in the core tables is a capability, found by its id
 *     ("patchbay.http/1"). An unknown id answers NULL, on both sides. A capability starts in `draft/`; leaving it
 *     does not change the id. A new revision is a new id.
 *  4. Numbers that travel host -> connector are closed: an older connector must never meet a value it does not know.
 *     Numbers that travel connector -> host may grow: a host reads an unknown error code as PB_CODE_INTERNAL, an
 *     unknown effect as PB_EFFECT_UNKNOWN, an unknown retry as PB_RETRY_BY_CODE, an unknown log level as PB_LOG_INFO.
 *
 * OWNERSHIP
 *
 *  Every pointer is borrowed. The callee copies what it wants to keep before it returns; nothing is ever freed across
 *  the border, and no allocator crosses it. The exceptions are named where they occur ("immortal": valid until the
 *  process ends).
 *
 * THREADS AND TIMES, the words in brackets before each function
 *
 *  [loader]        called by the host on one thread, never at the same time as another function of this module
 *  [any-thread]    may be called on any thread, also on several at once
 *  [non-blocking]  returns within 10 ms and never waits for I/O or for another thread
 *  [once]          called at most once for the thing it concerns
 *  [may-be-null]   the function pointer may be NULL
 *
 * No exception, panic, longjmp or unwinding of any language passes a function of this ABI.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_CORE_H
#define PATCHBAY_CORE_H

#include <stddef.h>
#include <stdint.h>

#define PB_ABI_MAJOR 1
#define PB_ABI_MINOR 0

/* Function pointers are called from whatever thread the other side happens to be on. Swift must know: a closure that
 * captured isolated state would trap there, and this makes the compiler refuse it. */
#if defined(__swift__)
#define PB_SENDABLE __attribute__((swift_attr("@Sendable")))
#else
#define PB_SENDABLE
#endif

#if defined(__cplusplus)
#define PB_EXTERN_C extern "C"
#else
#define PB_EXTERN_C
#endif

/* Borrowed bytes. Text is UTF-8 and not NUL-terminated. `data` may be NULL only when `size` is 0. */
typedef struct pb_bytes {
  const uint8_t *data;
  uint64_t size;
} pb_bytes;

/* A call of an operation. Issued by the host, generation-tagged and never reused: whoever names a call that is over is
 * answered PB_STALE. 0 is no call. */
typedef uint64_t pb_call;

/* A request to a host service, such as one HTTP exchange. Issued by the host, never reused. 0 is no request. */
typedef uint64_t pb_request;

/* True when the struct that `pointer` leads to was written by someone who knew `member`. */
#define PB_HAS(pointer, type, member) \
  ((pointer) != NULL && (pointer)->size >= offsetof(type, member) + sizeof((pointer)->member))

#endif /* PATCHBAY_CORE_H */
