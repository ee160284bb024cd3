#!/usr/bin/env bash
# The cost of idle files: tails many files without writing to them, and prints the CPU time of the shipper over a period (scans, polls
# and runtime) and its resident memory, next to those of a run with 10 files after the same warm-up.
# usage: [BEFORE=PROGRAM] bench/idle-files.sh [FILES [SECONDS [RUNS [KEY=VALUE ...]]]]     needs: dotnet
#   BEFORE: the tailshipper of an earlier published build; it takes its turn after each run, for a comparison of the two
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

run() { # FILES PROGRAM -> "CPU ms per second" "RSS KiB"
    local state="$work/state-$1-$RANDOM" size shipper before
    size=$(cat "$work/logs-$1/"*.log | wc -c)
    "$2" --set Shipper:StateDirectory="$state" --set Shipper:Flows:0:Name=bench --set "Shipper:Flows:0:Paths:0=$work/logs-$1/*.log" \
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
echo "run   program   CPU ms/s with 10   with $files   % of a core   RSS MiB with 10   with $files   KiB per file"
compare() { # RUN NAME PROGRAM
    local few_ticks few_kib many_ticks many_kib
    read -r few_ticks few_kib < <(run 10 "$3")
    read -r many_ticks many_kib < <(run "$files" "$3")
    awk -v run="$1" -v name="$2" -v hertz="$hertz" -v seconds="$seconds" -v files="$files" -v a="$few_ticks" -v b="$many_ticks" -v c="$few_kib" -v d="$many_kib" 'BEGIN {
        few = a * 1000 / hertz / seconds; many = b * 1000 / hertz / seconds
        printf "%-5d %-9s %16.2f %12.2f %13.2f %17.1f %12.1f %14.2f\n", run, name, few, many, many / 10, c / 1024, d / 1024, (d - c) / (files - 10)
    }'
}
for run in $(seq "$runs"); do
    compare "$run" shipper "$work/TailShipper/tailshipper"
    [ -z "${BEFORE:-}" ] || compare "$run" before "$BEFORE"
done | tee "$work/rows"
for program in shipper ${BEFORE:+before}; do
    grep " $program " "$work/rows" >"$work/$program.rows"
    echo "$program: CPU $(median 5 "$work/$program.rows") % of a core, memory $(median 8 "$work/$program.rows") KiB per file (medians, spread)"
done
