#!/usr/bin/env bash
# Has kubectl, PyYAML and ruamel.yaml read what the writer emits and each file of the example platform, and
# compares our reading of plain scalars, blocks, anchors and merge keys with kubectl's.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
. conformance/lib.sh
need cargo kubectl
program
python_with "$here/requirements.txt"

mkdir "$work/written" "$work/read"
SAILPLAN_EMIT_DIR="$work/written" cargo test --quiet --test yaml_roundtrip emit_nasty_strings
SAILPLAN_EMIT_DIR="$work/read" cargo test --quiet --test yaml_read emit_readings
"$python" "$here/check.py" "$work/written" "$work/read"

example platform
"$python" "$here/tree.py" "$work/platform/out"
