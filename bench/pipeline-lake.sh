#!/usr/bin/env bash
# The pipeline with and without the lake, alternating: how long after its start the first line is written, and how long a number of lines,
# as fast as possible, takes to be written, shipped and delivered.
#
#   bench/pipeline-lake.sh [PAIRS] [LINES]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
pairs=${1:-3} lines=${2:-1000000}
dotnet build src/LocalPipeline -c Release -v quiet --nologo
program=src/LocalPipeline/bin/Release/net10.0/local-pipeline
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run() {
    local name=$1 begun first pid
    shift
    rm -rf "$work/data"
    begun=$(date +%s%N)
    "$program" --data "$work/data" --rate 0 --set "Generator:MaxLines=$lines" "$@" >"$work/out" &
    pid=$!
    until [ -n "$(find "$work/data/orders" -size +0 2>/dev/null | head -1)" ]; do sleep 0.01; done
    first=$((($(date +%s%N) - begun) / 1000000))
    wait "$pid" || { cat "$work/out"; exit 1; }
    printf '%-12s first line %5d ms' "$name" "$first"
    grep -E '^(written|shipped|delivered) ' "$work/out" | awk '{ printf ", %s %s s", $1, $2 }'
    grep -E '^lake  ' "$work/out" | awk '{ printf ", its process %s s CPU", $2 }' || true
    printf ', load %s\n' "$(cut -d' ' -f1 /proc/loadavg)"
}

for pair in $(seq "$pairs"); do
    if [ $((pair % 2)) = 1 ]; then
        run with && run without --no-lake
    else
        run without --no-lake && run with
    fi
done
