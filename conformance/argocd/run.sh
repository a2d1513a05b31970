#!/usr/bin/env bash
# Argo CD's own packages and our simulator of its RBAC give the same answers, our cases are the ones we were given, and
# Argo CD's plugin server runs our plugin.
# README.md says what is asked, and how to ask more.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=conformance/lib.sh
. conformance/lib.sh
need cargo python3 kubectl
program
python_with conformance/argocd/requirements.txt

python3 conformance/argocd/cases.py "$(shared seeds)/rbac-cases.json" fixtures/rbac/cases.json

start=$SECONDS
version=$(conformance/argocd/get.sh "$work" "${ARGOCD:-}")
echo "Argo CD $version: built in $((SECONDS - start)) s"

minor=${version#v}
export ARGOCD_VERSION=${minor%.*} ARGOCD_RBAC=$work/bin/argocd-rbac ARGOCD_GLOB=$work/bin/argocd-glob
cargo test --quiet --test rbac_argocd -- --ignored --nocapture

cp -R examples "$work/example"
mkdir "$work/platform"
mv "$work/example" "$work/platform/examples"
cp platform.example.yaml "$work/platform/platform.yaml"
"$python" conformance/argocd/plugin.py "$work/bin/argocd-plugin" "$SAILPLAN" "$work/platform"
"$python" conformance/argocd/sidecar.py "$(command -v kubectl)"
