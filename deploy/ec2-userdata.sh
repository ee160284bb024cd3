#!/usr/bin/env bash
# EC2 user data: turns a fresh Amazon Linux 2023, Ubuntu 24.04 or Debian 12 instance (x86_64 or arm64) into a running
# pipeline. Safe to run again, also by hand as root: what is in place stays, what changed is applied.
#
# Each parameter is a variable, set here, above or in the environment; else the instance's tag (instance tags in metadata must
# be allowed); else the default. Checksums are never taken from a tag: whoever may tag the instance (ec2:CreateTags) could
# otherwise name a tarball of his own together with its sum, and be root here at the next run.
#
#   variable          tag                       default
#   ARTIFACT_URL      shipper:artifact-url      required: s3://BUCKET/KEY, https://… or a path; {arch} becomes x64 or arm64
#   ARTIFACT_SHA256   never from a tag          required: the tarball's checksum; "x64=SUM arm64=SUM" with {arch}
#   DELIVERY_STREAM   shipper:delivery-stream   required: the name of the Firehose delivery stream
#   REGION            shipper:region            the instance's
#   LOG_PATHS         shipper:log-paths         /var/log/orders/*.log; several with commas
#   GENERATOR         shipper:generator         no; "yes" runs order-log-generator too
#   LINES_PER_SECOND  shipper:lines-per-second  100, of the generator
#   SERVICE_URL       shipper:service-url       Firehose's own; the URL of a VPC endpoint
#   S3_ENDPOINT_URL   shipper:s3-endpoint-url   S3's own; the URL of a VPC endpoint
#   LOG_GROUP         shipper:log-group         none; Amazon Linux only: the CloudWatch agent ships the service's log to
#                                               LOG_GROUP/tailshipper and its metrics to LOG_GROUP/metrics
#
# The instance's role needs firehose:PutRecordBatch on the stream, and s3:GetObject on the artifact when that is in S3.
set -euo pipefail
umask 022
export AWS_EC2_METADATA_V1_DISABLED=true

imds=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
readonly imds=${imds%/}
readonly config=/etc/tailshipper/appsettings.json generator_config=/etc/order-log-generator/appsettings.json
readonly written=/var/lib/tailshipper-userdata
token=""

say() { printf 'ec2-userdata: %s\n' "$*"; }
die() {
    printf 'ec2-userdata: %s\n' "$*" >&2
    exit 1
}

# IMDSv2 only: without a token nothing is asked. No token means: not on EC2, the variables must say everything.
open_metadata() {
    token=$(curl -fsS --noproxy '*' --retry 3 --retry-connrefused --connect-timeout 2 -X PUT "$imds/latest/api/token" -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' 2>/dev/null) ||
        say "no instance metadata (IMDSv2); only variables are used"
}

metadata() {
    [ -n "$token" ] || return 0
    curl -fsS --noproxy '*' --retry 3 --connect-timeout 2 -H "X-aws-ec2-metadata-token: $token" "$imds/latest/meta-data/$1" 2>/dev/null || true
}

# Settles one parameter: the variable, the tag, the default.
parameter() {
    local name=$1 default=${2:-} value tag
    value=${!name:-}
    if [ -z "$value" ]; then
        tag=$(tr '_' '-' <<<"${name,,}")
        value=$(metadata "tags/instance/shipper:$tag")
    fi
    printf -v "$name" '%s' "${value:-$default}"
}

parameters() {
    local problems=0 name
    for name in ARTIFACT_URL DELIVERY_STREAM SERVICE_URL S3_ENDPOINT_URL LOG_GROUP; do
        parameter "$name"
    done
    ARTIFACT_SHA256=${ARTIFACT_SHA256:-}
    [ -z "$(metadata tags/instance/shipper:artifact-sha256)" ] || say "the tag shipper:artifact-sha256 is not used: give the checksum as a variable in the user data"
    parameter REGION "$(metadata placement/region)"
    parameter LOG_PATHS '/var/log/orders/*.log'
    parameter GENERATOR no
    parameter LINES_PER_SECOND 100
    case $(uname -m) in
    x86_64) ARCH=x64 ;;
    aarch64) ARCH=arm64 ;;
    *) die "there is no build for $(uname -m)" ;;
    esac
    ARTIFACT_URL=${ARTIFACT_URL//\{arch\}/$ARCH}
    if [[ $ARTIFACT_SHA256 == *"$ARCH="* ]]; then
        ARTIFACT_SHA256=${ARTIFACT_SHA256##*"$ARCH="}
        ARTIFACT_SHA256=${ARTIFACT_SHA256%% *}
    fi
    # All at once, each with its reason.
    wrong() {
        printf 'ec2-userdata: %s\n' "$*" >&2
        problems=$((problems + 1))
    }
    [[ $ARTIFACT_URL =~ ^(s3://|https://|/) ]] || wrong "ARTIFACT_URL '$ARTIFACT_URL' is not an s3:// or https:// URL, nor a path: name the tarball"
    [[ $ARTIFACT_SHA256 =~ ^[0-9a-f]{64}$ ]] || wrong "ARTIFACT_SHA256 '$ARTIFACT_SHA256' is not a SHA-256 sum: take it from SHA256SUMS beside the tarball"
    [[ $DELIVERY_STREAM =~ ^[a-zA-Z0-9_.-]{1,64}$ ]] || wrong "DELIVERY_STREAM '$DELIVERY_STREAM' is not the name of a delivery stream"
    [[ $REGION =~ ^[a-z0-9-]+$ ]] || [[ -n $SERVICE_URL && -z $REGION ]] || wrong "REGION '$REGION' is not a region: set it, or allow instance metadata"
    [[ $LOG_PATHS =~ ^/[^\"\\]*$ ]] || wrong "LOG_PATHS '$LOG_PATHS' is not a list of absolute paths"
    [[ $GENERATOR =~ ^(yes|no)$ ]] || wrong "GENERATOR '$GENERATOR' is neither yes nor no"
    [[ $LINES_PER_SECOND =~ ^[0-9]{1,7}$ ]] || wrong "LINES_PER_SECOND '$LINES_PER_SECOND' is not a number"
    [[ $SERVICE_URL =~ ^(https?://[^\"\\]+)?$ ]] || wrong "SERVICE_URL '$SERVICE_URL' is not a URL"
    [[ $S3_ENDPOINT_URL =~ ^(https?://[^\"\\]+)?$ ]] || wrong "S3_ENDPOINT_URL '$S3_ENDPOINT_URL' is not a URL"
    [[ $LOG_GROUP =~ ^[a-zA-Z0-9_/.-]*$ ]] || wrong "LOG_GROUP '$LOG_GROUP' is not the name of a log group"
    [ "$problems" -eq 0 ] || die "$problems parameter(s) cannot be used; nothing was changed"
}

# Installs what is missing, and asks no package source when nothing is.
packages() {
    local distribution missing=()
    # shellcheck source=/dev/null
    distribution=$(. /etc/os-release && echo "$ID")
    command -v curl >/dev/null || missing+=(curl)
    command -v tar >/dev/null || missing+=(tar)
    command -v gzip >/dev/null || missing+=(gzip)
    command -v logrotate >/dev/null || missing+=(logrotate)
    [ -e /etc/ssl/certs/ca-certificates.crt ] || [ -e /etc/pki/tls/certs/ca-bundle.crt ] || missing+=(ca-certificates)
    case $distribution in
    amzn)
        [ -e /usr/lib64/libssl.so.3 ] || missing+=(openssl-libs)
        ;;
    debian | ubuntu)
        compgen -G '/usr/lib/*/libssl.so.3' >/dev/null || missing+=(libssl3)
        ;;
    *) say "$distribution is not one of amzn, debian, ubuntu: what the program needs must be there already" ;;
    esac
    if [[ $ARTIFACT_URL == s3://* ]] && ! command -v aws >/dev/null && ! python3 -c 'import boto3' 2>/dev/null; then
        if [ "$distribution" = amzn ]; then missing+=(awscli-2); else missing+=(python3-boto3); fi
    fi
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    case $distribution in
    amzn) dnf install -y -q "${missing[@]}" ;;
    debian | ubuntu)
        # A fresh instance may still be busy with its own first upgrades.
        apt-get -o DPkg::Lock::Timeout=300 update -qq
        DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}"
        ;;
    *) die "missing: ${missing[*]}" ;;
    esac
}

# Brings a file from S3, the web or the disk, and refuses it when its checksum is another one.
fetch() {
    local from=$1 sum=$2 to=$3
    case $from in
    s3://*)
        if command -v aws >/dev/null; then
            local endpoint=()
            [ -z "$S3_ENDPOINT_URL" ] || endpoint=(--endpoint-url "$S3_ENDPOINT_URL")
            AWS_DEFAULT_REGION=$REGION aws "${endpoint[@]}" s3 cp --only-show-errors "$from" "$to"
        else
            AWS_DEFAULT_REGION=$REGION ENDPOINT=$S3_ENDPOINT_URL FROM=$from TO=$to python3 - <<'PYTHON'
import os, boto3
bucket, _, key = os.environ["FROM"][5:].partition("/")
boto3.client("s3", endpoint_url=os.environ["ENDPOINT"] or None).download_file(bucket, key, os.environ["TO"])
PYTHON
        fi
        ;;
    /*) cp -- "$from" "$to" ;;
    *) curl -fsSL --proto =https --proto-redir =https --retry 5 --retry-connrefused --connect-timeout 10 -o "$to" -- "$from" ;;
    esac
    echo "$sum  $to" | sha256sum --check --status || die "$from has the checksum $(sha256sum <"$to" | cut -d' ' -f1), not $sum; it is not installed"
}

# Writes a configuration file unless a person wrote or changed it; true when it is another one now.
write_config() {
    local to=$1 original=$work/release/deploy/config/$2 mark new=$work/config.json
    mark=$written/$(basename "$(dirname "$to")").sha256
    cat >"$new"
    if cmp -s "$new" "$to"; then
        return 1
    fi
    if [ -e "$to" ] && ! cmp -s "$to" "$original" && ! sha256sum --check --status "$mark" 2>/dev/null; then
        say "$to was changed by hand and is kept; delete it to have it written again"
        return 1
    fi
    mkdir -p "$written"
    if ! cat "$new" >"$to" || ! sha256sum "$to" >"$mark"; then
        die "$to cannot be written"
    fi
}

# "a,b" becomes "a", "b".
json_list() { sed 's/ *, */", "/g; s/^/"/; s/$/"/' <<<"$1"; }

configure() {
    local aws="" changed=()
    [ -z "$REGION" ] || aws="\"Region\": \"$REGION\""
    [ -z "$SERVICE_URL" ] || aws="${aws:+$aws, }\"ServiceUrl\": \"$SERVICE_URL\""
    write_config "$config" tailshipper.json <<CONFIG && changed+=(tailshipper)
{
  // Written by ec2-userdata.sh. After a change by hand it is not written again.
  "Shipper": {
    "Aws": { $aws },
    "Flows": [
      {
        "Name": "orders",
        "Paths": [ $(json_list "$LOG_PATHS") ],
        "DeliveryStream": "$DELIVERY_STREAM",
        "Aggregation": { "Mode": "Lines", "MaxLines": 500 }
      }
    ]
  }
}
CONFIG
    if [ "$GENERATOR" = yes ]; then
        write_config "$generator_config" order-log-generator.json <<CONFIG && changed+=(order-log-generator)
{
  // Written by ec2-userdata.sh. After a change by hand it is not written again.
  "Generator": {
    "LinesPerSecond": $LINES_PER_SECOND,
    "Directory": "/var/log/orders",
    "Rotation": { "MaxBytes": 104857600, "Interval": "1h" }
  }
}
CONFIG
    fi
    chmod 0640 "$config" && chgrp tailshipper "$config"
    CHANGED=("${changed[@]}")
}

# The metrics log is in CloudWatch's Embedded Metric Format: shipped as it is, its lines become metrics.
cloudwatch() {
    local agent=/opt/aws/amazon-cloudwatch-agent to
    to=$agent/etc/tailshipper.json
    [ -n "$LOG_GROUP" ] || return 0
    if ! command -v dnf >/dev/null; then
        say "LOG_GROUP: no package has the CloudWatch agent here; install it by hand (its configuration is in deploy/README.md)"
        return 0
    fi
    [ -x "$agent/bin/amazon-cloudwatch-agent-ctl" ] || dnf install -y -q amazon-cloudwatch-agent
    cat >"$work/agent.json" <<AGENT
{
  "logs": { "logs_collected": { "files": { "collect_list": [
    { "file_path": "/var/log/tailshipper/metrics*.log", "log_group_name": "$LOG_GROUP/metrics", "log_stream_name": "{instance_id}" },
    { "file_path": "/var/log/tailshipper/tailshipper*.log", "log_group_name": "$LOG_GROUP/tailshipper", "log_stream_name": "{instance_id}" }
  ] } } }
}
AGENT
    if ! cmp -s "$work/agent.json" "$to"; then
        install -m 0644 "$work/agent.json" "$to"
        "$agent/bin/amazon-cloudwatch-agent-ctl" -a fetch-config -m ec2 -s -c "file:$to" >/dev/null
    fi
}

main() {
    [ "$(id -u)" -eq 0 ] || die "must run as root"
    open_metadata
    parameters
    if [ "${1:-}" = --check ]; then
        printf '%s=%s\n' ARCH "$ARCH" ARTIFACT_URL "$ARTIFACT_URL" ARTIFACT_SHA256 "$ARTIFACT_SHA256" DELIVERY_STREAM "$DELIVERY_STREAM" REGION "$REGION" \
            LOG_PATHS "$LOG_PATHS" GENERATOR "$GENERATOR" LINES_PER_SECOND "$LINES_PER_SECOND" SERVICE_URL "$SERVICE_URL"
        return 0
    fi
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    packages
    fetch "$ARTIFACT_URL" "$ARTIFACT_SHA256" "$work/artifact.tar.gz"
    mkdir "$work/release"
    tar -C "$work/release" --strip-components=1 -xzf "$work/artifact.tar.gz"

    # A fresh machine gets accounts and units first, then its configuration, then it starts: nothing runs with the wrong one.
    local first=no extra=() unit
    [ -e /opt/tailshipper/current ] || first=yes
    [ "$GENERATOR" = no ] || extra=(--with-generator)
    [ "$first" = no ] || "$work/release/install.sh" install --no-start
    configure
    "$work/release/install.sh" install "${extra[@]}"
    if [ "$first" = no ]; then
        for unit in "${CHANGED[@]}"; do
            say "$unit has a new configuration"
            systemctl restart "$unit"
        done
    fi
    cloudwatch
    say "done: $(systemctl is-active tailshipper) $(/usr/local/bin/tailshipper --version)"
}

main "$@"
