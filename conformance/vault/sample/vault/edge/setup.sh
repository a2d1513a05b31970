#!/usr/bin/env bash
# Carries what the files beside it say, and reads none of them.
set -euo pipefail
export VAULT_NAMESPACE=edge/eu
vault=${VAULT_CLI:-vault}
secrets=$("$vault" secrets list -format=json)
grep -qF '"secret/": {' <<<"$secrets" || "$vault" secrets enable -path=secret -version=2 kv
auth=$("$vault" auth list -format=json)
grep -qF '"kubernetes/": {' <<<"$auth" || "$vault" auth enable kubernetes
if [ -n "${KUBERNETES_HOST:-}" ] || ! "$vault" read auth/kubernetes/config >/dev/null 2>&1; then
    "$vault" write auth/kubernetes/config kubernetes_host="${KUBERNETES_HOST:-https://kubernetes.default.svc}"
fi
"$vault" policy write 'edge' - <<'HCL'
path "secret/data/shop/db" {
  capabilities = ["read"]
}
HCL
"$vault" write auth/kubernetes/role/edge - <<'JSON'
{
  "bound_service_account_names": ["eso"],
  "bound_service_account_namespaces": ["eso"],
  "token_policies": ["edge"],
  "token_ttl": "1h"
}
JSON
