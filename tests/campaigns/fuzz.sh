#!/usr/bin/env bash
# Gives every parser of untrusted bytes damaged documents: journal, state directory, dead letters, marks, learned pace, requests,
# answers of the service, configuration. No input may end in a fault, hang, or allocate 100 MiB.
#   tests/campaigns/fuzz.sh [INPUTS] [FIRST-SEED]   1,000,000 for each parser from seed 1, unless told; a hundredth for the configuration
# A line for each parser, then "fuzz: N parsers passed, M failed"; the exit code is 0 only when none failed. A failure prints its seed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
    sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit 0
fi
inputs=${1:-1000000} first=${2:-1}
for number in "$inputs" "$first"; do
    [[ $number =~ ^[0-9]+$ ]] || { echo "not a number: $number; see --help" >&2 && exit 2; }
done

dotnet build tests/TailShipper.Tests --configuration Release --verbosity quiet --nologo -clp:ErrorsOnly >&2
report=$(mktemp)
trap 'rm -f "$report" "$report.log"' EXIT

# An input that hangs ends the campaign; a millisecond for each is a hundred times what one takes.
limit=$((600 + inputs / 1000 * 10))
if ! SHIPPER_FUZZ_SEED=$first SHIPPER_FUZZ_RUNS=$inputs SHIPPER_FUZZ_REPORT=$report timeout "$limit" \
    tests/TailShipper.Tests/bin/Release/net10.0/TailShipper.Tests -class '*.ParserFuzzTests' -noColor >"$report.log" 2>&1; then
    failed=$(grep -c '\[FAIL\]' "$report.log" || true)
    cat "$report" && grep -A3 '\[FAIL\]' "$report.log" || tail -5 "$report.log"
    echo "fuzz: $(grep -c . "$report" || true) parsers passed, $((failed > 0 ? failed : 1)) failed"
    exit 1
fi
cat "$report"
echo "fuzz: $(grep -c . "$report") parsers passed, 0 failed"
