#!/usr/bin/env bash
# Tries from where install.sh installs: only from files and directories that nobody but root may write. It changes nothing: the
# machine has no systemd, or the release is none. And how exposed the units are, as systemd judges their files. Its last line is "N passed, N failed, N skipped".
# shellcheck disable=SC1091,SC2154
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. deploy/test/lib.sh
[ "$(id -u)" -eq 0 ] || { skip installer "needs root" && totals && exit; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 0755 "$work"

# A release that does not run: what passes the first check ends at a later one.
release() {
    rm -rf "${work:?}"/*
    mkdir -p "$work/above/release/lib"
    cp deploy/install.sh "$work/above/release/"
    echo 0.0.0 >"$work/above/release/VERSION"
    printf '#!/bin/false\n' >"$work/above/release/lib/tailshipper"
    chmod -R u=rwX,go=rX "$work/above"
    chmod +x "$work/above/release/lib/tailshipper"
}
answer() { env PATH=/usr/sbin:/usr/bin:/sbin:/bin bash "$work/above/release/install.sh" install 2>&1; }

release
check "what is root's alone is not refused for it" [ "$(answer | grep -c 'than root')" = 0 ]
release && chown nobody "$work/above/release/lib/tailshipper"
check "a file of another user is refused" contains "$(answer)" "lib/tailshipper belongs to, or may be written by, another user than root; nothing was changed"
release && chmod g+w "$work/above/release/VERSION"
check "a file that a group may write is refused" contains "$(answer)" "VERSION belongs to, or may be written by, another user"
release && chmod 0777 "$work/above/release/lib"
check "a directory that all may write is refused" contains "$(answer)" "lib belongs to, or may be written by, another user"
release && chown nobody "$work/above"
check "a directory above of another user is refused" contains "$(answer)" "above, above this release, belongs to another user than root"
release && chmod 0777 "$work/above"
check "a directory above that all may write is refused" contains "$(answer)" "may be written by others than root"
release && chmod 1777 "$work/above"
check "one with the sticky bit, as /tmp, is not" [ "$(answer | grep -c 'than root')" = 0 ]
release && ln -s "$work/above" "$work/link" && chown -h nobody "$work/link"
check "the way is judged without links" [ "$(bash "$work/link/release/install.sh" install 2>&1 | grep -c 'than root')" = 0 ]
for unit in tailshipper order-log-generator; do
    if ! systemd-analyze security --offline=true --no-pager "deploy/systemd/$unit.service" >"$work/exposure" 2>/dev/null; then
        skip "exposure of $unit" "systemd-analyze is not here, or older than 250"
        continue
    fi
    exposure=$(sed -n 's/.*level for .*: \([0-9.]*\) .*/\1/p' "$work/exposure")
    check "exposure of $unit is $exposure, at most 1.2" awk -v it="$exposure" 'BEGIN { exit !(it != "" && it <= 1.2) }'
    check "$unit has a mount namespace that is seen" grep -q '^PrivateMounts=yes' "deploy/systemd/$unit.service"
done
check "nothing was installed here" test ! -e /opt/tailshipper/releases/0.0.0
totals
