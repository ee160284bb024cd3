#!/usr/bin/env bash
# Ships one GiB of 212-byte lines through the real shipper to the local Firehose, several times, and prints what the
# shipper's process cost: wall seconds, CPU seconds (user + system, start-up included), peak resident memory.
# usage: bench/end-to-end.sh [RUNS] [SCHEME...]     SCHEME: http, https (default both)
# needs: dotnet, GNU time (apt-get install time); for https openssl
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
schemes=("${@:2}")
[ ${#schemes[@]} -gt 0 ] || schemes=(http https)
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

far_end() { # SCHEME
    local secure=()
    trust=()
    if [ "$1" = https ]; then
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" \
            -keyout "$work/key.pem" -out "$work/authority.pem" 2>/dev/null
        openssl pkcs12 -export -inkey "$work/key.pem" -in "$work/authority.pem" -passout pass:bench -out "$work/certificate.pfx"
        secure=(--set LocalFirehose:Certificate:Path="$work/certificate.pfx" --set LocalFirehose:Certificate:Password=bench)
        trust=(--set Shipper:Aws:CaBundle="$work/authority.pem")
    fi
    for child in "${children[@]}"; do
        kill "$child"
        wait "$child" || true
    done
    children=()
    rm -f "$work/url"
    start_firehose --set LocalFirehose:Streams:0:BufferSizeMiB=128 "${secure[@]}"
}

run() { # SCHEME MODE
    rm -rf "$work/state" "$work/logs" "$work/firehose/s3"
    mkdir -p "$work/logs" "$work/state"
    ln "$work/source.log" "$work/logs/source.log"
    local started
    started=$(date +%s%N)
    /usr/bin/time -f '%U %S %M' -o "$work/time" "$work/TailShipper/tailshipper" \
        --set Shipper:StateDirectory="$work/state" --set "Shipper:Flows:0:Paths:0=$work/logs/*.log" \
        --set Shipper:Flows:0:DeliveryStream=bench --set Shipper:Flows:0:Aggregation:Mode="$2" --set Shipper:Flows:0:Aggregation:MaxLines=0 \
        --set Shipper:Aws:ServiceUrl="$url" --set Shipper:Aws:Region=eu-west-1 --set Shipper:Metrics:Interval=100ms "${trust[@]}" \
        2>"$work/shipper.log" &
    local timer=$!
    until_shipped "$size" "$work/state/metrics.log" "$timer" "$work/shipper.log"
    local wall=$(($(date +%s%N) - started))
    pkill -TERM -P "$timer"
    wait "$timer" || true
    awk -v wall="$wall" -v size="$size" -v scheme="$1" -v mode="$2" '{
        gib = size / 1073741824
        printf "%-6s%-6s %7.2f %9.0f %8.2f %8.2f %9.2f %8.0f\n", scheme, mode, wall / 1e9, size / 1e6 / (wall / 1e9), $1, $2, ($1 + $2) / gib, $3 / 1024
    }' "$work/time"
}

echo "      mode      wall s      MB/s   user s    sys s CPU s/GiB peak MiB"
for scheme in "${schemes[@]}"; do
    far_end "$scheme"
    for mode in None Lines; do
        for _ in $(seq "$runs"); do run "$scheme" "$mode"; done | tee "$work/rows"
        echo "$scheme $mode: CPU s/GiB $(middle 7 "$work/rows"), MB/s $(middle 4 "$work/rows"), peak MiB $(middle 8 "$work/rows")"
    done
done
