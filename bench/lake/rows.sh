#!/usr/bin/env bash
# Memory and time of order-lake over many rows: rows.sh [MILLIONS...], default 5 20. For each size it writes lines with order-log-generator,
# compresses them as Firehose would, and takes them in one run with a limit of 384 MiB for the engine. Needs GNU time, and for each million
# rows some 250 MB below TMPDIR. CLOCK=Business spreads the lines over the days of a simulated shop, 3,300 partitions a million.
set -euo pipefail
sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(5 20)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build "$root/src/OrderLake" -c Release -v quiet --nologo
dotnet build "$root/src/OrderLogGenerator" -c Release -v quiet --nologo
for millions in "${sizes[@]}"; do
    rm -rf "$work/lines" "$work/raw" "$work/lake"
    mkdir "$work/raw"
    "$root/src/OrderLogGenerator/bin/Release/net10.0/order-log-generator" run --set "Generator:Directory=$work/lines" \
        --set "Generator:Clock=${CLOCK:-Wall}" --set Generator:LinesPerSecond=0 --set "Generator:MaxLines=${millions}000000" \
        --set Generator:FileNamePattern='{time}.log' --set Generator:Rotation:MaxBytes=67108864 2>/dev/null
    for file in "$work"/lines/*; do
        gzip -1 "$file"
        mv "$file.gz" "$work/raw"
    done
    /usr/bin/time -f "$millions million rows: %e s, processor %U + %S s, at most %M KiB" \
        "$root/src/OrderLake/bin/Release/net10.0/order-lake" transform history --raw "$work/raw" --lake "$work/lake" --memory-limit 384MiB
done
cut -d' ' -f1-3 /proc/loadavg
