#!/usr/bin/env bash
# The cost of idle files: tails many files without writing to them, and prints the CPU time of the shipper over a period (scans, polls
# and runtime) and its resident memory, next to those of a run with 10 files after the same warm-up.
# usage: bench/idle-files.sh [FILES [SECONDS [RUNS [KEY=VALUE ...]]]]     needs: dotnet
set -euo pipefail
cd "$(dirname "$0")/.."
files=${1:-10000}
seconds=${2:-30}
runs=${3:-3}
settings=()
for setting in "${@:4}"; do settings+=(--set "$setting"); done
. bench/common.sh
publish TailShipper
publish LocalFirehose
# shellcheck disable=SC2119
start_firehose

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

run() { # FILES -> "CPU ms per second" "RSS KiB"
    local state="$work/state-$1-$RANDOM" size shipper before
    size=$(cat "$work/logs-$1/"*.log | wc -c)
    "$work/TailShipper/tailshipper" --set Shipper:StateDirectory="$state" --set "Shipper:Flows:0:Paths:0=$work/logs-$1/*.log" \
        --set Shipper:Flows:0:DeliveryStream=bench --set Shipper:Aws:ServiceUrl="$url" \
        --set Shipper:Aws:Region=eu-west-1 --set Shipper:Metrics:Interval=1s "${settings[@]}" 2>"$work/shipper.log" &
    shipper=$!
    children+=("$shipper")
    until_shipped "$size" "$state/metrics.log" "$shipper" "$work/shipper.log"
    sleep 60 # files become idle step by step
    before=$(ticks "$shipper")
    sleep "$seconds"
    echo "$(($(ticks "$shipper") - before)) $(resident "$shipper")"
    kill -TERM "$shipper"
    wait "$shipper" || true
}

hertz=$(getconf CLK_TCK)
echo "$(machine), file system $(stat -f -c %T "$work"), ${settings[*]:-default settings}"
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
