#!/usr/bin/env bash
# Ships one GiB of 212-byte lines through the real shipper to the local Firehose, several times, and prints what the
# shipper's process cost: wall seconds, CPU seconds (user + system, start-up included), peak resident memory.
# usage: bench/end-to-end.sh [RUNS]     needs: dotnet, GNU time (apt-get install time), curl
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
. bench/common.sh
publish TailShipper
publish LocalFirehose

lines=$((1024 * 1024 * 1024 / 212))
awk -v lines="$lines" 'BEGIN {
    for (i = 0; i < lines; i++)
        printf "{\"seq\":%09d,\"InvoiceNo\":\"536365\",\"StockCode\":\"85123A\",\"Description\":\"WHITE HANGING HEART T-LIGHT HOLDER\",\"Quantity\":6,\"InvoiceDate\":\"2010-12-01 08:26\",\"UnitPrice\":2.55,\"CustomerID\":\"17850\",\"Country\":\"EIRE\"}\n", i
}' >"$work/source.log"
width=$(head -1 "$work/source.log" | wc -c)
size=$(stat -c %s "$work/source.log")
echo "source: $lines lines of $width bytes, $size bytes; $(machine)"

start_firehose --set LocalFirehose:Streams:0:BufferSizeMiB=128

run() { # MODE
    rm -rf "$work/state" "$work/logs" "$work/firehose/s3"
    mkdir -p "$work/logs" "$work/state"
    ln "$work/source.log" "$work/logs/source.log"
    local started
    started=$(date +%s%N)
    /usr/bin/time -f '%U %S %M' -o "$work/time" "$work/TailShipper/tailshipper" \
        --set Shipper:StateDirectory="$work/state" --set "Shipper:Flows:0:Paths:0=$work/logs/*.log" \
        --set Shipper:Flows:0:DeliveryStream=bench --set Shipper:Flows:0:Aggregation:Mode="$1" --set Shipper:Flows:0:Aggregation:MaxLines=0 \
        --set Shipper:Aws:ServiceUrl="$url" --set Shipper:Aws:Region=eu-west-1 --set Shipper:Metrics:Interval=100ms \
        2>"$work/shipper.log" &
    local timer=$!
    until_shipped "$size" "$work/state/metrics.log" "$timer" "$work/shipper.log"
    local wall=$(($(date +%s%N) - started))
    pkill -TERM -P "$timer"
    wait "$timer" || true
    awk -v wall="$wall" -v size="$size" -v mode="$1" '{
        gib = size / 1073741824
        printf "%-6s %7.2f %9.0f %8.2f %8.2f %9.2f %8.0f\n", mode, wall / 1e9, size / 1e6 / (wall / 1e9), $1, $2, ($1 + $2) / gib, $3 / 1024
    }' "$work/time"
}

echo "mode      wall s      MB/s   user s    sys s CPU s/GiB peak MiB"
for mode in None Lines; do
    for _ in $(seq "$runs"); do run "$mode"; done | tee "$work/rows"
    sort -k6 -n "$work/rows" | awk '{ cpu[NR] = $6; wall[NR] = $2 } END { printf "%-6s median CPU %.2f s/GiB (%.2f to %.2f)\n", $1, cpu[int((NR + 1) / 2)], cpu[1], cpu[NR] }'
    sort -k3 -n "$work/rows" | awk '{ rate[NR] = $3 } END { printf "%-6s median rate %.0f MB/s (%.0f to %.0f)\n", $1, rate[int((NR + 1) / 2)], rate[1], rate[NR] }'
done
