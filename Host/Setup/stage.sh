#!/usr/bin/env bash
# Puts every built connector into a plugins folder, with the manifest that its code declares.
#   stage.sh BUILD_FOLDER PLUGINS_FOLDER
set -euo pipefail
build=$1
plugins=$2
libraries=()
# A connector is a folder with a module: Connectors/Slack is `slack`, Connectors/AWS/S3 is `aws-s3`.
for module in Connectors/*/Module Connectors/*/*/Module; do
  [ -d "$module" ] || continue
  folder=${module%/Module}
  # The generic library is no connector until it holds a document.
  [ "$folder" = Connectors/Declarative ] && continue
  id=$(echo "${folder#Connectors/}" | tr '[:upper:]/' '[:lower:]-')
  libraries+=("$build/lib$id.so")
done
"$build/patchbay" connector stage --trust --plugins "$plugins" "${libraries[@]}"
