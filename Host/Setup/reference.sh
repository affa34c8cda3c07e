#!/usr/bin/env bash
# Writes the reference part of every connector's README.md from the manifest that its library declares.
#   reference.sh BUILD_FOLDER
set -euo pipefail
build=$1
for folder in Connectors/*/; do
  id=$(basename "$folder" | tr '[:upper:]' '[:lower:]')
  [ -e "$build/lib$id.so" ] || continue
  grep -q '^<!-- reference: ' "$folder/README.md" || continue
  "$build/patchbay" connector docs "$build/lib$id.so" --output "$folder/README.md"
done
