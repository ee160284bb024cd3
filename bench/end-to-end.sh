#!/usr/bin/env bash
# Ships one GiB of 212-byte lines with the real shipper, several times. Prints what its process takes until the last line is
# acknowledged: seconds, CPU seconds (user and system, including the start), the same per GiB after the first quarter (the cost of
# a running service), and peak resident memory. Each run alternates with a baseline: a loop that does the least work any shipper
# has to do (bench/Baseline.Bench, native as the shipper), on the same machine at the same time.
# usage: [GIB=1] [BEFORE=PROGRAM] bench/end-to-end.sh [RUNS] [SERVER...]
#   BEFORE: the tailshipper of an earlier published build, for a comparison; the two take turns at being first
#   SERVER: http, https (the local Firehose), sink (accepts and discards records, over HTTP); default all three
# needs: dotnet; for https openssl
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
servers=("${@:2}")
[ ${#servers[@]} -gt 0 ] || servers=(http https sink)
. bench/common.sh
publish TailShipper
publish LocalFirehose
publish_baseline
bench=$work/Baseline.Bench/Baseline.Bench
hertz=$(getconf CLK_TCK)

lines=$((${GIB:-1} * 1024 * 1024 * 1024 / 212))
awk -v lines="$lines" 'BEGIN {
    for (i = 0; i < lines; i++)
        printf "{\"seq\":%09d,\"InvoiceNo\":\"536365\",\"StockCode\":\"85123A\",\"Description\":\"WHITE HANGING HEART T-LIGHT HOLDER\",\"Quantity\":6,\"InvoiceDate\":\"2010-12-01 08:26\",\"UnitPrice\":2.55,\"CustomerID\":\"17850\",\"Country\":\"EIRE\"}\n", i
}' >"$work/source.log"
width=$(head -1 "$work/source.log" | wc -c)
size=$(stat -c %s "$work/source.log")
echo "source: $lines lines of $width bytes, $size bytes; $(machine)"

start_server() { # SERVER
    local secure=() child
    trust=()
    for child in "${children[@]}"; do
        kill "$child"
        wait "$child" || true
    done
    children=()
    rm -f "$work/url"
    if [ "$1" = sink ]; then
        start_sink
        return
    fi
    if [ "$1" = https ]; then
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" \
            -keyout "$work/key.pem" -out "$work/authority.pem" 2>/dev/null
        openssl pkcs12 -export -inkey "$work/key.pem" -in "$work/authority.pem" -passout pass:bench -out "$work/certificate.pfx"
        secure=(--set LocalFirehose:Certificate:Path="$work/certificate.pfx" --set LocalFirehose:Certificate:Password=bench)
        trust=(--set Shipper:Aws:CaBundle="$work/authority.pem")
    fi
    start_firehose --set LocalFirehose:Streams:0:BufferSizeMiB=128 "${secure[@]}"
}

start_sink() {
    "$bench" sink "$work/url" &
    children+=($!)
    until [ -s "$work/url" ]; do sleep 0.1; done
    url=$(cat "$work/url")
}

# now PROCESS: the time in nanoseconds, and user and system ticks of the process.
now() { echo "$(date +%s%N) $(awk '{ sub(/^.*\) /, ""); print $12, $13 }' "/proc/$1/stat")"; }

run() { # SERVER MODE NAME PROGRAM
    rm -rf "$work/state" "$work/logs" "$work/firehose/s3"
    mkdir -p "$work/logs" "$work/state"
    ln "$work/source.log" "$work/logs/source.log"
    local started shipper quarter whole peak
    started=$(date +%s%N)
    "$4" \
        --set Shipper:StateDirectory="$work/state" --set Shipper:Flows:0:Name=bench --set "Shipper:Flows:0:Paths:0=$work/logs/*.log" \
        --set Shipper:Flows:0:DeliveryStream=bench --set Shipper:Flows:0:Aggregation:Mode="$2" --set Shipper:Flows:0:Aggregation:MaxLines=0 \
        --set Shipper:Aws:ServiceUrl="$url" --set Shipper:Aws:Region=eu-west-1 --set Shipper:Metrics:Interval=100ms "${trust[@]}" \
        2>"$work/shipper.log" &
    shipper=$!
    until_shipped $((size / 4)) "$work/state/metrics.log" "$shipper" "$work/shipper.log"
    quarter="$(now "$shipper") $acknowledged"
    until_shipped "$size" "$work/state/metrics.log" "$shipper" "$work/shipper.log"
    whole=$(now "$shipper")
    peak=$(awk '/^VmHWM:/ { print $2 / 1024 }' "/proc/$shipper/status")
    kill -TERM "$shipper"
    wait "$shipper" || true
    echo "$started $quarter $whole $peak" | awk -v size="$size" -v hertz="$hertz" '{
        rest = (size - $5) / 1073741824
        print ($6 - $1) / 1e9, $7 / hertz, $8 / hertz, ($7 + $8 - $3 - $4) / hertz / rest, (size - $5) / 1e6 / (($6 - $2) / 1e9), $9
    }' | row "$1" "$2" "$3"
}

baseline() { # SERVER MODE
    rm -rf "$work/firehose/s3"
    "$bench" baseline "$work/source.log" "$url" "$2" | awk -v size="$size" '{ print $1, $2, $3, ($2 + $3) / (size / 1073741824), size / 1e6 / $1, $4 }' | row "$1" "$2" baseline
}

row() { # SERVER MODE PROGRAM: formats seconds, user and system seconds, later CPU and speed, MiB
    awk -v size="$size" -v server="$1" -v mode="$2" -v program="$3" '{
        printf "%-6s%-6s%-9s %7.2f %7.2f %7.2f %9.2f %9.2f %9.0f %9.0f %6.0f\n", server, mode, program, $1, $2, $3, ($2 + $3) / (size / 1073741824), $4, size / 1e6 / $1, $5, $6
    }'
}

echo "                        wall s  user s   sys s CPU s/GiB     later      MB/s     later    MiB"
for server in "${servers[@]}"; do
    start_server "$server"
    for mode in None Lines; do
        for turn in $(seq "$runs"); do
            baseline "$server" "$mode"
            # A server that is still busy with what the last run sent slows the next one down.
            [ -z "${BEFORE:-}" ] || [ $((turn % 2)) -ne 0 ] || run "$server" "$mode" before "$BEFORE"
            run "$server" "$mode" shipper "$work/TailShipper/tailshipper"
            [ -z "${BEFORE:-}" ] || [ $((turn % 2)) -eq 0 ] || run "$server" "$mode" before "$BEFORE"
        done | tee "$work/rows"
        for program in baseline shipper ${BEFORE:+before}; do
            grep " $program " "$work/rows" >"$work/$program.rows"
            echo "$server $mode $program: CPU s/GiB $(median 7 "$work/$program.rows"), later $(median 8 "$work/$program.rows"); MB/s $(median 9 "$work/$program.rows"), later $(median 10 "$work/$program.rows"); peak MiB $(median 11 "$work/$program.rows")"
        done
    done
done
