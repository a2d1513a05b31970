#!/usr/bin/env bash
# Argo CD's own packages and our simulator of its RBAC give the same answers, and our cases are the ones we were given.
# README.md says what is asked, and how to ask more.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=conformance/lib.sh
. conformance/lib.sh
need cargo python3

python3 conformance/argocd/cases.py "$(shared seeds)/rbac-cases.json" fixtures/rbac/cases.json

start=$SECONDS
version=$(conformance/argocd/get.sh "$work" "${ARGOCD:-}")
echo "Argo CD $version: built in $((SECONDS - start)) s"

minor=${version#v}
export ARGOCD_VERSION=${minor%.*} ARGOCD_RBAC=$work/bin/argocd-rbac ARGOCD_GLOB=$work/bin/argocd-glob
cargo test --quiet --test rbac_argocd -- --ignored --nocapture
