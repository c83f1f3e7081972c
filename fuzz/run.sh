#!/usr/bin/env bash
# fuzz/run.sh [target [seconds]]: drives build/fuzz/polyglance_fuzz; ./dev fuzz builds it first.
# What is found goes to build/fuzz/found/<target>, what breaks to build/fuzz/<target>-*. Each run adds a line to
# build/fuzz/executions: target, executions, a second, peak memory in MB, edges reached.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

export ASAN_OPTIONS=${ASAN_OPTIONS:-allocator_may_return_null=1:quarantine_size_mb=16}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export ASAN_SYMBOLIZER_PATH=${ASAN_SYMBOLIZER_PATH:-/usr/lib/llvm-19/bin/llvm-symbolizer}
known=$(FUZZ_TARGET='' build/fuzz/polyglance_fuzz || true)
[ "${1:-all}" = all ] || known=$(grep "^$1 " <<<"$known") || { echo "no such target: $1" >&2; exit 2; }

while read -r target dictionary; do
  log=build/fuzz/$target.log
  mkdir -p "build/fuzz/found/$target"
  FUZZ_TARGET=$target build/fuzz/polyglance_fuzz "build/fuzz/found/$target" "fuzz/corpus/$target" \
    ${dictionary:+-dict=fuzz/dictionaries/$dictionary.dict} -max_total_time="${2:-60}" -max_len=4096 -timeout=1 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="build/fuzz/$target-" >"$log" 2>&1 </dev/null ||
    { tail -40 "$log"; exit 1; }
  awk -v target="$target" '
    /^stat::number_of_executed_units/ { executions = $2 }
    /^stat::average_exec_per_sec/ { rate = $2 }
    /^stat::peak_rss_mb/ { memory = $2 }
    match($0, / cov: [0-9]+/) { edges = substr($0, RSTART + 6, RLENGTH - 6) }
    END { printf "%-18s %10d executions %7d/s %5d MB %6d edges\n", target, executions, rate, memory, edges }
  ' "$log" | tee -a build/fuzz/executions
done <<<"$known"
