#!/usr/bin/env bash
# The latency of lines at a steady rate with MaxBatchAge 100 ms, from write(2) to the request with them, and the CPU that the shipper takes;
# 50,000, 5,000, 30 and 1 lines a second, aggregated. With BEFORE an earlier build takes turns.
# usage: [RATES="50000 5000 30 1"] [BEFORE=PROGRAM] [SHIPPER=PROGRAM] bench/latency-rate.sh [RUNS [SECONDS]]
#   SHIPPER: a tailshipper that is built already                                      needs: python3
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-3}
seconds=${2:-20}
. bench/common.sh
[ -n "${SHIPPER:-}" ] || { publish TailShipper && SHIPPER=$work/TailShipper/tailshipper; }

machine
echo "lines/s  program     p50 ms  p99 ms  max ms  CPU % of a core"
for rate in ${RATES:-50000 5000 30 1}; do
    for run in $(seq "$runs"); do
        for program in ${BEFORE:+before} now; do
            [ "$program" = now ] && path=$SHIPPER || path=$BEFORE
            mkdir -p "$work/$rate.$run.$program"
            read -r p50 p99 most cpu < <(python3 bench/latency-rate.py "$path" "$rate" "$seconds" 100 "$work/$rate.$run.$program")
            printf '%7d  %-9s %8s %7s %7s %8s\n' "$rate" "$program" "$p50" "$p99" "$most" "$cpu"
        done
    done
done
