#!/bin/sh
# Has kubectl, PyYAML and ruamel.yaml read what the writer emits, and compares our reading of plain
# scalars, blocks, anchors and merge keys with kubectl's. Fails when one of them is missing.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

for tool in cargo kubectl python3; do
    command -v "$tool" >/dev/null || { echo "conformance/yaml: $tool is missing" >&2; exit 1; }
done

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"

mkdir "$work/written" "$work/read"
cd "$root"
SAILPLAN_EMIT_DIR="$work/written" cargo test --quiet --test yaml_roundtrip emit_nasty_strings
SAILPLAN_EMIT_DIR="$work/read" cargo test --quiet --test yaml_read emit_readings
"$work/venv/bin/python" "$here/check.py" "$work/written" "$work/read"
