# shellcheck shell=bash disable=SC2120
# Shared by the benchmark scripts: a temporary directory, published builds, a local Firehose, and functions for tables. The current
# directory of a script that sources this is the root of the repository.

export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local-secret AWS_EC2_METADATA_DISABLED=true # the local Firehose's
unset AWS_CA_BUNDLE # some machines set it for all programs; reading a hundred certificates would distort the results
work=$(mktemp -d "${TMPDIR:-/tmp}/shipper-bench.XXXXXX")
children=()
# Ends the processes in "children", and those that run from the directory, which a subshell may have started.
cleanup() {
    local child
    for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
    for child in /proc/[0-9]*; do
        [[ $(readlink "$child/exe") != "$work"/* ]] || kill "${child#/proc/}" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap cleanup EXIT

# publish PROJECT [ARGUMENT...]: to $work/PROJECT, without changing the builds in the repository. A service as the packages have it, native; with
# PUBLISHED=DIR what deploy/build-packages.sh --publish-only --published DIR left there. Another program compiled ahead (ReadyToRun).
publish() {
    local project=$1
    shift
    if [ "$project" = TailShipper ] || [ "$project" = OrderLogGenerator ]; then
        deploy/build-packages.sh --publish-only --target x64 --published "${PUBLISHED:=$work/published}" || exit 1
        cp -r "$PUBLISHED/x64" "$work/$project"
        return
    fi
    [ $# -gt 0 ] || set -- --self-contained false
    dotnet publish "src/$project" -c Release -r linux-x64 -p:PublishReadyToRun=true -p:RunAnalyzers=false "$@" --artifacts-path "$work/artifacts" -o "$work/$project" >"$work/publish.log" 2>&1 || {
        cat "$work/publish.log" >&2
        exit 1
    }
}

# publish_baseline: the baseline and the sink, native, to $work/Baseline.Bench.
publish_baseline() {
    dotnet publish bench/Baseline.Bench -c Release -r linux-x64 -p:ShipperNative=true -p:RunAnalyzers=false -o "$work/Baseline.Bench" >"$work/publish.log" 2>&1 || {
        cat "$work/publish.log" >&2
        exit 1
    }
}

# start_firehose [ARGUMENT...]: starts the local Firehose with the delivery stream "bench" and sets $url.
start_firehose() {
    "$work/LocalFirehose/local-firehose" --set LocalFirehose:Port=0 --set LocalFirehose:UrlFile="$work/url" \
        --set LocalFirehose:DataDirectory="$work/firehose" --set LocalFirehose:Streams:0:Name=bench \
        --set LocalFirehose:Streams:0:Bucket=bench "$@" >/dev/null 2>"$work/firehose.log" &
    children+=($!)
    for _ in $(seq 100); do [ -s "$work/url" ] && break; sleep 0.1; done
    # shellcheck disable=SC2034
    url=$(cat "$work/url") || { cat "$work/firehose.log" >&2; exit 1; }
}

# until_shipped BYTES METRICS_LOG PROCESS SHIPPER_LOG: waits until that many bytes are acknowledged; sets $acknowledged.
until_shipped() {
    acknowledged=0
    until [ "$acknowledged" -ge "$1" ]; do
        kill -0 "$3" 2>/dev/null || { cat "$4" >&2; exit 1; }
        sleep 0.05
        acknowledged=$(sed -n '$s/.*"acknowledged_bytes":\([0-9]*\).*/\1/p' "$2" 2>/dev/null || true)
        acknowledged=${acknowledged:-0}
    done
}

# ticks, resident PROCESS: CPU time in clock ticks, user and system; resident memory in KiB.
ticks() { awk '{ sub(/^.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }
resident() { awk '/^VmRSS:/ { print $2 }' "/proc/$1/status"; }

# Describes the machine, for the first line of the results.
machine() { echo "$(nproc) cores, load average $(cut -d' ' -f1-3 /proc/loadavg)"; }

# median COLUMN FILE: the median of a column of numbers, with its minimum and maximum.
median() { sort -k"$1" -n "$2" | awk -v column="$1" '{ v[NR] = $column } END { printf "%s (%s - %s)\n", v[int((NR + 1) / 2)], v[1], v[NR] }'; }
