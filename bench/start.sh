#!/usr/bin/env bash
# How long a start takes when 100,000 streams are known: the whole process, from exec until it says that it is ready, and its
# CPU time by then. The checkpoints are written by the shipper's own journal code (bench/Shipper.Bench checkpoints).
# usage: bench/start.sh [RUNS] [STREAMS]
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
streams=${2:-100000}
work=$(mktemp -d "${TMPDIR:-/tmp}/shipper-start.XXXXXX")
shipper=
cleanup() { [ -z "$shipper" ] || kill -9 "$shipper" 2>/dev/null || true; rm -rf "$work"; }
trap cleanup EXIT

dotnet publish src/TailShipper -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true -o "$work/bin" >"$work/publish.log" 2>&1 \
    || { cat "$work/publish.log"; exit 1; }
dotnet run -c Release --project bench/Shipper.Bench -- checkpoints "$work/known" "$streams" >"$work/make.log" 2>&1 || { cat "$work/make.log"; exit 1; }
mkdir -p "$work/logs"
echo "$streams streams, $(du -sb "$work/known" | cut -f1) bytes of checkpoints; $(nproc) cores; load average $(cut -d' ' -f1-3 /proc/loadavg)"

export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local-secret AWS_EC2_METADATA_DISABLED=true
ticks=$(getconf CLK_TCK)
: >"$work/walls"; : >"$work/cpus"
for run in $(seq "$runs"); do
    rm -rf "$work/state"
    cp -r "$work/known" "$work/state"
    sync
    mkfifo "$work/said"
    started=$(date +%s%N)
    "$work/bin/tailshipper" --set Shipper:StateDirectory="$work/state" --set "Shipper:Flows:0:Name=orders" --set "Shipper:Flows:0:Paths:0=$work/logs/*.log" \
        --set Shipper:Flows:0:DeliveryStream=bench --set Shipper:Aws:ServiceUrl=http://127.0.0.1:9 --set Shipper:Aws:Region=eu-west-1 2>"$work/said" >/dev/null &
    shipper=$!
    exec 3<"$work/said"
    until read -r line <&3 && [[ $line == *"is ready"* ]]; do kill -0 "$shipper"; done
    wall=$((($(date +%s%N) - started) / 1000000))
    cpu=$(awk -v ticks="$ticks" '{ sub(/^.*\) /, ""); print int(($12 + $13) * 1000 / ticks) }' "/proc/$shipper/stat")
    memory=$(awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$shipper/status")
    kill "$shipper"; cat <&3 >/dev/null; exec 3<&-; wait "$shipper" || true
    shipper=
    rm "$work/said"
    echo "run $run: ready after $wall ms, $cpu ms of CPU, $memory MiB"
    echo "$wall" >>"$work/walls"; echo "$cpu" >>"$work/cpus"
done
middle() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] " (" v[1] " - " v[NR] ")" }'; }
echo "median (spread) of $runs: ready after $(middle "$work/walls") ms, CPU $(middle "$work/cpus") ms"
