#!/usr/bin/env bash
# Formats, validates and tests the Terraform files with mocked providers, and plans them with the provider itself: no account, and no
# network where the AWS provider is on this machine. Before that it tests the script of the Glue jobs with stand-ins for S3, Glue and
# Spark. Its last line is "N passed, N failed, N skipped"; without Terraform or the provider the first part is skipped, without Python
# the second, and the plan.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
passed=0 failed=0 skipped=0

totals() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
}

skip() {
    echo "SKIP terraform: $1"
    skipped=$((skipped + 1))
    totals
    exit
}

# Debian's python3 is the one that sees its python3-boto3; another one may come first in PATH.
python=$(command -v /usr/bin/python3 || command -v python3)
if [ -n "$python" ]; then
    told=$("$python" ../test/glue.py 2>&1)
    code=$?
    echo "$told"
    read -r job_passed job_failed job_skipped < <(sed -nE '$s/^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/\1 \2 \3/p' <<<"$told")
    passed=$((passed + ${job_passed:-0})) failed=$((failed + ${job_failed:-0})) skipped=$((skipped + ${job_skipped:-0}))
    [ "$code" -eq 0 ] || [ "${job_failed:-0}" -gt 0 ] || failed=$((failed + 1))
    [ "${job_passed:-0}" -gt 0 ] || failed=$((failed + 1))
else
    echo "SKIP the script of the Glue jobs: python3 is not installed"
    skipped=$((skipped + 1))
fi

# A folder laid out as terraform init -plugin-dir wants it: TF_PLUGIN_DIR, or one that the machine's image brought.
plugins() {
    local found
    if [ -n "${TF_PLUGIN_DIR:-}" ]; then
        echo "$TF_PLUGIN_DIR"
        return
    fi
    found=$(find /opt /usr/share /usr/local/share "$HOME/.terraform.d" -maxdepth 8 -type f -path '*/registry.terraform.io/hashicorp/aws/*' -name 'terraform-provider-aws*' 2>/dev/null | head -1)
    echo "${found%%/registry.terraform.io/*}"
}

command -v terraform >/dev/null || skip "terraform is not installed"
folder=$(plugins)
[ -n "$folder" ] || skip "the AWS provider is not on this machine (set TF_PLUGIN_DIR, or run terraform init)"

# A settings file that the environment names and that does not exist is only a warning, but one at every call.
[ -z "${TF_CLI_CONFIG_FILE:-}" ] || [ -e "$TF_CLI_CONFIG_FILE" ] || unset TF_CLI_CONFIG_FILE
work=$(mktemp -d)
stub=
trap '[ -z "$stub" ] || kill "$stub"; rm -rf "$work"' EXIT
mkdir -p "$work/deploy/terraform" "$work/src/OrderLake"
cp -r ./*.tf glue tests "$work/deploy/terraform/"
cp ../ec2-userdata.sh "$work/deploy/"
cp ../test/sts.py "$work/"
cp -r ../../src/OrderLake/Specification "$work/src/OrderLake/"
cd "$work/deploy/terraform" || exit 1
export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
check() {
    local name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        echo "PASS terraform $name"
        passed=$((passed + 1))
    else
        echo "FAIL terraform $name"
        cat "$work/log"
        failed=$((failed + 1))
    fi
}

check "fmt" terraform fmt -check -recursive -diff
check "init" terraform init -backend=false -input=false -no-color -plugin-dir="$folder"
check "validate" terraform validate -no-color

# The mocked provider knows the schema only. The real one also checks what its plans are made of; it needs the account's number for that.
if [ -n "$python" ]; then
    "$python" "$work/sts.py" "$work" &
    stub=$!
    for _ in $(seq 100); do
        [ ! -e "$work/port" ] || break
        sleep 0.1
    done
    cat >provider.tf <<EOF
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "stand-in"
  secret_key                  = "stand-in"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    sts = "http://127.0.0.1:$(cat "$work/port")"
  }
}
EOF
    plan=(terraform plan -no-color -input=false -var create_instance=false -var 'lake={transforms=["history","events"],crawler=true}')
    check "plan by the provider itself" "${plan[@]}"
    check "plan by the provider itself, with a key" \
        "${plan[@]}" -var kms_key_arn=arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000
    kill "$stub"
    stub=
    rm provider.tf
fi

terraform test -no-color >"$work/test" 2>&1
code=$?
cat "$work/test"
runs=$(grep -cE '^ +run .*\.\.\. pass$' "$work/test")
broken=$(grep -cE '^ +run .*\.\.\. (fail|skip)$' "$work/test")
[ "$code" -eq 0 ] || [ "$broken" -gt 0 ] || broken=1
[ "$runs" -gt 0 ] || broken=$((broken + 1))
passed=$((passed + runs)) failed=$((failed + broken))
totals
