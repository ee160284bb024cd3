#!/usr/bin/env bash
# tailshipper verify: the comparing program over so many gigabytes of lines and the same lines in GZIP objects of 16 MiB. "same" compares
# them as they are; "differing" leaves every hundredth object out, so that every part of the hash space is counted line by line.
#
#   bench/verify.sh [GIGABYTES] [RUNS]     PROGRAMS=DIR: where tailshipper-tools and order-log-generator are, else they are published
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
gigabytes=${1:-1} runs=${2:-5}
# shellcheck source=bench/common.sh
. bench/common.sh
[ -n "${PROGRAMS:-}" ] || { publish TailShipper && PROGRAMS=$work/TailShipper; }

mkdir -p "$work/logs" "$work/same" "$work/differing"
"$PROGRAMS/order-log-generator" --set Generator:LinesPerSecond=0 --set Generator:MaxLines=$((gigabytes * 4700000)) \
    --set Generator:Directory="$work/logs" --set Generator:Sequence=true --set Generator:Rotation:MaxBytes=1073741824 >/dev/null 2>&1
for log in "$work"/logs/*; do
    split -C 16m -d -a 4 "$log" "$work/same/$(basename "$log")-"
done
find "$work/same" -type f -print0 | xargs -0 -P "$(nproc)" gzip -1
find "$work/same" -type f | sort | awk 'NR % 100 != 50' | xargs -I{} ln {} "$work/differing/"

plan() {
    printf '{"version":1,"delivered":"%s","flows":["bench"],"sources":[' "$work/$1"
    find "$work/logs" -type f | sort | while read -r log; do
        printf '%s{"flow":"bench","path":"%s","spans":[{"start":0,"end":%d}],"encoding":"Auto"}' "${comma:-}" "$log" "$(stat -c %s "$log")"
        comma=,
    done
    printf ']}'
}

bytes=$(cat "$work"/logs/* | wc -c)
for kind in same differing; do
    plan $kind >"$work/plan.json"
    : >"$work/$kind.times"
    for _ in $(seq "$runs"); do
        /usr/bin/time -f '%e %U %S %M' -a -o "$work/$kind.times" "$PROGRAMS/tailshipper-tools" compare <"$work/plan.json" >"$work/answer" || true
        grep -h '^[0-9. ]*$' "$work/$kind.times" >"$work/times" && mv "$work/times" "$work/$kind.times"
    done
    echo "$kind, $bytes bytes of lines, $(du -sb "$work/$kind" | cut -f1) in objects; $(machine)"
    grep '^input' "$work/answer"
    awk -v bytes="$bytes" '{ printf "%s %.2f %.0f %.1f\n", $1, ($2 + $3) * 1073741824 / bytes, bytes / 1e6 / $1, $4 / 1024 }' "$work/$kind.times" >"$work/figures"
    echo "  seconds                    $(median 1 "$work/figures")"
    echo "  MB/s of lines in the files $(median 3 "$work/figures")"
    echo "  CPU s per GiB of files     $(median 2 "$work/figures")"
    echo "  peak memory, MiB           $(median 4 "$work/figures")"
done
