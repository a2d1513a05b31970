#!/usr/bin/env bash
# Sets up the sample. What a renderer emits may look different; it has to do the same.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
vault=${VAULT_CLI:-vault}

# missing secrets|auth MOUNT: whether nothing is mounted there.
missing() {
    local mounts
    mounts=$("$vault" "$1" list -format=json)
    ! grep -qF "\"$2/\": {" <<<"$mounts"
}

if missing secrets 'secret'; then "$vault" secrets enable -path='secret' -version=2 kv; fi
# Vault's JSON has \u0026 for an ampersand.
if missing secrets 'Kunden \u0026 Söhne/v1'; then "$vault" secrets enable -path='Kunden & Söhne/v1' -version=1 kv; fi
for mount in kubernetes team/k8s; do
    if missing auth "$mount"; then "$vault" auth enable -path="$mount" kubernetes; fi
    if [ -n "${KUBERNETES_HOST:-}" ] || ! "$vault" read "auth/$mount/config" >/dev/null 2>&1; then
        "$vault" write "auth/$mount/config" kubernetes_host="${KUBERNETES_HOST:-https://kubernetes.default.svc}"
    fi
done
if missing auth jwt; then "$vault" auth enable jwt; fi
if missing auth approle; then "$vault" auth enable approle; fi
for file in "$here"/policies/*.hcl; do
    name=$(basename "$file" .hcl)
    "$vault" policy write "$name" - <"$file"
done
for file in "$here"/roles/*/*.json "$here"/roles/*/*/*.json; do
    name=${file#"$here/roles/"}
    name=${name%.json}
    "$vault" write "auth/${name%/*}/role/${name##*/}" - <"$file"
done
