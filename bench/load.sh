#!/usr/bin/env bash
# Load of every kind that was ever found to hurt: thousands of files that grow, files as fast as they can be written, long and empty lines,
# reloads each second, hundreds of files rotated at once, quotas with a busy file beside slow ones. Lines are counted at the far end.
# usage: [SCALE=1] bench/load.sh [CASE...]     needs: dotnet, python3; half a minute to two minutes a case
#   CASE: growing, full-speed, long-lines, newlines, characters, newlines-each, reload-changed, reload-same, rotations, quota-records,
#         quota-calls-burst, quota-calls, quota-calls-two-flows; default all
set -euo pipefail
cd "$(dirname "$0")/.."
cases=("$@")
[ $# -gt 0 ] || cases=(growing full-speed long-lines newlines characters newlines-each reload-changed reload-same rotations
    quota-records quota-calls-burst quota-calls quota-calls-two-flows)
. bench/common.sh
publish TailShipper
publish LocalFirehose
machine
for case in "${cases[@]}"; do
    echo "$case: $(TMPDIR=$work python3 bench/load.py "$work/TailShipper" "$work/LocalFirehose/local-firehose" "$case" "${SCALE:-1}")"
done
