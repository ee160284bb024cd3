#!/usr/bin/env bash
# Kills the shipper with SIGKILL again and again while the generator writes, and compares what was written with what
# arrived. Usage: tests/campaigns/kill9.sh [KILLS] [LINES_PER_SECOND]; default 20 kills, 5,000 lines a second.
# Ends with one line, "input N, unique N, duplicate N, loss N", and exit code 1 when anything was lost.
set -euo pipefail
export LC_ALL=C
kills=${1:-20}
rate=${2:-5000}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=$root/tests/EndToEnd.Tests/bin/Release/net10.0
work=$(mktemp -d)
processes=()

finish() {
    for process in "${processes[@]}"; do kill -9 "$process" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

until_true() { # SECONDS WHAT COMMAND...
    local limit=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$limit" ] || { echo "not in time: $what" >&2; tail -20 "$work"/*.err >&2; exit 1; }
        sleep 0.1
    done
}

flush() { curl -fsS -X POST "$url/admin/flush" >/dev/null; }
accepted() { curl -fsS "$url/admin/counters" | sed -n '/"Total"/,/}/s/.*"BytesAccepted": *\([0-9]*\).*/\1/p'; }
delivered_bytes() { find "$work/firehose/s3" -type f -exec cat {} + 2>/dev/null | wc -c; }
more_than() { [ "$(accepted)" -gt "$1" ]; }
all_arrived() {
    flush
    [ "$(delivered_bytes)" -ge "$written_bytes" ] || return 1
    find "$work/firehose/s3" -type f -exec cat {} + | sort >"$work/delivered"
    [ "$(comm -23 "$work/written" "$work/delivered" | wc -l)" -eq 0 ]
}

start_shipper() {
    "$bin/tailshipper" run --config "$work/shipper.json" --set "Shipper:Aws:ServiceUrl=$url" 2>>"$work/shipper.err" &
    shipper=$!
    disown "$shipper"
    processes+=("$shipper")
}

dotnet build "$root/tests/EndToEnd.Tests" -c Release -v quiet --nologo
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local-secret AWS_EC2_METADATA_DISABLED=true AWS_REGION=eu-west-1
mkdir "$work/logs"
cat >"$work/shipper.json" <<JSON
{ "Shipper": { "StateDirectory": "$work/state", "ScanInterval": "200ms", "RotateWait": "1s", "Flows": [
  { "Name": "orders", "Paths": [ "$work/logs/*.log*" ], "DeliveryStream": "orders", "MaxBatchAge": "100ms" } ] } }
JSON
"$bin/local-firehose" run --set LocalFirehose:Port=0 --set "LocalFirehose:UrlFile=$work/url" --set "LocalFirehose:DataDirectory=$work/firehose" \
    --set LocalFirehose:Streams:0:Name=orders --set LocalFirehose:Streams:0:Bucket=orders --set LocalFirehose:Streams:0:BufferSizeMiB=128 \
    >/dev/null 2>"$work/firehose.err" &
processes+=($!)
until_true 30 "the local Firehose listens" test -s "$work/url"
url=$(cat "$work/url")
"$bin/order-log-generator" run --set "Generator:Directory=$work/logs" --set Generator:Sequence=true --set "Generator:LinesPerSecond=$rate" \
    --set Generator:FileNamePattern=orders.log --set Generator:Rotation:Mode=Rename --set Generator:Rotation:MaxBytes=3000000 \
    >/dev/null 2>"$work/generator.err" &
generator=$!
processes+=("$generator")

for ((kill = 1; kill <= kills; kill++)); do
    before=$(accepted)
    start_shipper
    until_true 60 "lines arrive after start $kill" more_than "$before"
    sleep "$((RANDOM % 2)).$((RANDOM % 1000))"
    kill -9 "$shipper"
    echo "kill $kill: $(accepted) bytes accepted"
done

kill -TERM "$generator"
while kill -0 "$generator" 2>/dev/null; do sleep 0.1; done
cat "$work"/logs/* | sort >"$work/written"
written_bytes=$(stat -c %s "$work/written")
start_shipper
arrived=0
(until_true 120 "every line arrives" all_arrived) || arrived=1
kill -TERM "$shipper"
while kill -0 "$shipper" 2>/dev/null; do sleep 0.1; done
flush
find "$work/firehose/s3" -type f -exec cat {} + | sort >"$work/delivered"
input=$(wc -l <"$work/written")
loss=$(comm -23 "$work/written" "$work/delivered" | wc -l)
duplicate=$(comm -13 "$work/written" "$work/delivered" | wc -l)
echo "input $input, unique $((input - loss)), duplicate $duplicate, loss $loss ($(awk "BEGIN { printf \"%.2f\", 100 * $loss / $input }") %), $kills kills"
[ "$loss" -eq 0 ] && [ "$arrived" -eq 0 ]
