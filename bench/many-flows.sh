#!/usr/bin/env bash
# What a flow costs: many flows with a file each, with so many lines a second in all, and idle, next to one flow with the same settings. The
# CPU is that of the shipper. All calls go to a service that accepts everything.
# usage: [BEFORE=PROGRAM] bench/many-flows.sh [RUNS [FLOWS [LINES-A-SECOND [SECONDS]]]]     needs: dotnet, python3
#   BEFORE: the tailshipper of an earlier published build, which takes its turn after each run; it is given as much memory as it asks for
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-3}
flows=${2:-1000}
rate=${3:-5000}
seconds=${4:-20}
. bench/common.sh
publish TailShipper
echo "$flows flows; $(machine)"
echo "run program   idle: CPU %   loaded: CPU %   calls/s   MiB with 1 flow   idle   loaded   KiB per flow, loaded   threads   inotify"
compare() { # RUN NAME PROGRAM MEMORY
    local one idle load
    one=$(python3 bench/many-flows.py "$3" 1 5 "$seconds" 0)
    idle=$(python3 bench/many-flows.py "$3" "$flows" 0 "$seconds" "$4")
    load=$(python3 bench/many-flows.py "$3" "$flows" "$rate" "$seconds" "$4")
    echo "$1 $2 $one $idle $load" | awk -v flows="$flows" '{
        printf "%-3d %-9s %12.2f %15.2f %9d %17.1f %6.1f %8.1f %22.1f %9d %9d\n",
            $1, $2, $10, $17, $21, $4 / 1024, $11 / 1024, $18 / 1024, ($18 - $4) / (flows - 1), $19, $20
    }'
}
for run in $(seq "$runs"); do
    compare "$run" shipper "$work/TailShipper/tailshipper" 0
    [ -z "${BEFORE:-}" ] || compare "$run" before "$BEFORE" $((flows * 1572864 + 1048576))
done | tee "$work/rows"
for program in shipper ${BEFORE:+before}; do
    grep " $program " "$work/rows" >"$work/$program.rows"
    echo "$program: idle $(median 3 "$work/$program.rows") %, loaded $(median 4 "$work/$program.rows") %, $(median 9 "$work/$program.rows") KiB per flow (medians, spread)"
done
