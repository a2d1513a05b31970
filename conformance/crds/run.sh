#!/usr/bin/env bash
# Compares our schemas with the contracts they were written from, then checks each object of the example platform
# against the contract of its kind: as the spec stands, and for Argo CD 2.14.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
. conformance/lib.sh
crds=$(shared crds)
program
python_with "$here/requirements.txt"

"$python" "$here/check_schemas.py" "$crds"

example newest
"$python" "$here/check_tree.py" "$crds" "$work/newest/out"

fixture secrets
fixture onboarding
"$python" "$here/check_tree.py" "$crds" "$work/secrets/out"
"$python" "$here/check_tree.py" "$crds" "$work/onboarding/out"

example old '' 's/^    version: "3\.1"$/    version: "2.14"/'
"$python" "$here/check_tree.py" "$crds" "$work/old/out" --argocd 2.14.21 --argocd 3.5.1
