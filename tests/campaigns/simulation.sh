#!/usr/bin/env bash
# Plays random histories of the whole shipper on a simulated disk, clock, network and service, and checks each against an oracle.
#   tests/campaigns/simulation.sh [RUNS] [FIRST-SEED]   100,000 seeds from 1 on, unless told
#   tests/campaigns/simulation.sh --seed N              one seed, with everything that happened
# With SHIPPER_SIM_WORLD=rotations files are rotated, truncated and deleted, but never written anew or replaced in their place.
# The last line is "simulation: N seeds, N failed"; the exit code is 0 only when none did.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

case ${1:-} in
    --seed) first=${2:?--seed needs a number} runs=1 ;;
    -h | --help)
        sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    *) runs=${1:-100000} first=${2:-1} ;;
esac
for number in "$runs" "$first"; do
    [[ $number =~ ^[0-9]+$ ]] || { echo "not a number: $number; see --help" >&2 && exit 2; }
done

dotnet build tests/TailShipper.Tests --configuration Release --verbosity quiet --nologo -clp:ErrorsOnly >&2
report=$(mktemp)
trap 'rm -f "$report"' EXIT

SHIPPER_SIM_SEED=$first SHIPPER_SIM_RUNS=$runs SHIPPER_SIM_REPORT=$report \
    tests/TailShipper.Tests/bin/Release/net10.0/TailShipper.Tests -method '*.SimulationTests.Every_history_*' -noColor >"$report.log" 2>&1 &
player=$!
trap 'kill "$player" 2>/dev/null || true; rm -f "$report" "$report.log"' EXIT
tail -n +1 -f --pid="$player" "$report"
wait "$player" && exit 0
grep -q '^simulation: ' "$report" || { cat "$report.log" && echo "simulation: 0 seeds, 0 failed: it could not be played"; }
exit 1
