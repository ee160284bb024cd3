#!/usr/bin/env bash
# Ships a steady stream through the real shipper while the local Firehose goes wrong in every way, and watches memory and handles.
# usage: tests/campaigns/soak.sh [SECONDS] [MEGABYTES_PER_SECOND] [all|outage]     default 1800 s at 20 MB/s, all; "60 5" is the short form
#   all: every fault, alone and together; outage: one that lasts six tenths of the run
# Prints memory, handles and lag every tenth of the run, the slope of memory over its second half, and at the end
# "input N, unique N, duplicate N, loss N (0.00 %)". Exit code 1 when anything was lost.
# needs: the Release build of tests/EndToEnd.Tests, curl, awk, python3; a few GB of disk: what is compared is deleted (soak_judge.py)
set -euo pipefail
export LC_ALL=C
seconds=${1:-1800}
rate=${2:-20}
what=${3:-all}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=${BIN:-$root/tests/EndToEnd.Tests/bin/Release/net10.0}
work=$(mktemp -d "${TMPDIR:-/tmp}/soak.XXXXXX")
processes=()
finish() {
    for process in "${processes[@]}"; do kill -9 "$process" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

faults() { curl -fsS -X PUT -H 'content-type: application/json' -d "$1" "$url/admin/faults" >/dev/null; }
figure() { tail -n 1 "$work/state/metrics.log" 2>/dev/null | sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p"; }
memory() { awk '/^VmRSS/ { print $2 }' "/proc/$shipper/status"; }
handles() { ls "/proc/$shipper/fd" | wc -l; }

mkdir -p "$work/logs" "$work/state"
"$bin/local-firehose" --set LocalFirehose:Port=0 --set LocalFirehose:UrlFile="$work/url" --set LocalFirehose:DataDirectory="$work/firehose" \
    --set LocalFirehose:Streams:0:Name=soak --set LocalFirehose:Streams:0:Bucket=soak --set LocalFirehose:Streams:0:BufferSizeMiB=128 >/dev/null 2>"$work/firehose.err" &
processes+=($!)
for _ in $(seq 300); do [ -s "$work/url" ] && break; sleep 0.1; done
url=$(cat "$work/url")
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local-secret AWS_EC2_METADATA_DISABLED=true
"$bin/tailshipper" run --set Shipper:StateDirectory="$work/state" --set Shipper:Flows:0:Name=soak --set "Shipper:Flows:0:Paths:0=$work/logs/*" \
    --set Shipper:Flows:0:DeliveryStream=soak --set Shipper:Flows:0:Aggregation:Mode=Lines --set Shipper:Aws:ServiceUrl="$url" --set Shipper:Aws:Region=eu-west-1 \
    --set Shipper:Metrics:Interval=1s 2>"$work/shipper.err" >/dev/null &
shipper=$!
processes+=("$shipper")
lines=$((rate * 1000000 / 212))
"$bin/order-log-generator" --set Generator:Directory="$work/logs" --set Generator:Sequence=true --set Generator:LinesPerSecond="$lines" \
    --set Generator:MaxLines=$((lines * seconds)) --set Generator:Rotation:MaxBytes=67108864 2>"$work/generator.err" >/dev/null &
generator=$!
processes+=("$generator")

mkdir -p "$work/firehose/s3"
python3 "$root/tests/campaigns/soak_judge.py" "$work/logs" "$work/firehose/s3" "$work/stop" >"$work/verdict" 2>&1 &
judge=$!
processes+=("$judge")

# What goes wrong in each tenth of the run, until the next; an empty one leaves it as it is. The last is none.
case $what in
all) moods=(
    '{}'
    '{"FailedRecordShare":0.02}'
    '{"ThrottledCallShare":0.05,"LatencyMs":20,"LatencyJitterMs":60}'
    "{\"QuotaBytesPerSecond\":$((rate * 1500000)),\"QuotaExcess\":\"FailRecords\"}"
    '{"InternalFailureShare":0.05,"DropBeforeShare":0.05}'
    '{"DropAfterShare":0.02}'
    "{\"Outage\":{\"Seconds\":$((seconds / 30 + 1))}}"
    '{"ErrorCode":"AccessDeniedException","ErrorStatus":400}'
    '{"FailedRecordShare":0.02,"ThrottledCallShare":0.02,"InternalFailureShare":0.02,"DropBeforeShare":0.02,"DropAfterShare":0.01,"LatencyMs":5}'
    '{}'
) ;;
outage) moods=('{}' "{\"Outage\":{\"Seconds\":$((seconds * 6 / 10))}}" '' '' '' '' '' '{}' '' '') ;;
*) echo "soak.sh: $what?" >&2 && exit 2 ;;
esac
echo "second  resident_kib  handles  lag_bytes  throttled_records  ambiguous_records"
began=$SECONDS
for step in "${!moods[@]}"; do
    [ -z "${moods[step]}" ] || faults "${moods[step]}"
    while [ $((SECONDS - began)) -lt $(((step + 1) * seconds / ${#moods[@]})) ]; do
        sleep 1
        echo "$((SECONDS - began)) $(memory)" >>"$work/memory"
    done
    echo "$((SECONDS - began)) $(memory) $(handles) $(figure lag_bytes) $(figure throttled_records) $(figure ambiguous_records)"
done
faults '{}'
wait "$generator" || { tail -5 "$work/generator.err"; exit 1; }
for _ in $(seq 1200); do
    [ "$(figure lag_bytes)" = 0 ] && [ "$(figure in_flight_bytes)" = 0 ] && break
    sleep 0.5
done
kill -TERM "$shipper"
wait "$shipper" || { tail -20 "$work/shipper.err"; exit 1; }
curl -fsS -X POST "$url/admin/flush" >/dev/null
awk -v half=$((seconds / 2)) '$1 >= half { n++; x += $1; y += $2; xx += $1 * $1; xy += $1 * $2 }
    END { d = n * xx - x * x; if (n > 1 && d > 0) printf "memory: slope %.1f KiB/min over the second half, mean %.0f KiB\n", 60 * (n * xy - x * y) / d, y / n }' "$work/memory"
grep -E "behind, shipping|caught up" "$work/shipper.err" | tail -n 12 || true
echo "throttled $(figure throttled_records) records, ambiguous $(figure ambiguous_records) records, $(figure acknowledged_bytes) bytes acknowledged"
touch "$work/stop"
verdict=0
wait "$judge" || verdict=1
cat "$work/verdict"
exit "$verdict"
