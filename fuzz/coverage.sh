#!/usr/bin/env bash
# fuzz/coverage.sh [folder]: which lines of the parsers (fuzz/parsers) the corpus reaches, one row a file; with a folder
# the inputs in folder/<target>, too. ./dev fuzz --coverage builds what it needs first.
# The lines themselves: llvm-cov-19 show build/coverage/polyglance_fuzz -instr-profile=build/coverage/profile/all FILE
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

program=build/coverage/polyglance_fuzz
profile=build/coverage/profile
rm -rf "$profile"
mkdir -p "$profile"
known=$(FUZZ_TARGET='' LLVM_PROFILE_FILE=/dev/null $program || true)
while read -r target _; do
  inputs=("fuzz/corpus/$target")
  [ ! -d "${1:-}/$target" ] || inputs+=("$1/$target")
  FUZZ_TARGET=$target LLVM_PROFILE_FILE=$profile/$target.raw $program -runs=0 -rss_limit_mb=0 -artifact_prefix="$profile/" "${inputs[@]}" \
    >"$profile/$target.log" 2>&1 </dev/null || { tail -20 "$profile/$target.log"; exit 1; }
done <<<"$known"
llvm-profdata-19 merge -o "$profile/all" "$profile"/*.raw

mapfile -t files < <(grep -v '^#' fuzz/parsers)
llvm-cov-19 export $program -instr-profile="$profile/all" -summary-only "${files[@]}" |
  python3 -c '
import json, os, sys
data = json.load(sys.stdin)["data"][0]
rows = [(os.path.relpath(file["filename"]), file["summary"]["lines"]) for file in data["files"]]
for name, lines in [*sorted(rows), ("all parsers", data["totals"]["lines"])]:
    print("%-40s %5d of %5d lines %6.1f %%" % (name, lines["covered"], lines["count"], lines["percent"]))
sys.exit(data["totals"]["lines"]["percent"] < 90)'
