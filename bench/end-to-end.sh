#!/usr/bin/env bash
# Ships one GiB of 212-byte lines through the real shipper to the local Firehose, several times, and prints what the
# shipper's process cost: wall seconds, CPU seconds (user + system, start-up included), peak resident memory.
# usage: bench/end-to-end.sh [RUNS] [SCHEME...]     SCHEME: http, https (default both)
# needs: dotnet, GNU time (apt-get install time); for https openssl
# BINARIES=DIR: uses DIR/TailShipper and DIR/LocalFirehose instead of publishing them.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
schemes=("${@:2}")
[ ${#schemes[@]} -gt 0 ] || schemes=(http https)
work=$(mktemp -d "${TMPDIR:-/tmp}/shipper-bench.XXXXXX")
firehose=
cleanup() { [ -z "$firehose" ] || kill "$firehose" 2>/dev/null || true; rm -rf "$work"; }
trap cleanup EXIT

binaries=${BINARIES:-$work}
[ -n "${BINARIES:-}" ] || for project in TailShipper LocalFirehose; do
    dotnet publish "src/$project" -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true \
        -o "$work/$project" >"$work/publish.log" 2>&1 || { cat "$work/publish.log"; exit 1; }
done

lines=$((1024 * 1024 * 1024 / 212))
awk -v lines="$lines" 'BEGIN {
    for (i = 0; i < lines; i++)
        printf "{\"seq\":%09d,\"InvoiceNo\":\"536365\",\"StockCode\":\"85123A\",\"Description\":\"WHITE HANGING HEART T-LIGHT HOLDER\",\"Quantity\":6,\"InvoiceDate\":\"2010-12-01 08:26\",\"UnitPrice\":2.55,\"CustomerID\":\"17850\",\"Country\":\"EIRE\"}\n", i
}' >"$work/source.log"
width=$(head -1 "$work/source.log" | wc -c)
size=$(stat -c %s "$work/source.log")
echo "source: $lines lines of $width bytes, $size bytes; $(nproc) cores; load average $(cut -d' ' -f1-3 /proc/loadavg)"

export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local-secret AWS_EC2_METADATA_DISABLED=true
trust=()
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
    [ -z "$firehose" ] || { kill "$firehose" && wait "$firehose" || true; }
    rm -f "$work/url"
    "$binaries/LocalFirehose/local-firehose" --set LocalFirehose:Port=0 --set LocalFirehose:UrlFile="$work/url" \
        --set LocalFirehose:DataDirectory="$work/firehose" --set LocalFirehose:Streams:0:Name=bench "${secure[@]}" \
        --set LocalFirehose:Streams:0:Bucket=bench --set LocalFirehose:Streams:0:BufferSizeMiB=128 >/dev/null 2>"$work/firehose.log" &
    firehose=$!
    for _ in $(seq 100); do [ -s "$work/url" ] && return; sleep 0.1; done
    cat "$work/firehose.log" && exit 1
}

run() { # SCHEME MODE
    rm -rf "$work/state" "$work/logs" "$work/firehose/s3"
    mkdir -p "$work/logs" "$work/state"
    ln "$work/source.log" "$work/logs/source.log"
    local started
    started=$(date +%s%N)
    /usr/bin/time -f '%U %S %M' -o "$work/time" "$binaries/TailShipper/tailshipper" \
        --set Shipper:StateDirectory="$work/state" --set "Shipper:Flows:0:Paths:0=$work/logs/*.log" \
        --set Shipper:Flows:0:DeliveryStream=bench --set Shipper:Flows:0:Aggregation:Mode="$2" --set Shipper:Flows:0:Aggregation:MaxLines=0 \
        --set Shipper:Aws:ServiceUrl="$(cat "$work/url")" --set Shipper:Aws:Region=eu-west-1 --set Shipper:Metrics:Interval=100ms "${trust[@]}" \
        2>"$work/shipper.log" &
    local timer=$!
    until grep -q "\"acknowledged_bytes\":$size" "$work/state/metrics.log" 2>/dev/null; do
        kill -0 "$timer" 2>/dev/null || { cat "$work/shipper.log"; exit 1; }
        sleep 0.05
    done
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
        sort -k7 -n "$work/rows" | awk '{ cpu[NR] = $7 } END { printf "%-6s%-6s median CPU %.2f s/GiB (%.2f to %.2f)\n", $1, $2, cpu[int((NR + 1) / 2)], cpu[1], cpu[NR] }'
        sort -k4 -n "$work/rows" | awk '{ rate[NR] = $4 } END { printf "%-6s%-6s median rate %.0f MB/s (%.0f to %.0f)\n", $1, $2, rate[int((NR + 1) / 2)], rate[1], rate[NR] }'
    done
done
