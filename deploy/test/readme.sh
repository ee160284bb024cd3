# shellcheck shell=bash disable=SC2154,SC2034
# What README.md, deploy/README.md and the pages install, rotation, runbook and upgrade of docs tell people to type, typed: the commands are
# taken from the pages, so that what is written there works, and the time they take is shown. sudo and the editor are stood in for.

# commands PAGE HEADING: the lines of the first block of code below a heading, without their comments.
commands() {
    awk -v heading="$2" '
        $0 == heading { found = 1; next }
        found && /^```/ { if (inside) exit; inside = 1; next }
        found && inside { sub(/ +# .*/, ""); if ($0 != "") print }' "$1"
}

# block PAGE TEXT: the lines of the first block of code that has TEXT in it, without their comments.
block() {
    awk -v text="$2" '
        /^ *```/ { if (inside && found) { printf "%s", lines; exit } inside = !inside; lines = ""; found = 0; next }
        inside { sub(/ +# .*/, ""); lines = lines $0 "\n"; if (index($0, text)) found = 1 }' "$1"
}

# as_written LINE: types it in the container, in the folder that holds what was built.
as_written() {
    echo "     $ $1"
    in_it sh -c "cd /srv && $1" <<<Y # apt-get asks before it goes back
}

# landed_like PATTERN: how many of the lines that landed are like it.
landed_like() { landed | grep -cE "$1"; }
landed_like_is() { [ "$(landed_like "$1")" -eq "$2" ]; }
landed_like_more() { [ "$(landed_like "$1")" -gt "$2" ]; }

# log NAME: what comes from standard input is a log file of the orders.
log() {
    cat >"$root/var/log/orders/$1.new"
    in_it chown orders:orders "/var/log/orders/$1.new"
    chmod 0640 "$root/var/log/orders/$1.new"
    mv "$root/var/log/orders/$1.new" "$root/var/log/orders/$1"
}

# rotation.md: a file is deleted only when every line of it is acknowledged.
shipped_and_deleted() {
    local loop logs=$root/var/log/orders
    loop=$(block docs/rotation.md 'rm -- ')
    check "rotation.md has a loop that deletes what is shipped" contains "$loop" 'tailshipper shipped'
    echo 'a line that is shipped' | log sent.log
    check "a file is shipped" eventually 30 landed_like_is '^a line that is shipped$' 1
    in_it systemctl stop local-firehose
    echo 'a line that waits' | log waits.log
    check "a file is found" eventually 20 in_it sh -c 'tailshipper shipped /var/log/orders/waits.log | grep -q "not yet: 0 of 18 bytes"'
    (umask 077; echo 'a line that nobody may read' >"$logs/secret.log") # never readable, not for a moment
    for file in sent waits secret; do mv "$logs/$file.log" "$logs/$file.log.1"; done
    as_written "$loop"
    check "it deletes the file that is shipped" test ! -e "$logs/sent.log.1"
    check "it keeps the file whose line is not acknowledged" test -e "$logs/waits.log.1"
    check "it keeps the file that cannot be read" test -e "$logs/secret.log.1"
    in_it systemctl start local-firehose
    check "the line that waited lands" eventually 60 landed_like_is '^a line that waits$' 1
    as_written "$loop"
    check "then its file is deleted, too" test ! -e "$logs/waits.log.1"
    check "and the one that cannot be read is kept still" test -e "$logs/secret.log.1"
    rm "$logs/secret.log.1"
}

waiting_letters() { in_it tailshipper deadletters list --json | grep -c '"resent":false'; }
letters_wait() { [ "$(waiting_letters)" -eq "$1" ]; }

# runbook.md: what could not be delivered is listed, shown, and sent when its reason is fixed.
letters_resent() {
    local line id
    { head -c 1100000 /dev/zero | tr '\0' x && echo; } | log long.log
    check "a line too long for a record is a dead letter" eventually 30 letters_wait 1
    mapfile -t steps < <(commands docs/runbook.md "## Dead letters")
    check "the runbook has three commands for dead letters" equals "${#steps[@]} ${steps[2]}" "3 tailshipper deadletters resend"
    check "${steps[0]}" contains "$(as_written "${steps[0]}")" "line too long"
    id=$(in_it tailshipper deadletters list --each --json | sed -n '1s/.*"id":"\([0-9a-f]*\)".*/\1/p')
    check "${steps[1]}" contains "$(as_written "${steps[1]/ID/$id}" | tr -d '\0')" "/var/log/orders/long.log"
    sed -i 's/"DeliveryStream":/"Oversize": "Split", "DeliveryStream":/' "$root/etc/tailshipper/appsettings.json"
    check "its reason is fixed, and the service reloads" in_it systemctl reload tailshipper
    check "${steps[2]}" contains "$(as_written "${steps[2]}")" "orders: resent 1, still refused 0"
    check "none waits after that" contains "$(as_written "${steps[0]}")" "No dead letters that wait"
    check "every byte of the line landed" equals "$(landed | grep -xE 'x+' | tr -d '\n' | wc -c)" 1100000
}

# runbook.md: lines are shipped again.
replayed() {
    local before
    seq -f 'replayed line %.0f' 70000 | log 20261121-080000.log # what the page calls it; more than 1 MiB
    check "a file of more than 1 MiB is shipped" eventually 60 landed_like_is '^replayed line [0-9]+$' 70000
    mapfile -t steps < <(commands docs/runbook.md "## Replay")
    check "the runbook has three commands for a replay" equals "${#steps[@]}" 3
    check "${steps[0]}" as_written "${steps[0]}"
    check "the first line of the file lands again" eventually 60 landed_like_is '^replayed line 1$' 2
    check "and its last" eventually 60 landed_like_is '^replayed line 70000$' 2
    check "${steps[1]}" as_written "${steps[1]}"
    check "the last line of the file lands a third time" eventually 60 landed_like_is '^replayed line 70000$' 3
    check "and what is before the offset does not" landed_like_is '^replayed line 1$' 2
    before=$(landed_like '^replayed line 70000$')
    check "${steps[2]}" as_written "${steps[2]}"
    check "what was acknowledged since then lands again" eventually 60 landed_like_more '^replayed line 70000$' "$before"
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

    shipped_and_deleted
    letters_resent
    replayed

    cp "$packages/tailshipper_0.1.1_amd64.deb" "$root/srv/"
    mapfile -t steps < <(commands docs/upgrade.md "## Upgrade, and back")
    for line in "${steps[@]}"; do
        check "$line" as_written "$line"
        check "it runs after that" is_active tailshipper
    done
    check "lines land after that" goes_on

    mapfile -t steps < <(commands docs/upgrade.md "## Remove")
    check "${steps[0]}" as_written "${steps[0]}"
    check "configuration, state and logs stay" test -e "$root/etc/tailshipper/appsettings.json" -a -d "$root/var/lib/tailshipper" -a -d "$root/var/log/tailshipper"
    check "${steps[1]}" contains "$(as_written "${steps[1]}")" "kept, because the package did not make all of it: /etc/tailshipper"
    check "only what is not the package's stays" equals \
        "$(cd "$root" && find var/lib/tailshipper var/log/tailshipper etc/tailshipper 2>/dev/null | sort | tr '\n' ' ')" \
        "etc/tailshipper etc/tailshipper/aws-credentials "
    check "the logs of the orders stay" test -d "$root/var/log/orders"
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
