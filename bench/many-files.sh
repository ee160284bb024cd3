#!/usr/bin/env bash
# The time from a start without checkpoints until every line of many small files is acknowledged: files of one short line each, events of
# one schema (the same first 64 bytes, other lengths), and files that are equal. With four times as many files it must take less than five
# times as long.
# usage: bench/many-files.sh [RUNS] [FILES]
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-3}
files=${2:-20000}
. bench/common.sh
publish TailShipper
publish LocalFirehose
start_firehose
echo "files of three kinds; $(machine)"

# fill KIND COUNT: writes the files.
fill() {
    rm -rf "$work/logs"
    mkdir -p "$work/logs"
    awk -v kind="$1" -v count="$2" -v top="$work/logs" 'BEGIN {
        filler = sprintf("%300s", ""); gsub(/ /, "y", filler)
        for (file = 0; file < count; file++) {
            path = top "/" file ".log"
            if (kind == "short") printf "old line %d\n", file >path
            else if (kind == "events") printf "{\"level\":\"information\",\"service\":\"orders\",\"version\":\"1.2.3\",\"text\":\"%s%d\"}\n", substr(filler, 1, file * 37 % 290), file >path
            else print "done: ok." >path
            close(path)
        }
    }'
}

for kind in short events equal; do
    for count in $((files / 4)) "$files"; do
        : >"$work/walls"
        for _ in $(seq "$runs"); do
            fill "$kind" "$count"
            bytes=$(find "$work/logs" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
            rm -rf "$work/state"
            started=$(date +%s%N)
            "$work/TailShipper/tailshipper" --set Shipper:StateDirectory="$work/state" --set Shipper:Flows:0:Name=many --set "Shipper:Flows:0:Paths:0=$work/logs/*.log" \
                --set Shipper:Flows:0:DeliveryStream=bench --set Shipper:Flows:0:MaxBatchAge=100ms --set Shipper:Aws:ServiceUrl="$url" --set Shipper:Aws:Region=eu-west-1 \
                --set Shipper:Metrics:Interval=1s 2>"$work/log" >/dev/null &
            shipper=$!
            children+=("$shipper")
            until_shipped "$bytes" "$work/state/metrics.log" "$shipper" "$work/log"
            echo $((($(date +%s%N) - started) / 1000000)) >>"$work/walls"
            kill "$shipper"; wait "$shipper" || true
        done
        echo "$kind, $count files: median (spread) of $runs: $(median 1 "$work/walls") ms"
    done
done
