#!/usr/bin/env bash
# Runs the starter workflow on real input against the running host.
#   demo.sh BUILD_FOLDER
set -euo pipefail
exec "$1/patchbay" demo --url "http://127.0.0.1:${PORT:-8080}" \
  --workflow Host/Docs/examples/deploy-alert.json --payload Host/Docs/examples/deployment_status.json
