#!/usr/bin/env bash
# Starts the host, runs the starter workflow on it, and stays until Ctrl-C.
#   run.sh BUILD_FOLDER
set -euo pipefail
build=$1
export PORT=${PORT:-8080}
# The run is what people want to see here, not each request around it.
export LOG_LEVEL=${LOG_LEVEL:-notice}
# The starter workflow posts to a receiver on this machine, which egress rules refuse unless told otherwise.
export PATCHBAY_ALLOW_NETWORKS=${PATCHBAY_ALLOW_NETWORKS:-127.0.0.0/8}

"$build/patchbay" serve &
host=$!
# Ctrl-C reaches the host by itself; it drains, and this script waits for it.
trap 'kill -TERM $host 2>/dev/null || true' TERM
trap ':' INT

for _ in $(seq 300); do
  if curl -fsS -o /dev/null "http://127.0.0.1:$PORT/readyz" 2>/dev/null; then
    "$build/patchbay" template import --publish Host/Templates/*.yaml >/dev/null ||
      echo "The templates of Host/Templates are not offered; the host goes on." >&2
    Host/Setup/demo.sh "$build" || echo "The starter workflow failed; the host goes on." >&2
    echo
    echo "Patchbay listens on http://127.0.0.1:$PORT/api/v1. Ctrl-C ends it; 'make demo' repeats the workflow."
    break
  fi
  kill -0 "$host" 2>/dev/null || break
  sleep 0.2
done
# `wait` returns early when a signal comes; the host's own exit is what counts.
status=0
while kill -0 "$host" 2>/dev/null; do
  wait "$host" && status=0 || status=$?
done
# Ended by a signal that was asked for.
[ "$status" -eq 130 ] || [ "$status" -eq 143 ] && status=0
exit "$status"
