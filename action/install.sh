#!/usr/bin/env bash
# Puts the program on the PATH of the job: that of a release, checked against its checksums, or a build from the sources of
# this action.
set -euo pipefail

folder=$RUNNER_TEMP/sailplan-bin
sources=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$folder"

version=${VERSION:-}
if [ -z "$version" ] && [[ ${ACTION_REF:-} =~ ^v[0-9]+\.[0-9]+\.[0-9]+ ]]; then
    version=$ACTION_REF
fi
version=${version#v}

case $(uname -s)-$(uname -m) in
    Linux-x86_64) target=x86_64-unknown-linux-musl ;;
    Linux-aarch64) target=aarch64-unknown-linux-musl ;;
    *) target= ;;
esac

# released: fetches the release, if there is one for this machine. A file with another checksum is an error, not a reason to build.
released() {
    [ -n "$version" ] && [ "$version" != source ] && [ -n "$target" ] && [ -n "${ACTION_REPOSITORY:-}" ] || return 1
    local archive=sailplan-$version-$target.tar.gz downloads=$RUNNER_TEMP/sailplan-downloads
    mkdir -p "$downloads"
    gh release download "v$version" --repo "$ACTION_REPOSITORY" --dir "$downloads" --clobber \
        --pattern "$archive" --pattern SHA256SUMS || return 1
    if ! (cd "$downloads" && grep -F "  $archive" SHA256SUMS | sha256sum --check --status --strict); then
        echo "::error title=sailplan::the checksum of $archive is not the one of the release"
        exit 1
    fi
    tar -xzf "$downloads/$archive" -C "$folder" ./sailplan
}

if ! released; then
    if [ -n "${VERSION:-}" ] && [ "$VERSION" != source ]; then
        echo "::error title=sailplan::there is no release $version for $(uname -s) on $(uname -m)"
        exit 1
    fi
    echo "sailplan: building from its sources"
    cargo install --quiet --locked --path "$sources" --root "$RUNNER_TEMP/sailplan-build"
    mv "$RUNNER_TEMP/sailplan-build/bin/sailplan" "$folder/sailplan"
fi
echo "$folder" >>"$GITHUB_PATH"
"$folder/sailplan" --version
