/* Patchbay connector ABI: what the host gives to a connector.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_HOST_H
#define PATCHBAY_HOST_H

#include "core.h"
#include "status.h"

/* A failure. Written by the connector in `complete`, by the host in the answers of its services. */
typedef struct pb_error {
  uint32_t size;
  int32_t code;           /* PB_CODE_… */
  int32_t retry;          /* PB_RETRY_… */
  int32_t effect;         /* PB_EFFECT_… */
  int64_t retry_after_ms; /* how long to wait before the next try; -1 when nobody said */
  int32_t http_status;    /* the status that the other side answered with; 0 when there was none */
  uint32_t reserved;      /* 0 */
  pb_bytes vendor_code;   /* the vendor's own word for it ("channel_not_found"); may be empty */
  pb_bytes message;       /* one sentence for the person who built the workflow; holds no secret */
  pb_bytes detail;        /* JSON for that person to look into; may be empty; holds no secret */
  pb_bytes pointer;       /* RFC 6901 JSON pointer to the member of the input at fault; may be empty */
} pb_error;

/* A success. */
typedef struct pb_result {
  uint32_t size;
  uint32_t flags;  /* 0 */
  pb_bytes output; /* JSON that the operation's output schema describes */
} pb_result;

typedef struct pb_host pb_host;

/* The host. Immortal: it may be kept, and called while the host shuts down (it then answers PB_CLOSING or PB_STALE).
 * Rationale: calls are named by id, not by pointer, so that a thread which comes back late is answered, not crashed
 * on. */
struct pb_host {
  uint32_t size;
  uint32_t minor; /* the minor of the ABI that the host speaks */
  void *context;  /* the host's own; handed back by passing the table itself */
  pb_bytes name;  /* immortal; for logs, such as "patchbay" */
  pb_bytes version;

  /* [any-thread] [non-blocking] [once] Ends a call, with a result or with an error: exactly one of them is not NULL.
   * May be called before `invoke` has returned. PB_STALE when the call is over already (it was completed before, or
   * the host has given it up at its deadline): the connector then frees what it holds and forgets the call.
   * PB_INVALID when neither or both are given, or when `size` is below that of the first release. */
  int32_t (*complete)(const pb_host *host, pb_call call, const pb_result *result, const pb_error *error) PB_SENDABLE;

  /* [any-thread] [non-blocking] Tells how far a call is: JSON {"fraction": 0…1, "message": text}, both optional. */
  int32_t (*progress)(const pb_host *host, pb_call call, pb_bytes json) PB_SENDABLE;

  /* [any-thread] [non-blocking] 1 when the call shall end early, 0 when not, PB_STALE when it is over. */
  int32_t (*is_cancelled)(const pb_host *host, pb_call call) PB_SENDABLE;

  /* [any-thread] [non-blocking] A line in the log of the call's step; with call 0 in the host's own. `fields` is a
   * JSON object or empty. Lines above 16 KiB are cut, and a call's lines past the 1,000th are counted, not kept. */
  int32_t (*log)(const pb_host *host, pb_call call, int32_t level, pb_bytes message, pb_bytes fields) PB_SENDABLE;

  /* [any-thread] [non-blocking] A capability's table by its id, immortal, or NULL when the host does not offer it. */
  const void *(*extension)(const pb_host *host, const char *id) PB_SENDABLE;
};

#endif /* PATCHBAY_HOST_H */
