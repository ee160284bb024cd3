#!/usr/bin/env bash
# Tries how ec2-userdata.sh learns its parameters and fetches its artifact, against stubs of the instance metadata (version 2
# only) and of S3 on this machine. Its last line is "N passed, N failed, N skipped".
# shellcheck disable=SC1091,SC2154
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. deploy/test/lib.sh
[ "$(id -u)" -eq 0 ] || { skip userdata "needs root" && totals && exit; }
command -v python3 >/dev/null || { skip userdata "python3 is not installed" && totals && exit; }
work=$(mktemp -d)
stub=""
trap '[ -z "$stub" ] || kill "$stub" 2>/dev/null; rm -rf "$work"' EXIT

python3 deploy/test/stubs.py "$work" >"$work/stub.log" 2>&1 &
stub=$!
eventually 10 test -s "$work/port" || { fail "the stubs start" "$(cat "$work/stub.log")" && totals && exit 1; }
url=http://127.0.0.1:$(cat "$work/port")/

tags() { printf '%s\n' "$@" >"$work/tags"; }
sum=$(printf 'x%.0s' {1..64} | tr x a)
ask() { env -u AWS_PROFILE -u AWS_REGION AWS_EC2_METADATA_SERVICE_ENDPOINT="$url" "$@" bash deploy/ec2-userdata.sh --check 2>&1; }

tags "artifact-url=s3://releases/shipper-{arch}.tar.gz" "delivery-stream=from-tag" "log-paths=/var/log/a/*.log, /var/log/b/*.log"
sums="x64=$sum arm64=${sum//a/b}"
answer=$(ask ARTIFACT_SHA256="$sums")
check "parameters come from the instance's tags" contains "$answer" "DELIVERY_STREAM=from-tag"
check "the architecture is put in" contains "$answer" "ARTIFACT_URL=s3://releases/shipper-$([ "$(uname -m)" = x86_64 ] && echo x64 || echo arm64).tar.gz"
check "the checksum is the architecture's" contains "$answer" "ARTIFACT_SHA256=$([ "$(uname -m)" = x86_64 ] && echo "$sum" || echo "${sum//a/b}")"
check "the region is the instance's" contains "$answer" "REGION=eu-north-1"
check "what nobody says has its default" contains "$answer" "GENERATOR=no"
check "a variable wins over a tag" contains "$(ask ARTIFACT_SHA256="$sums" DELIVERY_STREAM=from-variable)" "DELIVERY_STREAM=from-variable"
check "metadata is not asked through a proxy" contains \
    "$(ask ARTIFACT_SHA256="$sums" http_proxy=http://127.0.0.1:1 HTTP_PROXY=http://127.0.0.1:1 ALL_PROXY=http://127.0.0.1:1)" "REGION=eu-north-1"
check "metadata is asked with a token only" equals "$(grep -c 'without a token' "$work/stub.log")" 0
check "everything that is wrong is said at once" contains "$(ask ARTIFACT_SHA256="$sums" GENERATOR=maybe LINES_PER_SECOND=many LOG_PATHS=relative)" "3 parameter(s)"
check "a quote cannot leave its place in the configuration" contains "$(ask ARTIFACT_SHA256="$sums" LOG_PATHS='/x"]')" "1 parameter(s)"
answer=$(env AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1 ARTIFACT_URL=/x ARTIFACT_SHA256="$sum" DELIVERY_STREAM=s REGION=eu-west-1 bash deploy/ec2-userdata.sh --check 2>&1)
check "off EC2 variables are enough" contains "$answer" "REGION=eu-west-1"

check "plain http is refused" contains "$(ask ARTIFACT_SHA256="$sums" ARTIFACT_URL=http://releases/x)" "1 parameter(s)"
check "curl follows no redirect to plain http" grep -q 'curl -fsSL --proto =https --proto-redir =https' deploy/ec2-userdata.sh

# Who may tag the instance may name another tarball, but not its checksum.
tags "artifact-url=https://evil.example/x" "artifact-sha256=$sum" "delivery-stream=from-tag"
answer=$(ask)
check "a checksum from a tag is not used" contains "$answer" "the tag shipper:artifact-sha256 is not used"
check "without one as a variable nothing is installed" contains "$answer" "1 parameter(s) cannot be used; nothing was changed"
tags "delivery-stream=from-tag"

# The real clients of S3, with the role's credentials from the metadata; the artifact is a false one, and is refused after its fetch.
echo "not a tarball" >"$work/artifact"
fetched() {
    local output
    output=$(env -u AWS_PROFILE -u AWS_REGION "$@" AWS_EC2_METADATA_SERVICE_ENDPOINT="$url" AWS_CONFIG_FILE=/nonexistent AWS_SHARED_CREDENTIALS_FILE=/nonexistent \
        S3_ENDPOINT_URL="${url%/}" ARTIFACT_URL=s3://releases/artifact ARTIFACT_SHA256="$sum" DELIVERY_STREAM=s bash deploy/ec2-userdata.sh 2>&1)
    contains "$output" "has the checksum $(sha256sum <"$work/artifact" | cut -d' ' -f1), not $sum; it is not installed"
}
bare=$work/bin
mkdir "$bare"
ln -s /usr/bin/* "$bare/" 2>/dev/null
rm -f "$bare/aws"
# Ubuntu's and Debian's python3, which sees their python3-boto3; another one may come first in PATH.
for client in aws boto3; do
    if [ "$client" = aws ] && [ ! -x /usr/bin/aws ]; then
        skip "the artifact comes from S3 by aws" "awscli is not installed"
    elif [ "$client" = boto3 ] && ! /usr/bin/python3 -c 'import boto3' 2>/dev/null; then
        skip "the artifact comes from S3 by boto3" "python3-boto3 is not installed"
    else
        : >"$work/signed"
        check "the artifact comes from S3 by $client, and a wrong checksum is refused" fetched PATH="$([ $client = aws ] && echo /usr/bin:/bin || echo "$bare"):/usr/sbin:/sbin"
        check "$client signs with the role's session" grep -q 'session-token-of-the-role' "$work/signed"
    fi
done
check "nothing was installed here" test ! -e /opt/tailshipper
totals
