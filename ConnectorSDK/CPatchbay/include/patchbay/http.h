/* Patchbay connector ABI: capability "patchbay.http/1", offered by the host. HTTP and HTTPS requests, made by the host.
 *
 * The host keeps the connector's declared hosts and the operator's egress policy, attaches the credential as the
 * manifest's slot says, re-checks every redirect, and caps size and time. A connector therefore needs no network of
 * its own, and never holds a secret.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_HTTP_H
#define PATCHBAY_HTTP_H

#include "core.h"
#include "host.h"
#include "status.h"

#define PB_HTTP_ID "patchbay.http/1"

/* Borrowed until `send` returns. */
typedef struct pb_http_request {
  uint32_t size;
  uint32_t max_redirects; /* 0: a redirect is an answer like any other. At most 20 */
  pb_bytes method;        /* "GET", "POST", … as it goes out */
  pb_bytes url;           /* absolute, http or https, without user information */
  pb_bytes headers;       /* lines of "Name: value\n"; neither part holds a control character */
  pb_bytes body;
  pb_bytes credential; /* name of a credential slot of the manifest: the host attaches the secret. Empty: none */
  uint64_t timeout_ms; /* 0: up to the call's deadline */
  uint64_t max_body;   /* bytes of the answer's body past which the request fails; 0: the host's limit (32 MiB) */
} pb_http_request;

/* Borrowed until the reply function returns. */
typedef struct pb_http_response {
  uint32_t size;
  int32_t status;
  pb_bytes headers; /* lines of "name: value\n", names in lower case; of the last answer when redirects were followed */
  pb_bytes body;    /* decoded: gzip, deflate and br are undone */
  pb_bytes url;     /* the address that answered, after redirects */
} pb_http_response;

/* [any-thread] [non-blocking] [once] The answer, or the error when there was none: exactly one of them is not NULL.
 * Never called inside `send`. A status of 400 or above is an answer, not an error. */
typedef void (*pb_http_reply_fn)(void *user, pb_request request, const pb_http_response *response,
                                 const pb_error *error) PB_SENDABLE;

typedef struct pb_http {
  uint32_t size;
  uint32_t reserved; /* 0 */

  /* [any-thread] [non-blocking] PB_OK: the reply function is called exactly once, also after `abort`, also when the
   * call ends before. Anything else: it is not called. PB_STALE: the call is over. PB_DENIED: the manifest declares
   * no such host or credential slot. PB_INVALID: method, URL or headers are malformed. `out` [may-be-null] receives
   * the request's id before `send` returns, and before the reply function is called. */
  int32_t (*send)(const pb_host *host, pb_call call, const pb_http_request *request, pb_http_reply_fn reply,
                  void *user, pb_request *out) PB_SENDABLE;

  /* [any-thread] [non-blocking] Gives a request up; its reply comes soon, with PB_CODE_CANCELLED unless it was ready
   * already. PB_STALE when it is over. */
  int32_t (*abort)(const pb_host *host, pb_request request) PB_SENDABLE;
} pb_http;

#endif /* PATCHBAY_HTTP_H */
