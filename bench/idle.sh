#!/usr/bin/env bash
# The cost of an installed, idle service: the program of the packages, with their configuration and the directories
# that systemd provides (so with checkpoints, log, metrics log and endpoint), one flow, and a few files that are already shipped.
# After an idle period, prints resident memory (anonymous and of files) and the CPU time over half a minute.
# usage: bench/idle.sh [RUNS [SECONDS [FILES]]]     needs: dotnet
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-3}
seconds=${2:-120}
files=${3:-10}
. bench/common.sh
publish TailShipper
publish LocalFirehose
# shellcheck disable=SC2119
start_firehose

mkdir "$work/logs"
for file in $(seq "$files"); do
    awk -v file="$file" 'BEGIN { for (line = 0; line < 1000; line++) printf "{\"file\":%d,\"line\":%d,\"text\":\"%0160d\"}\n", file, line, line }' >"$work/logs/orders-$file.log"
done
size=$(cat "$work/logs/"*.log | wc -c)
sed "s:/var/log/orders/:$work/logs/:; s/tbsm-red-fire/bench/" deploy/config/tailshipper.json >"$work/appsettings.json"

part() { awk -v part="$1:" '$1 == part { print $2 }' "/proc/$shipper/status"; }
echo "$(machine); $files files, $size bytes, default settings; $seconds s after the last line was acknowledged"
echo "run   RSS MB  anonymous  of files  CPU ms/s"
for run in $(seq "$runs"); do
    here=$work/$run
    mkdir -p "$here/state" "$here/logs" "$here/run"
    STATE_DIRECTORY=$here/state LOGS_DIRECTORY=$here/logs RUNTIME_DIRECTORY=$here/run "$work/TailShipper/tailshipper" run \
        --config "$work/appsettings.json" --set Shipper:Aws:ServiceUrl="$url" --set Shipper:Aws:Region=eu-west-1 2>"$here/shipper.log" &
    shipper=$!
    children+=("$shipper")
    until_shipped "$size" "$here/logs/metrics.log" "$shipper" "$here/shipper.log"
    [ -S "$here/run/tailshipper.sock" ] || { echo "the endpoint is off" >&2; exit 1; }
    sleep "$seconds"
    before=$(ticks "$shipper")
    sleep 30
    awk -v run="$run" -v all="$(resident "$shipper")" -v own="$(part RssAnon)" -v mapped="$(part RssFile)" -v ticks="$(($(ticks "$shipper") - before))" -v hertz="$(getconf CLK_TCK)" \
        'BEGIN { printf "%-4d %7.1f %10.1f %9.1f %9.2f\n", run, all * 1024 / 1e6, own * 1024 / 1e6, mapped * 1024 / 1e6, ticks * 1000 / hertz / 30 }'
    kill -TERM "$shipper"
    wait "$shipper" || true
done | tee "$work/rows"
echo "median: $(median 2 "$work/rows") MB resident, $(median 5 "$work/rows") ms of CPU a second"
