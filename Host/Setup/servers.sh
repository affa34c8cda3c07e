#!/usr/bin/env bash
# Makes the folder of Python packages that tests start as servers: moto (Amazon's services), aiosmtpd (e-mail),
# oidc-provider-mock (a provider of identities, made of Authlib, of which other tests make one of their own) and
# openapi-spec-validator (a judge of the API's own document).
#   servers.sh FOLDER
set -euo pipefail
folder=$1
packages=('moto[server]==5.2.1' 'aiosmtpd==1.4.6' 'cryptography' 'oidc-provider-mock==0.3.4' 'Authlib==1.9.9'
  'openapi-spec-validator==0.9.0')
wanted="${packages[*]}"
[ "$(cat "$folder/packages.txt" 2>/dev/null || true)" != "$wanted" ] || exit 0
echo "Making $folder with $wanted"
rm -rf "$folder"
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}"
echo "$wanted" >"$folder/packages.txt"
