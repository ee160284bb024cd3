#!/usr/bin/env bash
# What idle files cost: tails many files that nobody writes to, and prints CPU time of the shipper over a while (all of
# it: scans, polls, runtime) and its resident memory beside that of a run with 10 files, after the same warm-up.
# usage: bench/idle-files.sh [FILES [SECONDS [RUNS [KEY=VALUE ...]]]]     needs: dotnet
set -euo pipefail
cd "$(dirname "$0")/.."
files=${1:-10000}
seconds=${2:-30}
runs=${3:-3}
settings=()
for setting in "${@:4}"; do settings+=(--set "$setting"); done
work=$(mktemp -d "${TMPDIR:-/tmp}/shipper-bench.XXXXXX")
children=()
cleanup() { for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done; rm -rf "$work"; }
trap cleanup EXIT

for project in TailShipper LocalFirehose; do
    dotnet publish "src/$project" -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true \
        -o "$work/$project" >"$work/publish.log" 2>&1 || { cat "$work/publish.log"; exit 1; }
done

"$work/LocalFirehose/local-firehose" --set LocalFirehose:Port=0 --set LocalFirehose:UrlFile="$work/url" \
    --set LocalFirehose:DataDirectory="$work/firehose" --set LocalFirehose:Streams:0:Name=bench \
    --set LocalFirehose:Streams:0:Bucket=bench >/dev/null 2>"$work/firehose.log" &
children+=($!)
for _ in $(seq 100); do [ -s "$work/url" ] && break; sleep 0.1; done

for count in 10 "$files"; do
    mkdir -p "$work/logs-$count"
    awk -v count="$count" -v directory="$work/logs-$count" 'BEGIN {
        for (i = 0; i < count; i++) {
            file = sprintf("%s/application-%06d.log", directory, i)
            for (line = 0; line < 10; line++)
                printf "{\"file\":%d,\"line\":%d,\"text\":\"%0160d\"}\n", i, line, line > file
            close(file)
        }
    }'
done

export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local-secret AWS_EC2_METADATA_DISABLED=true
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
resident() { awk '/^VmRSS:/ { print $2 }' "/proc/$1/status"; }

run() { # FILES -> "CPU ms per second" "RSS KiB"
    local state="$work/state-$1-$RANDOM" size shipper before
    size=$(cat "$work/logs-$1/"*.log | wc -c)
    "$work/TailShipper/tailshipper" --set Shipper:StateDirectory="$state" --set "Shipper:Flows:0:Paths:0=$work/logs-$1/*.log" \
        --set Shipper:Flows:0:DeliveryStream=bench --set Shipper:Aws:ServiceUrl="$(cat "$work/url")" \
        --set Shipper:Aws:Region=eu-west-1 --set Shipper:Metrics:Interval=1s "${settings[@]}" 2>"$work/shipper.log" &
    shipper=$!
    children+=("$shipper")
    until grep -q "\"acknowledged_bytes\":$size" "$state/metrics.log" 2>/dev/null; do
        kill -0 "$shipper" 2>/dev/null || { cat "$work/shipper.log" >&2; exit 1; }
        sleep 0.1
    done
    sleep 60 # files go idle step by step
    before=$(ticks "$shipper")
    sleep "$seconds"
    echo "$(($(ticks "$shipper") - before)) $(resident "$shipper")"
    kill -TERM "$shipper"
    wait "$shipper" || true
}

hertz=$(getconf CLK_TCK)
echo "load average $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores, file system $(stat -f -c %T "$work"), ${settings[*]:-default settings}"
echo "run   CPU ms/s with 10   with $files   % of a core   RSS MiB with 10   with $files   KiB per file"
for run in $(seq "$runs"); do
    read -r few_ticks few_kib < <(run 10)
    read -r many_ticks many_kib < <(run "$files")
    awk -v run="$run" -v hertz="$hertz" -v seconds="$seconds" -v files="$files" -v a="$few_ticks" -v b="$many_ticks" -v c="$few_kib" -v d="$many_kib" 'BEGIN {
        few = a * 1000 / hertz / seconds; many = b * 1000 / hertz / seconds
        printf "%-5d %18.2f %12.2f %13.2f %17.1f %12.1f %14.2f\n", run, few, many, many / 10, c / 1024, d / 1024, (d - c) / (files - 10)
    }'
done | tee "$work/rows"
sort -k4 -n "$work/rows" | awk '{ cpu[NR] = $4 } END { printf "median CPU: %.2f %% of a core\n", cpu[int((NR + 1) / 2)] }'
sort -k7 -n "$work/rows" | awk '{ memory[NR] = $7 } END { printf "median memory: %.2f KiB per file\n", memory[int((NR + 1) / 2)] }'
