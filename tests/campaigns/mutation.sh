#!/usr/bin/env bash
# Breaks the rules of tailing, checkpoints and acknowledgement on purpose, one at a time, and shows that a test notices each.
# Usage: tests/campaigns/mutation.sh [--check | [--part I/N] [WORDS...]]
#   --check      only see that every mutant of tests/campaigns/mutants.txt still has its place in the code
#   --part I/N   only every Nth mutant, from the Ith on: N of them side by side play all
#   WORDS        only mutants whose name contains one of them
# Works on a copy of what is checked out. The last line is "N mutants, N caught, N survived"; a survivor makes the exit code 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
list=tests/campaigns/mutants.txt
check_only=false
part=1 parts=1
case ${1:-} in
    --check) check_only=true && shift ;;
    --part)
        [[ ${2:-} =~ ^([0-9]+)/([0-9]+)$ ]] || { echo "not a part such as 1/2: ${2:-}" >&2 && exit 2; }
        part=${BASH_REMATCH[1]} parts=${BASH_REMATCH[2]}
        shift 2
        ;;
esac
words=("$@")
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
limit=600 # seconds for one mutant's tests; one that hangs them is caught, too
export SHIPPER_SIM_RUNS=${SHIPPER_SIM_RUNS:-400} # histories of the simulation that a mutant has to get through

names=() files=() befores=() afters=()
name='' file='' before='' after=''
end_mutant() {
    [ -n "$name" ] || return 0
    names+=("$name") files+=("$file") befores+=("${before%$'\n'}") afters+=("${after%$'\n'}")
    name='' file='' before='' after=''
}
while IFS= read -r line || [ -n "$line" ]; do
    case $line in
        'name: '*) end_mutant; name=${line#name: } ;;
        'file: '*) file=${line#file: } ;;
        '- '*) before+=${line#- }$'\n' ;;
        '+ '*) after+=${line#+ }$'\n' ;;
    esac
done <"$list"
end_mutant

# The text must be there exactly once: a mutant that changes nothing would be a false survivor, one in the wrong place a false catch.
apply() { # ROOT INDEX WRITE
    local path=$1/${files[$2]} text rest
    [ -f "$path" ] || { echo "there is no ${files[$2]}"; return 1; }
    text=$(<"$path")
    rest=${text/"${befores[$2]}"/}
    [ "$rest" != "$text" ] || { echo "${files[$2]} does not contain: ${befores[$2]}"; return 1; }
    [ "${rest/"${befores[$2]}"/}" = "$rest" ] || { echo "${files[$2]} contains more than once: ${befores[$2]}"; return 1; }
    [ "$3" != true ] || printf '%s\n' "${text/"${befores[$2]}"/"${afters[$2]}"}" >"$path"
}

wrong=0
for index in "${!names[@]}"; do
    why=$(apply . "$index" false) || { echo "mutant '${names[$index]}': $why" >&2; wrong=$((wrong + 1)); }
done
[ "$wrong" -eq 0 ] || { echo "$wrong of ${#names[@]} mutants have no place in the code: correct $list" >&2; exit 1; }
if $check_only; then
    echo "${#names[@]} mutants, each has its place"
    exit 0
fi

copy=$(mktemp -d)
chmod 0755 "$copy" # some tests go on as another user, and load the assemblies as that one
trap 'rm -rf "$copy"' EXIT
git ls-files -z | tar --null -T - -cf - | tar -xf - -C "$copy"
project=tests/TailShipper.Tests
runner=$project/bin/Debug/net10.0/TailShipper.Tests

build() { (cd "$copy" && dotnet build "$1" -v quiet -p:TreatWarningsAsErrors=false -p:RunAnalyzers=false "${@:2}"); }

# A mutant changes one assembly: that takes the place of the one that the tests were built with.
build_mutant() { # FILE
    [[ $1 == src/TailShipper/* ]] || { build "$project" && return; }
    build src/TailShipper --no-restore -p:BuildProjectReferences=false || return
    cp "$copy/src/TailShipper/bin/Debug/net10.0/tailshipper.dll" "$copy/${runner%/*}/"
}
run_tests() { (cd "$copy" && timeout "$limit" "$runner" -stopOnFail -noColor -noLogo "$@"); }

# The tests of the room that the mutant is in and the simulation find most mutants, in a fraction of the time of all tests.
run_likely_tests() { # FILE
    local room=${1#src/TailShipper/}
    run_tests -namespace "Shipper.TailShipper.Tests.${room%%/*}*" -namespace 'Shipper.TailShipper.Tests.Simulation*'
}

echo "The code as it is:"
build "$project" >"$copy/build.log" 2>&1 || { tail -20 "$copy/build.log" >&2; exit 1; }
run_tests >"$copy/tests.log" 2>&1 || { echo "tests fail without any mutant" >&2; tail -40 "$copy/tests.log" >&2; exit 1; }
echo "  all tests pass"

caught=0 survived=0 tried=0
selected() {
    [ ${#words[@]} -gt 0 ] || return 0
    local word
    for word in "${words[@]}"; do [[ ${names[$1]} != *"$word"* ]] || return 0; done
    return 1
}
for index in "${!names[@]}"; do
    selected "$index" || continue
    [ $((index % parts)) -eq $((part - 1)) ] || continue
    tried=$((tried + 1))
    started=$SECONDS
    cp "$copy/${files[$index]}" "$copy/original"
    apply "$copy" "$index" true
    if ! build_mutant "${files[$index]}" >"$copy/build.log" 2>&1; then
        echo "INVALID  ${names[$index]}: does not compile: $(grep -m1 'error' "$copy/build.log")"
        survived=$((survived + 1))
    elif run_likely_tests "${files[$index]}" >"$copy/tests.log" 2>&1 && run_tests >"$copy/tests.log" 2>&1; then
        echo "SURVIVED ${names[$index]} ($((SECONDS - started)) s)"
        survived=$((survived + 1))
    else
        by=$(sed -n 's/^ *\(Shipper\.[^ ]*\).* \[FAIL\].*/\1/p' "$copy/tests.log" | head -1)
        echo "caught   ${names[$index]} ($((SECONDS - started)) s) by ${by:-tests that do not end}"
        caught=$((caught + 1))
    fi
    cp "$copy/original" "$copy/${files[$index]}"
    touch "$copy/${files[$index]}"
done
echo "$tried mutants, $caught caught, $survived survived"
[ "$survived" -eq 0 ] && [ "$tried" -gt 0 ]
