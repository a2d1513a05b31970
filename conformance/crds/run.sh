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

for name in secrets onboarding onboarding-overlays environments as-applicationset access apono builds self-service; do
    fixture "$name"
    "$python" "$here/check_tree.py" "$crds" "$work/$name/out"
done

example old '' 's/^    version: "3\.1"$/    version: "2.14"/'
"$python" "$here/check_tree.py" "$crds" "$work/old/out" --argocd 2.14.21 --argocd 3.5.1
