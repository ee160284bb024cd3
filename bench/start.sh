#!/usr/bin/env bash
# The duration of a start with 100,000 known streams: the whole process, from exec until it logs that it is ready, and its CPU time
# until then. The checkpoints are written by the journal code of the shipper (bench/Shipper.Bench checkpoints).
# usage: [BEFORE=PROGRAM] bench/start.sh [RUNS] [STREAMS]
#   BEFORE: the tailshipper of an earlier published build; it takes its turn after each run, for a comparison of the two
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
streams=${2:-100000}
. bench/common.sh
publish TailShipper
dotnet run -c Release --project bench/Shipper.Bench -- checkpoints "$work/known" "$streams" >"$work/make.log" 2>&1 || { cat "$work/make.log"; exit 1; }
mkdir -p "$work/logs"
echo "$streams streams, $(du -sb "$work/known" | cut -f1) bytes of checkpoints; $(machine)"

hertz=$(getconf CLK_TCK)
start() { # RUN NAME PROGRAM
    local started shipper line wall cpu memory
    rm -rf "$work/state"
    cp -r "$work/known" "$work/state"
    sync
    mkfifo "$work/log"
    started=$(date +%s%N)
    "$3" --set Shipper:StateDirectory="$work/state" --set "Shipper:Flows:0:Name=orders" --set "Shipper:Flows:0:Paths:0=$work/logs/*.log" \
        --set Shipper:Flows:0:DeliveryStream=bench --set Shipper:Aws:ServiceUrl=http://127.0.0.1:9 --set Shipper:Aws:Region=eu-west-1 2>"$work/log" >/dev/null &
    shipper=$!
    children+=("$shipper")
    exec 3<"$work/log"
    until read -r line <&3 && [[ $line == *"is ready"* ]]; do kill -0 "$shipper"; done
    wall=$((($(date +%s%N) - started) / 1000000))
    cpu=$(($(ticks "$shipper") * 1000 / hertz))
    memory=$(awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$shipper/status")
    kill "$shipper"; cat <&3 >/dev/null; exec 3<&-; wait "$shipper" || true
    rm "$work/log"
    echo "run $1: $2 ready after $wall ms, $cpu ms of CPU, $memory MiB"
    echo "$wall $cpu" >>"$work/$2.rows"
}

for run in $(seq "$runs"); do
    start "$run" shipper "$work/TailShipper/tailshipper"
    [ -z "${BEFORE:-}" ] || start "$run" before "$BEFORE"
done
for program in shipper ${BEFORE:+before}; do
    echo "$program, median (spread) of $runs: ready after $(median 1 "$work/$program.rows") ms, CPU $(median 2 "$work/$program.rows") ms"
done
