#!/usr/bin/env bash
# Looks at what build-packages.sh makes, and at what needs no booted machine: scripts, bytes, owners, and the .rpm's installation
# into a bare tree. Its last line is "N passed, N failed, N skipped".
#
#   deploy/test/packages.sh [--published DIR]     as build-packages.sh --published
# shellcheck disable=SC1091,SC2154,SC2016
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. deploy/test/lib.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
published=$work/published
[ "${1:-}" != --published ] || published=$2
base=${SHIPPER_TEST_BASE:-/var/cache/shipper-test/bookworm}

if command -v shellcheck >/dev/null; then
    check "shellcheck has nothing to say" shellcheck -x deploy/*.sh deploy/terraform/check.sh deploy/test/*.sh bench/*.sh .ci/run
    check "nor about the package's scripts" shellcheck -s sh deploy/packaging/postinst deploy/packaging/prerm deploy/packaging/postrm
else
    skip shellcheck "it is not installed"
fi
if command -v pwsh >/dev/null; then
    check "install.ps1 parses" pwsh -NoProfile -Command '$e = $null; $null = [System.Management.Automation.Language.Parser]::ParseFile("deploy/windows/install.ps1", [ref]$null, [ref]$e); $e; exit $e.Count'
elif command -v node >/dev/null && [ -e artifacts/tools/node_modules/tree-sitter-powershell/tree-sitter-powershell.wasm ]; then
    parses() { node deploy/test/powershell.mjs artifacts/tools/node_modules "$1"; }
    check "install.ps1 parses, by a grammar" parses deploy/windows/install.ps1
    sed 's/^if (\$NoStart) {/if ($NoStart {/' deploy/windows/install.ps1 >"$work/broken.ps1"
    check "a script that lacks a bracket does not" equals "$(parses "$work/broken.ps1" >/dev/null; echo $?)" 1
    skip "install.ps1 in PowerShell" "pwsh is not installed: it was parsed and read, and never run"
else
    skip install.ps1 "neither pwsh nor a grammar is installed (.ci/run); nobody has looked at it but people"
fi
check "user data fits into its 16 KB" test "$(wc -c <deploy/ec2-userdata.sh)" -lt 15500

[ "$(uname -m)" = x86_64 ] || { skip packages "the programs for arm64 are compiled on x86_64" && totals && exit; }
[ -d "$published/arm64" ] || command -v clang >/dev/null || { skip packages "clang, which links the programs, is not installed" && totals && exit; }
command -v rpmbuild >/dev/null || { skip packages "rpmbuild is not installed" && totals && exit; }
export SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
build() { deploy/build-packages.sh --fast --target x64 --target arm64 --published "$published" --out "$1"; }
check "the packages are built" build "$work/once"
# The same files with other times, elsewhere: only bytes may count.
mkdir "$work/other" && cp -r "$published"/{x64,arm64}{,-symbols} "$work/other" && published=$work/other
check "they are built again" build "$work/twice"
check "the same files give the same bytes" cmp "$work/once/SHA256SUMS" "$work/twice/SHA256SUMS"
sed 's/^[0-9a-f]*  /     /' "$work/once/SHA256SUMS"

deb=$work/once/tailshipper_0.1.0_amd64.deb
dpkg-deb -c "$deb" >"$work/deb.list"
check "all of the .deb belongs to root" sh -c "! grep -v ' root/root ' '$work/deb.list'"
check "its configuration is not everybody's to read" grep -q '^-rw-r----- root/root .* ./etc/tailshipper/appsettings.json' "$work/deb.list"
check "everything below /etc is configuration to dpkg" equals "$(dpkg-deb -I "$deb" conffiles | sort | tr '\n' ' ')" "$(sed -n 's:.* \./\(etc/.*[^/]\)$:/\1:p' "$work/deb.list" | sort | tr '\n' ' ')"
for architecture in amd64 arm64; do
    check "the $architecture package needs no runtime" equals "$(dpkg-deb -f "$work/once/tailshipper_0.1.0_$architecture.deb" Depends)" \
        "libc6 (>= 2.34), libssl3 | libssl3t64, ca-certificates"
done
check "nor does the .rpm" equals "$(command rpm -qp --requires "$work/once/tailshipper-0.1.0-1.aarch64.rpm" 2>/dev/null | grep -vE '^(rpmlib|/bin/sh|systemd|config)' | sort | tr '\n' ',')" \
    "ca-certificates,glibc >= 2.34,openssl-libs,"
check "each program is one file, with SQLite beside the tools" equals "$(sed -n 's:.* \./usr/lib/tailshipper/\(.*[^/]\)$:\1:p' "$work/deb.list" | sort | tr '\n' ' ')" \
    "appsettings.json dotnet-LICENSE.TXT dotnet-THIRD-PARTY-NOTICES.TXT libe_sqlite3.so order-log-generator tailshipper tailshipper-tools "
for target in x64 arm64; do
    check "the symbols of $target are apart" equals "$(tar -tzf "$work/once/shipper-0.1.0-linux-$target-symbols.tar.gz" | sed -n 's:.*/\(.*\.dbg\)$:\1:p' | sort | tr '\n' ' ')" \
        "order-log-generator.dbg tailshipper-tools.dbg tailshipper.dbg "
done

mkdir "$work/tree"
tar -C "$work/tree" --strip-components=1 -xzf "$work/once/shipper-0.1.0-linux-arm64.tar.gz"
check "the arm64 build is for arm64" sh -c "readelf -h '$work/tree/lib/tailshipper' | grep -q 'Machine: *AArch64'"
if command -v qemu-x86_64-static >/dev/null; then
    old() { qemu-x86_64-static -cpu "$1" "$published/x64/tailshipper" --version 2>&1; }
    check "too old a processor gets a sentence" contains "$(old Nehalem)" "The required instruction sets are not supported by the current CPU."
    check "one of 2013 is not too old" contains "$(old Haswell)" 0.1.0
else
    skip "processors of other years" "qemu-x86_64-static is not installed"
fi
# The image cannot be built here, where no base image can be had: what it copies is there, and what it runs with is valid.
check "the image's recipe copies what the tarball has" test -x "$work/tree/$(sed -n 's:^COPY --from=release /release/[^/]*/\(.*\) .*:\1:p' deploy/container/Containerfile)"
if python3 -c 'import yaml' 2>/dev/null; then
    kubernetes() {
        python3 -c 'import sys, yaml; print([d["data"]["appsettings.json"] for d in yaml.safe_load_all(open(sys.argv[1])) if d["kind"] == "ConfigMap"][0])' \
            deploy/container/kubernetes.yaml >"$work/kubernetes.json" && "$published/x64/tailshipper" check --config "$work/kubernetes.json"
    }
    check "the Kubernetes example is YAML with a valid configuration" contains "$(kubernetes 2>&1)" "The configuration is valid."
else
    skip "the Kubernetes example" "python3-yaml is not installed"
fi
for page in quickstart.md runbook.md operations.md configuration.md metrics.md dead-letters.md; do
    check "$page is in the tarball" test -s "$work/tree/doc/$page"
done
for program in tailshipper order-log-generator; do
    check "$program(1) is in the .deb and in the tarball" sh -c "grep -q './usr/share/man/man1/$program.1.gz' '$work/deb.list' && gzip -dc '$work/tree/man/$program.1.gz' | cmp - docs/man/$program.1"
done
for file in bash-completion/completions/tailshipper zsh/vendor-completions/_tailshipper fish/vendor_completions.d/tailshipper.fish; do
    check "$file is in the .deb" grep -q "./usr/share/$file" "$work/deb.list"
done
for file in tailshipper.bash _tailshipper tailshipper.fish; do
    check "$file is in the tarball" cmp "$work/tree/deploy/completion/$file" "deploy/completion/$file"
done
if command -v groff >/dev/null; then
    check "groff has nothing to say about the manual" equals "$(groff -ww -man -Tutf8 -Kutf8 docs/man/*.1 2>&1 >/dev/null)" ""
else
    skip "the manual's macros" "groff is not installed"
fi

unset SOURCE_DATE_EPOCH
# Amazon Linux itself is not to be had here: the package's files and scripts are tried in a Debian's tree.
if [ "$(id -u)" -eq 0 ] && [ -e "$base/.complete" ]; then
    mkdir -p "$work/rpm/upper" "$work/rpm/work" "$work/rpm/root"
    mount -t overlay overlay -o "lowerdir=$base,upperdir=$work/rpm/upper,workdir=$work/rpm/work" "$work/rpm/root"
    mount -t proc proc "$work/rpm/root/proc"
    trap 'umount "$work/rpm/root/proc" "$work/rpm/root"; rm -rf "$work"' EXIT
    in_tree() { chroot "$work/rpm/root" "$@"; }
    check "the .rpm installs" rpm --root "$work/rpm/root" -i --nodeps --nosignature "$work/once/tailshipper-0.1.0-1.x86_64.rpm"
    check "the accounts are there" equals "$(in_tree id -nG tailshipper)" "tailshipper orders"
    check "the program runs" in_tree tailshipper --version
    check "the configuration belongs to root and the service's group" equals "$(in_tree stat -c '%U %G %a' /etc/tailshipper/appsettings.json)" "root tailshipper 640"
    echo '{ "Shipper": {} }' >"$work/rpm/root/etc/tailshipper/appsettings.json"
    check "the .rpm is removed" rpm --root "$work/rpm/root" -e tailshipper
    check "a changed configuration is kept" test -e "$work/rpm/root/etc/tailshipper/appsettings.json.rpmsave"
    check "no program stays" test ! -e "$work/rpm/root/usr/lib/tailshipper"
else
    skip "the .rpm's installation" "needs root, and the Debian that deploy/test/container.sh makes"
fi
totals
