# shellcheck shell=bash disable=SC2154,SC2034
# What README.md, docs/install.md, docs/upgrade.md and deploy/README.md tell a newcomer to type, typed: the commands are taken from the pages,
# so that what is written there works, and the time they take is shown. sudo and the editor are stood in for.

# commands PAGE HEADING: the lines of the first block of code below a heading, without their comments.
commands() {
    awk -v heading="$2" '
        $0 == heading { found = 1; next }
        found && /^```/ { if (inside) exit; inside = 1; next }
        found && inside { sub(/ +# .*/, ""); if ($0 != "") print }' "$1"
}

# as_written LINE: types it in the container, in the folder that holds what was built.
as_written() {
    echo "     $ $1"
    in_it sh -c "cd /srv && $1" <<<Y # apt-get asks before it goes back
}

readme_case() {
    local before started line page
    before=$failed
    boot "$base" || { fail "a third container boots" "$(tail -5 "$layer/console")" && return; }
    printf '#!/bin/sh\nexec "$@"\n' >"$root/usr/local/bin/sudo"
    # What the page says to say: the region; and, because this is not AWS, where the local Firehose is.
    printf '#!/bin/sh\n%s\n' "sed -i 's|// \"Region\": \"eu-west-1\".*|\"Region\": \"eu-west-1\", \"ServiceUrl\": \"http://127.0.0.1:4573\"|' \"\$1\"" >"$root/usr/local/bin/editor"
    chmod +x "$root/usr/local/bin/sudo" "$root/usr/local/bin/editor"

    mapfile -t steps < <(commands README.md "## Install it as a service")
    check "the README installs in six steps" equals "${#steps[@]} ${steps[0]%% *}" "6 deploy/build-packages.sh"
    check "install.md says the same" equals "$(commands docs/install.md "## Install")" "$(printf '%s\n' "${steps[@]:1}")"
    # The build is that of the other cases, so only what is made of it is made here.
    # shellcheck disable=SC2086
    check "${steps[0]}" ${steps[0]} --fast --published "$published" --out "$root/srv"
    started=$SECONDS
    for line in "${steps[@]:1}"; do
        check "$line" as_written "$line"
        [[ $line != *"apt-get install"* ]] || far_end
    done
    check "it is up, and systemctl status shows how it fares" contains "$(as_written "${steps[-1]}")" 'Status: "'
    line=$(grep -o 'sudo systemctl enable --now order-log-generator' docs/install.md | head -1)
    check "$line" as_written "$line"
    check "lines land" eventually 30 landed_more_than 100
    echo "     from the package to lines that land: $((SECONDS - started)) s"
    check "that is under five minutes" test $((SECONDS - started)) -lt 300
    check "the manual is installed" in_it sh -c 'test -s /usr/share/man/man1/tailshipper.1.gz'

    cp "$packages/tailshipper_0.1.1_amd64.deb" "$root/srv/"
    mapfile -t steps < <(commands docs/upgrade.md "## Upgrade, and back")
    for line in "${steps[@]}"; do
        check "$line" as_written "$line"
        check "it runs after that" is_active tailshipper
    done
    check "lines land after that" goes_on

    check "the package is purged by apt-get" as_written "sudo apt-get purge -y tailshipper"
    cp "$packages/shipper-0.1.0-linux-x64.tar.gz" "$root/srv/"
    mapfile -t steps < <(commands deploy/README.md "## The tarball")
    for line in "${steps[@]}"; do
        check "$line" as_written "$line"
    done
    check "it is up after that" is_active tailshipper
    for page in tailshipper order-log-generator; do
        check "$page runs, with its manual" in_it sh -c "$page --version && test -s /usr/local/share/man/man1/$page.1.gz"
    done
    last_words "$before"
    discard
}
