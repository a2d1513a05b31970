#!/usr/bin/env bash
# bash and shellcheck read the scripts of the project, and those that the given rendered trees hold.
#
# usage: run.sh TREE...
set -euo pipefail

trees=()
for tree in "$@"; do
    trees+=("$(realpath "$tree")")
done
cd "$(dirname "$0")/../.."
. conformance/lib.sh
need shellcheck

own=(.ci/run)
while IFS= read -r -d '' file; do
    own+=("$file")
done < <(find conformance -name '*.sh' -print0 | sort -z)
emitted=()
for tree in "${trees[@]}"; do
    before=${#emitted[@]}
    while IFS= read -r -d '' file; do
        emitted+=("$file")
    done < <(find "$tree" -name '*.sh' -print0 | sort -z)
    [ "${#emitted[@]}" -gt "$before" ] || { echo "$0: $tree: no scripts" >&2; exit 1; }
done

for file in "${own[@]}" "${emitted[@]}"; do
    bash -n "$file"
done
shellcheck --external-sources "${own[@]}" "${emitted[@]}"
printf '%d scripts of ours, %d emitted: nothing to say\n' "${#own[@]}" "${#emitted[@]}"
