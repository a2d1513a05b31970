#!/usr/bin/env bash
# The health check of Applications that argocd-cm carries, run by Lua 5.1, the language version of Argo CD.
# Usage: run.sh TREE, with a rendered tree. Needs lua5.1 and python3.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=${1:?usage: run.sh TREE}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# The script is the block literal behind its key; its indentation is four spaces.
python3 - "$tree/argocd/app-of-apps/settings/argocd-cm.yaml" > "$scratch/health.lua" <<'PY'
import sys
lines = open(sys.argv[1]).read().splitlines()
start = lines.index("  resource.customizations.health.argoproj.io_Application: |") + 1
for line in lines[start:]:
    if line and not line.startswith("    "):
        break
    print(line[4:])
PY
lua5.1 "$here/cases.lua" "$scratch/health.lua"
