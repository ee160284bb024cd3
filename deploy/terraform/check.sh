#!/usr/bin/env bash
# Formats, validates and tests the Terraform files with mocked providers: no account, and no network where the AWS provider is
# on this machine. Its last line is "N passed, N failed, N skipped"; without Terraform or the provider all is skipped.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

skip() {
    echo "SKIP terraform: $1"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}

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
trap 'rm -rf "$work"' EXIT
mkdir "$work/terraform"
cp -r ./*.tf tests "$work/terraform/"
cp ../ec2-userdata.sh "$work/"
cd "$work/terraform" || exit 1
export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
passed=0 failed=0
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
terraform test -no-color >"$work/test" 2>&1
code=$?
cat "$work/test"
runs=$(grep -cE '^ +run .*\.\.\. pass$' "$work/test")
broken=$(grep -cE '^ +run .*\.\.\. (fail|skip)$' "$work/test")
[ "$code" -eq 0 ] || [ "$broken" -gt 0 ] || broken=1
[ "$runs" -gt 0 ] || broken=$((broken + 1))
echo "$((passed + runs)) passed, $((failed + broken)) failed, 0 skipped"
[ $((failed + broken)) -eq 0 ]
