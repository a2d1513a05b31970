#!/usr/bin/env bash
# The JSON Schema of the spec is the one in the repository, and another validator than ours accepts the example
# with it and refuses typos.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
. conformance/lib.sh
program
python_with "$here/requirements.txt"

"$SAILPLAN" schema >"$work/platform.schema.json"
diff -u schemas/platform.schema.json "$work/platform.schema.json"
"$python" "$here/check.py" "$work/platform.schema.json" platform.example.yaml
