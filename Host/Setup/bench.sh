#!/usr/bin/env bash
# Measures the budgets of the design in the release build.
#   bench.sh BUILD_FOLDER
set -euo pipefail
"$1/patchbay-bench" "$1"
"$1/patchbay-engine-bench"
