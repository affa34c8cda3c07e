/* Patchbay connector ABI: the numbers that travel. All of them travel as int32_t.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PATCHBAY_STATUS_H
#define PATCHBAY_STATUS_H

#include "core.h"

/* What a function of this ABI answers. 0 is success, everything below is a refusal that changed nothing. */
enum {
  PB_OK = 0,
  PB_STALE = -1,       /* the call or request is over, or never was */
  PB_INVALID = -2,     /* an argument breaks its contract */
  PB_UNSUPPORTED = -3, /* not offered by this side */
  PB_DENIED = -4,      /* the manifest does not declare it, or the operator does not allow it */
  PB_BUSY = -5,        /* not now; ask again later */
  PB_CLOSING = -6      /* this side is shutting down */
};

/* How an operation failed; the host decides by it what to do next. connector -> host, may grow. */
enum {
  PB_CODE_INTERNAL = 0,      /* a defect of the connector; also what unknown codes are read as */
  PB_CODE_INVALID_INPUT = 1, /* the input is at fault; `pointer` says where. Never retried */
  PB_CODE_AUTH_EXPIRED = 2,  /* the credential ran out; the host may refresh it and try once more */
  PB_CODE_AUTH_DENIED = 3,   /* the credential is wrong or lacks a permission. Never retried */
  PB_CODE_NOT_FOUND = 4,     /* what the input names does not exist. Never retried */
  PB_CODE_CONFLICT = 5,      /* the other side is in a state that forbids it. Never retried */
  PB_CODE_RATE_LIMITED = 6,  /* too many calls; `retry_after_ms` says when it is worth trying */
  PB_CODE_UNAVAILABLE = 7,   /* the other side cannot be reached or is down; worth trying again */
  PB_CODE_TIMEOUT = 8,       /* no answer in time; worth trying again */
  PB_CODE_CANCELLED = 9,     /* ended because the host asked for it */
  PB_CODE_UPSTREAM = 10,     /* the other side answered with an error or with nonsense. Not retried by itself */
  PB_CODE_CONFIG = 11,       /* the settings or the credential's settings are at fault. Never retried */
  PB_CODE_UNSUPPORTED = 12   /* the operation or this use of it is not offered */
};

/* Whether trying again makes sense. connector -> host, may grow. */
enum {
  PB_RETRY_BY_CODE = 0, /* as the code says */
  PB_RETRY_YES = 1,
  PB_RETRY_NO = 2
};

/* What the failed operation has done to the outside world. connector -> host, may grow. */
enum {
  PB_EFFECT_UNKNOWN = 0, /* it may have happened; also what unknown values are read as */
  PB_EFFECT_NONE = 1,    /* nothing happened */
  PB_EFFECT_APPLIED = 2  /* it happened */
};

/* How loud a log line is. connector -> host, may grow. */
enum { PB_LOG_DEBUG = 0, PB_LOG_INFO = 1, PB_LOG_WARNING = 2, PB_LOG_ERROR = 3 };

/* Why a call is cancelled. host -> connector, closed. */
enum { PB_CANCEL_REQUESTED = 0, PB_CANCEL_DEADLINE = 1, PB_CANCEL_SHUTDOWN = 2 };

#endif /* PATCHBAY_STATUS_H */
