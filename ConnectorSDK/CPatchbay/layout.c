/* The layout of every struct of the ABI, as a table that a test compares with the committed snapshot
 * (Tests/CPatchbayTests/layout-1.txt). Not part of the ABI.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "layout.h"

#define STRUCT(type) {#type, "", 0, sizeof(type)}
#define MEMBER(type, member) {#type, #member, offsetof(type, member), sizeof(((type *)0)->member)}

static const pb_layout_row rows[] = {
    STRUCT(pb_bytes), MEMBER(pb_bytes, data), MEMBER(pb_bytes, size),

    STRUCT(pb_error), MEMBER(pb_error, size), MEMBER(pb_error, code), MEMBER(pb_error, retry),
    MEMBER(pb_error, effect), MEMBER(pb_error, retry_after_ms), MEMBER(pb_error, http_status),
    MEMBER(pb_error, reserved), MEMBER(pb_error, vendor_code), MEMBER(pb_error, message), MEMBER(pb_error, detail),
    MEMBER(pb_error, pointer),

    STRUCT(pb_result), MEMBER(pb_result, size), MEMBER(pb_result, flags), MEMBER(pb_result, output),

    STRUCT(pb_host), MEMBER(pb_host, size), MEMBER(pb_host, minor), MEMBER(pb_host, context), MEMBER(pb_host, name),
    MEMBER(pb_host, version), MEMBER(pb_host, complete), MEMBER(pb_host, progress), MEMBER(pb_host, is_cancelled),
    MEMBER(pb_host, log), MEMBER(pb_host, extension),

    STRUCT(pb_invocation), MEMBER(pb_invocation, size), MEMBER(pb_invocation, attempt), MEMBER(pb_invocation, call),
    MEMBER(pb_invocation, deadline_ms), MEMBER(pb_invocation, operation), MEMBER(pb_invocation, input),
    MEMBER(pb_invocation, settings), MEMBER(pb_invocation, credential), MEMBER(pb_invocation, idempotency_key),
    MEMBER(pb_invocation, trace_parent),

    STRUCT(pb_module), MEMBER(pb_module, size), MEMBER(pb_module, least_minor), MEMBER(pb_module, context),
    MEMBER(pb_module, id), MEMBER(pb_module, version), MEMBER(pb_module, manifest), MEMBER(pb_module, start),
    MEMBER(pb_module, invoke), MEMBER(pb_module, cancel), MEMBER(pb_module, drain), MEMBER(pb_module, stop),
    MEMBER(pb_module, extension),

    STRUCT(pb_http_request), MEMBER(pb_http_request, size), MEMBER(pb_http_request, max_redirects),
    MEMBER(pb_http_request, method), MEMBER(pb_http_request, url), MEMBER(pb_http_request, headers),
    MEMBER(pb_http_request, body), MEMBER(pb_http_request, credential), MEMBER(pb_http_request, timeout_ms),
    MEMBER(pb_http_request, max_body),

    STRUCT(pb_http_response), MEMBER(pb_http_response, size), MEMBER(pb_http_response, status),
    MEMBER(pb_http_response, headers), MEMBER(pb_http_response, body), MEMBER(pb_http_response, url),

    STRUCT(pb_http), MEMBER(pb_http, size), MEMBER(pb_http, reserved), MEMBER(pb_http, send), MEMBER(pb_http, abort),

    STRUCT(pb_process), MEMBER(pb_process, size), MEMBER(pb_process, reserved), MEMBER(pb_process, retire),
};

const pb_layout_row *pb_layout(uint32_t *count) {
  *count = sizeof(rows) / sizeof(rows[0]);
  return rows;
}
