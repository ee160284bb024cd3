#!/usr/bin/env bash
# AWS CLI 2.9.19 (Debian 12's awscli 2.9.19-1) and --generate-cli-skeleton output, which checks a call without sending it.
#
# The option is documented to validate the command's inputs and to print a sample of its answer; so it looks like the way to check the
# commands of a manual or a script in CI, without an account. But the sample is made of names and zeros, and is itself checked against the
# lengths and least values of the answer's fields. Where the answer has such a field the call is refused, with "Parameter validation
# failed", however valid it is:
#
#   sts get-caller-identity               has no parameters at all, and is refused: "Invalid length for parameter Arn, value: 3"
#   iam create-role, with valid input     is refused for Role.RoleId and Role.Arn, which nobody gave
#   iam create-role, with an empty name   says just the same, so a wrong call cannot be told from a right one
#   iam put-role-policy, kinesis describe-stream-summary
#                                         are taken: their answers have no field of that kind
#
# What to do: let the client send the call to a port of this machine where nobody listens (--endpoint-url http://127.0.0.1:1, with
# AWS_MAX_ATTEMPTS=1). "Could not connect to the endpoint URL" comes after the parameters were checked and the call was signed.
#
# 0: as described. 1: it changed. 77: apt-get, python3, or the packages, cannot be had.
set -uo pipefail
for tool in apt-get dpkg-deb python3; do
    command -v $tool >/dev/null || { echo "$tool is missing"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

apt-get download -qq awscli=2.9.19-1 python3-awscrt python3-cffi-backend python3-colorama python3-cryptography python3-dateutil \
    python3-distro python3-docutils python3-jmespath python3-prompt-toolkit python3-roman python3-ruamel.yaml python3-ruamel.yaml.clib \
    python3-six python3-urllib3 python3-wcwidth >apt.log 2>&1 || { tail -1 apt.log; echo "the packages cannot be had"; exit 77; }
for package in *.deb; do
    dpkg-deb -x "$package" root
done
export PYTHONPATH=root/usr/lib/python3/dist-packages AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_DEFAULT_REGION=eu-west-1 \
    AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true AWS_MAX_ATTEMPTS=1
aws() { /usr/bin/python3 root/usr/bin/aws "$@"; }
aws --version 2>/dev/null || { echo "the program does not run with this Python"; exit 77; }

changed=0
expect() { # EXIT-CODE WORDS COMMAND…
    local code=$1 words=$2 output
    shift 2
    output=$(aws "$@" 2>&1)
    local got=$?
    local command="$*"
    printf '  %.70s\n    %s %s\n' "$command" "$got" "$(grep -m1 -E "${words:-.}" <<<"$output")"
    { [ "$got" = "$code" ] && grep -qE "$words" <<<"$output"; } || { echo "    expected $code and: $words"; changed=1; }
}
trust='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"firehose.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
policy='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::orders/*"}]}'
refused='^Invalid length for parameter (Role\.)?Arn, value: 3, valid min length: 20$'
expect 252 "$refused" sts get-caller-identity --generate-cli-skeleton output
expect 252 "$refused" iam create-role --role-name orders --assume-role-policy-document "$trust" --generate-cli-skeleton output
expect 252 "$refused" iam create-role --role-name '' --assume-role-policy-document "$trust" --generate-cli-skeleton output
expect 0 '' iam put-role-policy --role-name orders --policy-name put --policy-document "$policy" --generate-cli-skeleton output
expect 0 '"StreamARN": "StreamARN"' kinesis describe-stream-summary --stream-name orders --generate-cli-skeleton output
echo "sent to a port where nobody listens:"
nowhere='Could not connect to the endpoint URL'
expect 255 "$nowhere" --endpoint-url http://127.0.0.1:1 sts get-caller-identity
expect 255 "$nowhere" --endpoint-url http://127.0.0.1:1 iam create-role --role-name orders --assume-role-policy-document "$trust"
expect 252 '^Invalid length for parameter RoleName, value: 0, valid min length: 1$' \
    --endpoint-url http://127.0.0.1:1 iam create-role --role-name '' --assume-role-policy-document "$trust"
if [ $changed -eq 0 ]; then echo "as described"; else echo "it changed"; fi
exit $changed
