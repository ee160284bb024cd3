# shellcheck shell=bash disable=SC2120
# What the measuring scripts share: a directory that goes when the script ends, published builds in it, a local Firehose, the
# words of a table. A script that sources this stands in the root of the repository.

export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local-secret AWS_EC2_METADATA_DISABLED=true # the local Firehose's
unset AWS_CA_BUNDLE # what some machines set for all programs: reading a hundred certificates belongs to no figure
work=$(mktemp -d "${TMPDIR:-/tmp}/shipper-bench.XXXXXX")
children=()
# Ends what is in "children", and what runs from the directory: a list would not know those that a subshell started.
cleanup() {
    local child
    for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
    for child in /proc/[0-9]*; do
        [[ $(readlink "$child/exe") != "$work"/* ]] || kill "${child#/proc/}" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap cleanup EXIT

# publish PROJECT [ARGUMENT...]: compiled ahead (ReadyToRun) into $work/PROJECT, beside the builds that lie in the repository.
publish() {
    local project=$1
    shift
    [ $# -gt 0 ] || set -- --self-contained false
    dotnet publish "src/$project" -c Release -r linux-x64 -p:PublishReadyToRun=true -p:RunAnalyzers=false "$@" --artifacts-path "$work/artifacts" -o "$work/$project" >"$work/publish.log" 2>&1 || {
        cat "$work/publish.log" >&2
        exit 1
    }
}

# start_firehose [ARGUMENT...]: the local Firehose with the delivery stream "bench"; $url is its address afterwards.
start_firehose() {
    "$work/LocalFirehose/local-firehose" --set LocalFirehose:Port=0 --set LocalFirehose:UrlFile="$work/url" \
        --set LocalFirehose:DataDirectory="$work/firehose" --set LocalFirehose:Streams:0:Name=bench \
        --set LocalFirehose:Streams:0:Bucket=bench "$@" >/dev/null 2>"$work/firehose.log" &
    children+=($!)
    for _ in $(seq 100); do [ -s "$work/url" ] && break; sleep 0.1; done
    # shellcheck disable=SC2034
    url=$(cat "$work/url") || { cat "$work/firehose.log" >&2; exit 1; }
}

# until_shipped BYTES METRICS_LOG PROCESS SHIPPER_LOG: returns when so many bytes are acknowledged; $acknowledged is how many by then.
until_shipped() {
    acknowledged=0
    until [ "$acknowledged" -ge "$1" ]; do
        kill -0 "$3" 2>/dev/null || { cat "$4" >&2; exit 1; }
        sleep 0.05
        acknowledged=$(sed -n '$s/.*"acknowledged_bytes":\([0-9]*\).*/\1/p' "$2" 2>/dev/null || true)
        acknowledged=${acknowledged:-0}
    done
}

# Of a process: CPU time in clock ticks, user and system; resident memory in KiB.
ticks() { awk '{ sub(/^.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }
resident() { awk '/^VmRSS:/ { print $2 }' "/proc/$1/status"; }

# The machine now, for the first line of every result.
machine() { echo "$(nproc) cores, load average $(cut -d' ' -f1-3 /proc/loadavg)"; }

# middle COLUMN FILE: the median of a column of numbers, and the least and the most of it.
middle() { sort -k"$1" -n "$2" | awk -v column="$1" '{ v[NR] = $column } END { printf "%s (%s - %s)\n", v[int((NR + 1) / 2)], v[1], v[NR] }'; }
