#!/usr/bin/env bash
# Force: for each way in which logrotate rotates, a writer at speed and a shipper that is killed with SIGKILL at random
# moments of its life. Usage: tests/campaigns/force.sh [KILLS_PER_SCENARIO] [SEED] [SCENARIO...]; default 50 kills, a seed of
# its own, and every scenario: create dateext copytruncate copytruncate-dateext delaycompress compress.
# Says how far it is every 10 s. Ends with a line for each scenario, "NAME: input N, unique N, duplicate N, loss N (0.00 %); ...",
# and exit code 1 when anything was lost or was repeated without a kill to explain it.
set -euo pipefail
export LC_ALL=C DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
kills=${1:-50}
seed=${2:-$((RANDOM * 32768 + RANDOM))}
shift $(($# < 2 ? $# : 2))
scenarios=("$@")
[ ${#scenarios[@]} -gt 0 ] || scenarios=(create dateext copytruncate copytruncate-dateext delaycompress compress)
command -v logrotate >/dev/null || [ -x /usr/sbin/logrotate ] || { echo "logrotate is not here: apt-get install logrotate" >&2; exit 2; }
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
dotnet build "$root/tests/EndToEnd.Tests" -c Release -v quiet --nologo
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
echo "seed $seed: $((kills * ${#scenarios[@]})) kills in ${#scenarios[@]} scenarios"

failed=0
for scenario in "${scenarios[@]}"; do
    SHIPPER_FORCE_KILLS=$kills SHIPPER_FORCE_SEED=$seed SHIPPER_FORCE_SCENARIOS=$scenario \
        "$root/tests/EndToEnd.Tests/bin/Release/net10.0/EndToEnd.Tests" -class Shipper.EndToEnd.Tests.Force.ForceTests -noLogo -noColor 2>&1 |
        tee "$logs/$scenario" | grep --line-buffered "^$scenario: " || failed=1
    grep -q "^$scenario: input .*loss 0 " "$logs/$scenario" || { failed=1; sed -n '/\[FAIL\]/,$p' "$logs/$scenario" >&2; }
done

echo
grep -h '^[a-z-]*: input ' "$logs"/* || true
exit $failed
