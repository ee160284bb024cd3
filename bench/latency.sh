#!/usr/bin/env bash
# The latency of a line from write(2) to the request that contains it, minus MaxBatchAge: with real processes, a line every 50 to
# 200 ms at random, and a proxy in front of the local Firehose that records when each request is complete.
# usage: bench/latency.sh [LINES [RUNS [KEY=VALUE ...]]]     needs: dotnet, python3
set -euo pipefail
cd "$(dirname "$0")/.."
lines=${1:-500}
runs=${2:-3}
settings=()
for setting in "${@:3}"; do settings+=(--set "$setting"); done
. bench/common.sh
publish TailShipper
publish LocalFirehose
# shellcheck disable=SC2119
start_firehose

echo "$(machine), ${settings[*]:-default settings}; milliseconds from write to request, 1 ms of MaxBatchAge subtracted"
echo "run    lines      p50      p90      p99      max"
for run in $(seq "$runs"); do
    mkdir -p "$work/$run/logs"
    mkfifo "$work/$run/go"
    : >"$work/$run/shipper.log"
    python3 bench/latency.py "$url" "$work/$run/proxy" "$work/$run/logs/app.log" "$lines" 50 200 1 "$run" \
        <"$work/$run/go" >"$work/$run/result" &
    writer=$!
    children+=("$writer")
    exec 9>"$work/$run/go"
    until [ -s "$work/$run/proxy" ]; do sleep 0.1; done
    "$work/TailShipper/tailshipper" --set Shipper:StateDirectory="$work/$run/state" --set Shipper:Flows:0:Name=bench --set "Shipper:Flows:0:Paths:0=$work/$run/logs/*.log" \
        --set Shipper:Flows:0:DeliveryStream=bench --set Shipper:Flows:0:MaxBatchAge=1ms \
        --set Shipper:Aws:ServiceUrl="$(cat "$work/$run/proxy")" --set Shipper:Aws:Region=eu-west-1 "${settings[@]}" 2>"$work/$run/shipper.log" 9>&- &
    shipper=$!
    children+=("$shipper")
    until grep -q 'is ready' "$work/$run/shipper.log"; do
        kill -0 "$shipper" 2>/dev/null || { cat "$work/$run/shipper.log" >&2; exit 1; }
        sleep 0.1
    done
    sleep 2
    echo go >&9
    exec 9>&-
    wait "$writer" || { cat "$work/$run/shipper.log" >&2; exit 1; }
    kill -TERM "$shipper"
    wait "$shipper" || true
    read -r count p50 p90 p99 most <"$work/$run/result"
    printf '%-3d %8d %8s %8s %8s %8s\n' "$run" "$count" "$p50" "$p90" "$p99" "$most"
done
