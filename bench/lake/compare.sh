#!/usr/bin/env bash
# order-lake and DuckDB's Node binding, alternating, over the same gzip objects with JSON lines: compare.sh RAW [PAIRS]
# Needs npm's @duckdb/node-api beside this script (npm install --prefix bench/lake --no-save @duckdb/node-api) and GNU time.
set -euo pipefail
raw=${1:?directory of raw objects}
pairs=${2:-5}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build "$root/src/OrderLake" -c Release -v quiet --nologo
for ((pair = 1; pair <= pairs; pair++)); do
    /usr/bin/time -f "node: %e s, processor %U + %S s, %M KiB" node "$root/bench/lake/load.mjs" "$raw" "$work/node" "$root/src/OrderLake/Specification"
    rm -rf "$work/lake"
    /usr/bin/time -f "lake: %e s, processor %U + %S s, %M KiB" \
        "$root/src/OrderLake/bin/Release/net10.0/order-lake" transform history --raw "$raw" --lake "$work/lake"
done
