#!/usr/bin/env bash
# How late the lines of 20 quiet files arrive, 200 a second in all, while the directory of another flow is hostile: thousands of tiny files,
# sparse giants, lines that fit nowhere, files renamed, truncated and deleted without a pause, the longest names. All calls go to a service
# that accepts everything. A line waits up to a second for others (MaxBatchAge).
# usage: bench/hostile-neighbor.sh [SECONDS [KIND...]]     needs: dotnet, python3
# The exit code is 1 when a line of the quiet files was lost.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-20}
shift $(($# > 0 ? 1 : 0))
[ $# -gt 0 ] || set -- none tiny sparse long-line rename names
. bench/common.sh
publish TailShipper
machine
echo "neighbor   written arrived twice   lag: median    p99    max   CPU %   peak MiB   dead letters MiB"
for kind in "$@"; do
    python3 bench/hostile-neighbor.py "$work/TailShipper/tailshipper" "$kind" "$seconds"
done | tee "$work/rows" | awk '{ printf "%-10s %7d %7d %5d %13.2f %6.2f %6.2f %7d %10d %18d\n", $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 }'
awk '$2 != $3 { print "lost: " $2 - $3 " lines beside " $1; lost = 1 } END { exit lost }' "$work/rows"
