#!/usr/bin/env bash
# Ships one GiB of 212-byte lines through the real shipper, several times, and prints what its process cost until the last line was
# acknowledged: seconds, CPU seconds (user + system, the start included), the same for each GiB beyond the first quarter, which is
# what a service that goes on costs, and peak resident memory. Each run alternates with a bare loop that does the least any shipper
# does (bench/Shipper.Bench/Floor): what this machine lets anybody reach now.
# usage: [GIB=1] bench/end-to-end.sh [RUNS] [FAR_END...]
#   FAR_END: http, https (the local Firehose), sink (one that answers and forgets, over HTTP); default all three
# needs: dotnet; for https openssl
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
far_ends=("${@:2}")
[ ${#far_ends[@]} -gt 0 ] || far_ends=(http https sink)
. bench/common.sh
publish TailShipper
publish LocalFirehose
dotnet build bench/Shipper.Bench -c Release -p:RunAnalyzers=false --artifacts-path "$work/artifacts" >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
bench=$(echo "$work"/artifacts/bin/Shipper.Bench/release*/Shipper.Bench)
hertz=$(getconf CLK_TCK)

lines=$((${GIB:-1} * 1024 * 1024 * 1024 / 212))
awk -v lines="$lines" 'BEGIN {
    for (i = 0; i < lines; i++)
        printf "{\"seq\":%09d,\"InvoiceNo\":\"536365\",\"StockCode\":\"85123A\",\"Description\":\"WHITE HANGING HEART T-LIGHT HOLDER\",\"Quantity\":6,\"InvoiceDate\":\"2010-12-01 08:26\",\"UnitPrice\":2.55,\"CustomerID\":\"17850\",\"Country\":\"EIRE\"}\n", i
}' >"$work/source.log"
width=$(head -1 "$work/source.log" | wc -c)
size=$(stat -c %s "$work/source.log")
echo "source: $lines lines of $width bytes, $size bytes; $(machine)"

far_end() { # FAR_END
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

# The time in nanoseconds, and user and system ticks of a process.
now() { echo "$(date +%s%N) $(awk '{ sub(/^.*\) /, ""); print $12, $13 }' "/proc/$1/stat")"; }

run() { # FAR_END MODE
    rm -rf "$work/state" "$work/logs" "$work/firehose/s3"
    mkdir -p "$work/logs" "$work/state"
    ln "$work/source.log" "$work/logs/source.log"
    local started shipper quarter whole peak
    started=$(date +%s%N)
    "$work/TailShipper/tailshipper" \
        --set Shipper:StateDirectory="$work/state" --set "Shipper:Flows:0:Paths:0=$work/logs/*.log" \
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
    }' | row "$1" "$2" shipper
}

floor() { # FAR_END MODE
    rm -rf "$work/firehose/s3"
    "$bench" floor "$work/source.log" "$url" "$2" | awk -v size="$size" '{ print $1, $2, $3, ($2 + $3) / (size / 1073741824), size / 1e6 / $1, $4 }' | row "$1" "$2" floor
}

row() { # FAR_END MODE WHO: from seconds, user and system seconds, CPU and speed later on, MiB
    awk -v size="$size" -v far="$1" -v mode="$2" -v who="$3" '{
        printf "%-6s%-6s%-8s %7.2f %7.2f %7.2f %9.2f %9.2f %9.0f %9.0f %6.0f\n", far, mode, who, $1, $2, $3, ($2 + $3) / (size / 1073741824), $4, size / 1e6 / $1, $5, $6
    }'
}

echo "                       wall s  user s   sys s CPU s/GiB  later on      MB/s  later on    MiB"
for far in "${far_ends[@]}"; do
    far_end "$far"
    for mode in None Lines; do
        for _ in $(seq "$runs"); do
            floor "$far" "$mode"
            run "$far" "$mode"
        done | tee "$work/rows"
        for who in floor shipper; do
            grep " $who " "$work/rows" >"$work/$who.rows"
            echo "$far $mode $who: CPU s/GiB $(middle 7 "$work/$who.rows"), later on $(middle 8 "$work/$who.rows"); MB/s $(middle 9 "$work/$who.rows"), later on $(middle 10 "$work/$who.rows"); peak MiB $(middle 11 "$work/$who.rows")"
        done
    done
done
