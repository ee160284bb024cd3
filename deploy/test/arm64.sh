#!/usr/bin/env bash
# The arm64 programs, run by qemu with the C library and OpenSSL of an arm64 Debian: version, check, and 10,000 lines from the generator
# through the shipper to a local Firehose. Its last line is "N passed, N failed, N skipped".
#
#   deploy/test/arm64.sh [--published DIR]     as build-packages.sh --published
# shellcheck disable=SC1091
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. deploy/test/lib.sh
work=$(mktemp -d)
firehose=""
trap '[ -z "$firehose" ] || kill "$firehose"; rm -rf "$work"' EXIT
published=$work/published
[ "${1:-}" != --published ] || published=$2
tree=${SHIPPER_TEST_ARM64:-/var/cache/shipper-test/arm64}
emulator=qemu-aarch64-static
[ "$(uname -m)" != aarch64 ] || emulator=""
readonly lines=10000

[ -z "$emulator" ] || command -v $emulator >/dev/null || { skip arm64 "$emulator is not installed" && totals && exit; }
command -v apt-get >/dev/null || { skip arm64 "there is no apt-get to get an arm64 OpenSSL with" && totals && exit; }
[ -d "$published/arm64" ] || command -v clang >/dev/null || { skip arm64 "clang, which links the programs, is not installed" && totals && exit; }
[ -d "$published/arm64" ] || deploy/build-packages.sh --publish-only --target arm64 --published "$published" || { fail "the arm64 build" "see above" && totals && exit; }

# Packages of the other architecture, unpacked into a directory: nothing of the machine changes.
fetch_tree() {
    local state=$work/apt options
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
    : >"$state/status"
    options=(-qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State="$state" -o Dir::State::status="$state/status"
        -o Dir::Cache="$state/cache" -o APT::Sandbox::User=root)
    timeout 120 apt-get "${options[@]}" update &&
        (cd "$state" && timeout 120 apt-get "${options[@]}" download libc6 libgcc-s1 libssl3) || return
    mkdir -p "$state/tree"
    for package in "$state"/*.deb; do dpkg-deb -x "$package" "$state/tree" || return; done
    # As a Debian has it; the packages rely on it.
    touch "$state/tree/.complete"
    mkdir -p "$(dirname "$tree")" && rm -rf "$tree" && mv "$state/tree" "$tree"
}
if [ -n "$emulator" ] && [ ! -e "$tree/.complete" ]; then
    fetch_tree >"$work/fetch.log" 2>&1 || { skip arm64 "an arm64 OpenSSL cannot be had ($(tail -1 "$work/fetch.log"))" && totals && exit; }
fi

run() { # PROGRAM ARGUMENT...
    local program=$published/arm64/$1
    shift
    if [ -n "$emulator" ]; then $emulator -L "$tree" "$program" "$@"; else "$program" "$@"; fi
}
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
for program in tailshipper order-log-generator; do
    check "$program is for arm64" sh -c "readelf -h '$published/arm64/$program' | grep -q 'Machine: *AArch64'"
    check "$program says its version" contains "$(run $program --version 2>&1)" "$version"
done

dll=src/LocalFirehose/bin/Debug/net10.0/local-firehose.dll
[ -e $dll ] || dotnet build src/LocalFirehose -v quiet || exit 1
dotnet $dll run --set LocalFirehose:Port=0 --set LocalFirehose:UrlFile="$work/url" --set LocalFirehose:DataDirectory="$work/firehose" \
    --set LocalFirehose:Streams:0:Name=tbsm-red-fire --set LocalFirehose:Streams:0:Bucket=orders --set LocalFirehose:Streams:0:BufferSeconds=1 >"$work/firehose.log" 2>&1 &
firehose=$!
eventually 60 test -s "$work/url"
mkdir "$work/logs"
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local-secret AWS_EC2_METADATA_DISABLED=true
unset AWS_CA_BUNDLE # some machines set it for all programs
settings=(--set Shipper:StateDirectory="$work/state" --set Shipper:Flows:0:Name=orders --set "Shipper:Flows:0:Paths:0=$work/logs/*.log"
    --set Shipper:Flows:0:DeliveryStream=tbsm-red-fire --set Shipper:Aws:ServiceUrl="$(cat "$work/url")" --set Shipper:Aws:Region=eu-west-1)
check "the generator writes $lines lines" run order-log-generator run --set Generator:Directory="$work/logs" --set Generator:LinesPerSecond=0 --set Generator:MaxLines=$lines
check "they are there" equals "$(cat "$work/logs/"*.log | wc -l)" $lines
check "the configuration is good" run tailshipper check "${settings[@]}"
# qemu becomes the program: a signal to it is one to the program.
(
    program=$published/arm64/tailshipper
    if [ -n "$emulator" ]; then exec $emulator -L "$tree" "$program" run "${settings[@]}"; else exec "$program" run "${settings[@]}"; fi
) >"$work/shipper.log" 2>&1 &
shipper=$!
landed() { find "$work/firehose/s3" -type f -exec cat {} + 2>/dev/null | wc -l; }
all_landed() { [ "$(landed)" -ge $lines ]; }
eventually 60 all_landed
kill -TERM $shipper
wait $shipper
check "the shipper stops with 0" equals $? 0
find "$work/firehose/s3" -type f -exec cat {} + 2>/dev/null | sort >"$work/landed"
cat "$work/logs/"*.log | sort >"$work/written"
check "every line landed once" cmp "$work/written" "$work/landed" || tail -5 "$work/shipper.log"
totals
