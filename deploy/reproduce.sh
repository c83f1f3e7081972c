#!/usr/bin/env bash
# Builds the program of HEAD twice from nothing, in folders of different names and time zones and without ccache, and
# compares the two byte for byte. Prints the SHA-256 of the program, whole and as the container holds it. Exit 1 when
# they differ.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
commit=$(git rev-parse --short=12 HEAD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH CCACHE_DISABLE=1

build() { # folder
  mkdir -p "$1"
  git archive HEAD | tar -x -C "$1"
  (cd "$1" && cmake --preset release -DPOLYGLANCE_TESTS=OFF -DPOLYGLANCE_COMMIT="$commit" >/dev/null &&
    cmake --build build/release --target polyglance >/dev/null)
  strip --strip-debug -o "$1/stripped" "$1/build/release/polyglance"
}

TZ=Pacific/Auckland build "$work/one"
TZ=America/Adak build "$work/another/further/down"

cd "$work"
for file in build/release/polyglance stripped; do
  cmp "one/$file" "another/further/down/$file"
done
echo "commit $commit, two builds, the same bytes:"
sha256sum <one/build/release/polyglance | sed 's/-$/polyglance/'
sha256sum <one/stripped | sed 's/-$/polyglance in the container/'
