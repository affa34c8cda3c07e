#!/usr/bin/env bash
# Writes the reference part of every connector's README.md from the manifest that its library declares.
#   reference.sh BUILD_FOLDER
set -euo pipefail
build=$1
# A connector is a folder with a module: Connectors/Slack is `slack`, Connectors/AWS/S3 is `aws-s3`.
for module in Connectors/*/Module Connectors/*/*/Module; do
  folder=${module%/Module}
  id=$(echo "${folder#Connectors/}" | tr '[:upper:]/' '[:lower:]-')
  [ -e "$build/lib$id.so" ] && [ -e "$folder/README.md" ] || continue
  grep -q '^<!-- reference: ' "$folder/README.md" || continue
  "$build/patchbay" connector docs "$build/lib$id.so" --output "$folder/README.md"
done
