/* Patchbay connector ABI: what a connector gives to the host.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_MODULE_H
#define PATCHBAY_MODULE_H

#include "core.h"
#include "host.h"
#include "status.h"

/* One call of one operation of the manifest. The struct and all its slices are borrowed until `invoke` returns. */
typedef struct pb_invocation {
  uint32_t size;
  uint32_t attempt;         /* 1 for the first */
  pb_call call;
  int64_t deadline_ms;      /* milliseconds since 1970-01-01T00:00Z; the host gives the call up then */
  pb_bytes operation;       /* id of the operation, as in the manifest */
  pb_bytes input;           /* JSON object that the operation's input schema describes */
  pb_bytes settings;        /* JSON object that the connector's settings schema describes, defaults filled in */
  pb_bytes credential;      /* the slot that the call may name in requests to host services; empty when it has none */
  pb_bytes idempotency_key; /* the same for every attempt of one step; at most 64 ASCII characters */
  pb_bytes trace_parent;    /* W3C traceparent, or empty */
} pb_invocation;

typedef void (*pb_drained_fn)(void *user) PB_SENDABLE;

/* A connector. Filled by the entry function; everything in it is immortal. */
typedef struct pb_module {
  uint32_t size;
  uint32_t least_minor; /* the least minor of the host's ABI that this connector works with */
  void *context;        /* handed back as the first argument; not named "self", which Swift could not assign */
  pb_bytes id;          /* the manifest's id */
  pb_bytes version;     /* the manifest's version */

  /* [loader] The manifest's declared part: JSON, immortal. The host compares it with the manifest.json beside the
   * library, which was read and checked before the library was opened. */
  pb_bytes (*manifest)(void *context) PB_SENDABLE;

  /* [loader] [once] Before the first `invoke`. Must return within 2 s. When it answers anything but PB_OK the module
   * is refused and no other function is called, `stop` included.
   * Rationale: a failed start that is stopped all the same has been the source of double frees elsewhere. */
  int32_t (*start)(void *context, const pb_host *host) PB_SENDABLE;

  /* [any-thread] [non-blocking] Takes on a call, copies what it needs and returns; the call ends by the host's
   * `complete`. PB_OK: accepted, `complete` follows exactly once. Anything else: refused, and no `complete` follows. */
  int32_t (*invoke)(void *context, const pb_invocation *invocation) PB_SENDABLE;

  /* [any-thread] [non-blocking] Asks for an early end; advisory, may come twice, may race `complete`. The call still
   * ends by `complete`, with PB_CODE_CANCELLED when it was cut short. `reason` is one of PB_CANCEL_…. */
  void (*cancel)(void *context, pb_call call, int32_t reason) PB_SENDABLE;

  /* [loader] [once] [may-be-null] No further `invoke` follows; `done(user)` is called once, from any thread, when the
   * calls that run have ended. */
  void (*drain)(void *context, pb_drained_fn done, void *user) PB_SENDABLE;

  /* [loader] [once] [may-be-null] The last call: the connector ends its own threads. The image stays mapped for the
   * life of the process.
   * Rationale: runtimes (Swift's, Go's, thread-local storage of C++) keep pointers into images; unmapping one has
   * crashed every host that tried. */
  void (*stop)(void *context) PB_SENDABLE;

  /* [any-thread] [non-blocking] [may-be-null] A capability of the connector by its id, immortal, or NULL. */
  const void *(*extension)(void *context, const char *id) PB_SENDABLE;
} pb_module;

/* [loader] [once] The one symbol that a connector exports. Its name carries the ABI's major.
 *
 * `host_minor` is the minor that the host speaks. The host sets `out->size` to the room it offers; the connector fills
 * what fits and sets `out->size` to the size it knows, or the room when that is smaller. It starts no thread and does
 * no I/O here.
 *
 * PB_OK, or a refusal: then `why` (room for `why_capacity` bytes, NUL included) receives one sentence for the operator
 * that names what the connector has and what it needs. */
typedef int32_t (*pb_entry_fn)(uint32_t host_minor, pb_module *out, char *why, uint32_t why_capacity) PB_SENDABLE;

#define PB_ENTRY_SYMBOL "patchbay_connector_v1"

/* For connectors in C and C++: PB_EXPORT int32_t patchbay_connector_v1(…). Swift exports it by @c(patchbay_connector_v1). */
#define PB_EXPORT PB_EXTERN_C __attribute__((visibility("default")))

#endif /* PATCHBAY_MODULE_H */
