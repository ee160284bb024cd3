#!/usr/bin/env bash
# What KeepOrder costs: ships files of 212-byte lines, together SIZE MiB, with and without it, taking turns, to a server that discards records
# and answers after 0 or 30 ms. Prints MB/s from the start of the process until all is acknowledged, and CPU seconds per GiB.
# usage: [SIZE=256] [DELAYS="0 30"] [SHIPPER=PROGRAM] bench/order.sh [RUNS]
#   SHIPPER: a tailshipper that is built already
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-3}
. bench/common.sh
[ -n "${SHIPPER:-}" ] || { publish TailShipper && SHIPPER=$work/TailShipper/tailshipper; }
publish_baseline
bench=$work/Baseline.Bench/Baseline.Bench
hertz=$(getconf CLK_TCK)
size=$((${SIZE:-256} * 1024 * 1024))

source() { # FILES: as many of the same size
    rm -rf "$work/source"
    mkdir "$work/source"
    for file in $(seq "$1"); do
        awk -v lines=$((size / $1 / 212)) 'BEGIN { for (i = 0; i < lines; i++) printf "%09d %0201d\n", i, 0 }' >"$work/source/$file.log"
    done
}

run() { # MODE ORDER
    rm -rf "$work/state" "$work/logs"
    mkdir "$work/logs" "$work/state"
    ln "$work"/source/* "$work/logs"
    local started shipper bytes
    bytes=$(cat "$work"/source/* | wc -c)
    started=$(date +%s%N)
    "$SHIPPER" --set Shipper:StateDirectory="$work/state" --set Shipper:Flows:0:Name=bench --set "Shipper:Flows:0:Paths:0=$work/logs/*.log" \
        --set Shipper:Flows:0:DeliveryStream=bench --set Shipper:Flows:0:Aggregation:Mode="$1" --set Shipper:Flows:0:KeepOrder="$2" \
        --set Shipper:Aws:ServiceUrl="$url" --set Shipper:Aws:Region=eu-west-1 --set Shipper:Metrics:Interval=100ms 2>"$work/shipper.log" &
    shipper=$!
    children+=("$shipper")
    until_shipped "$bytes" "$work/state/metrics.log" "$shipper" "$work/shipper.log"
    awk -v bytes="$bytes" -v ns=$(($(date +%s%N) - started)) -v ticks="$(ticks "$shipper")" -v hertz="$hertz" \
        'BEGIN { printf "%.0f %.2f\n", bytes / 1e6 / (ns / 1e9), ticks / hertz / (bytes / 1073741824) }' >>"$work/rows.$2"
    kill -TERM "$shipper"
    wait "$shipper" || true
}

machine
echo "delay ms  files  records  without: MB/s (least - most), CPU s/GiB; with: the same"
for delay in ${DELAYS:-0 30}; do
    rm -f "$work/url"
    "$bench" sink "$work/url" "$delay" &
    sink=$!
    children+=("$sink")
    until [ -s "$work/url" ]; do sleep 0.1; done
    url=$(cat "$work/url")
    for files in 1 8; do
        # shellcheck source=/dev/null
        source "$files"
        for mode in None Lines; do
            rm -f "$work"/rows.*
            for _ in $(seq "$runs"); do
                run "$mode" false
                run "$mode" true
            done
            echo "$delay $files $mode without: $(median 1 "$work/rows.false"), $(median 2 "$work/rows.false"); with: $(median 1 "$work/rows.true"), $(median 2 "$work/rows.true")"
        done
    done
    kill "$sink"
done
