# shellcheck shell=bash disable=SC2154,SC2016,SC2034
# The life of both services that were installed from the .deb.

package_case() {
    local before pid unit exposure config=/etc/tailshipper/appsettings.json
    before=$failed
    boot "$base" || { fail "a container boots" "$(tail -5 "$layer/console")" && return; }
    cp "$packages"/*.deb "$root/srv/"
    check "the package installs" in_it dpkg -i /srv/tailshipper_0.1.0_amd64.deb
    check "nothing runs before it is configured" equals "$(in_it systemctl is-enabled tailshipper) $(in_it systemctl is-active tailshipper)" "disabled inactive"
    check "systemd-analyze verify has nothing to say" in_it systemd-analyze verify tailshipper.service order-log-generator.service
    for unit in tailshipper order-log-generator; do
        exposure=$(in_it systemd-analyze security --no-pager "$unit.service" | sed -n 's/.*level for .*: \([0-9.]*\) .*/\1/p')
        check "exposure of $unit is $exposure, at most 1.2" awk -v it="$exposure" 'BEGIN { exit !(it != "" && it <= 1.2) }'
    done
    far_end
    generator_configuration

    configuration "${orders/tbsm-red-fire/no such name}"
    in_it systemctl start tailshipper 2>/dev/null
    check "a configuration that cannot be used ends with 78 and no restart" equals \
        "$(property tailshipper ActiveState) $(property tailshipper ExecMainStatus) $(property tailshipper NRestarts)" "failed 78 0"
    configuration "$orders"

    # A second instance holds the state directory: started is not ready.
    in_it systemd-run -q --unit=squatter -p User=tailshipper -p SupplementaryGroups=orders tailshipper run --config $config --set Shipper:StateDirectory=/var/lib/tailshipper --set Shipper:Log:Path= --set Shipper:Metrics:Path=
    eventually 20 in_it sh -c 'journalctl -o cat -u squatter | grep -qi ready'
    in_it systemctl start tailshipper 2>/dev/null
    check "the lock of another instance keeps it from READY, with 75" equals "$(property tailshipper SubState) $(property tailshipper ExecMainStatus)" "auto-restart 75"
    in_it systemctl stop squatter
    check "it becomes ready by itself when the lock is free" eventually 30 is_active tailshipper
    in_it systemctl enable --quiet tailshipper
    check "the generator becomes ready" in_it systemctl enable --quiet --now order-log-generator
    check "lines land" goes_on
    check "systemctl status shows how it fares" eventually 20 status_has file
    echo "     $(in_it systemctl status --no-pager tailshipper 2>/dev/null | grep -m1 Status:)"

    # Any right moment is good enough for a kill: the generator writes all the time.
    for _ in 1 2 3; do
        pid=$(property tailshipper MainPID)
        signal KILL tailshipper
        check "killed, it is started again" eventually 30 runs_anew "$pid"
        sleep 1
    done

    mkdir -p "$root/etc/systemd/system/tailshipper.service.d"
    printf '[Service]\nWatchdogSec=4\n' >"$root/etc/systemd/system/tailshipper.service.d/watchdog.conf"
    in_it systemctl daemon-reload
    in_it systemctl restart tailshipper
    pid=$(property tailshipper MainPID)
    sleep 10
    check "with an outage of nothing the watchdog is content" equals "$(property tailshipper MainPID) $(property tailshipper NRestarts)" "$pid 0"
    signal STOP tailshipper
    check "frozen, it is ended by the watchdog and started again" eventually 45 runs_anew "$pid"
    check "the journal names the watchdog" contains "$(journal tailshipper)" "Watchdog timeout"

    reload_cases "$config"
    logrotate_cases

    pid=$(property tailshipper MainPID)
    # Not in a check: it learns the container's new first process.
    if reboot_it; then pass "the machine reboots"; else fail "the machine reboots" "$(tail -5 "$layer/console")"; fi
    check "the shipper is back after it" eventually 30 is_active tailshipper
    check "the generator is back after it" eventually 30 is_active order-log-generator
    in_it systemctl start app-writer
    check "lines land after the reboot" goes_on

    check "the package is upgraded" in_it dpkg -i /srv/tailshipper_0.1.1_amd64.deb
    check "the new version runs" equals "$(in_it dpkg-query -W -f '${Version}' tailshipper) $(property tailshipper ActiveState)" "0.1.1 active"
    check "a configuration changed by hand is kept" grep -q '"apps"' "$root$config"
    check "the package is downgraded" in_it dpkg -i --force-downgrade /srv/tailshipper_0.1.0_amd64.deb
    check "the old version runs" equals "$(in_it dpkg-query -W -f '${Version}' tailshipper) $(property tailshipper ActiveState)" "0.1.0 active"
    verdict "from the package"

    check "the package is removed" in_it dpkg -r tailshipper
    check "state, logs and configuration stay" test -d "$root/var/lib/tailshipper" -a -d "$root/var/log/tailshipper" -a -e "$root$config"
    check "no unit stays" equals "$(in_it systemctl show -P LoadState tailshipper)" not-found
    check "the package is purged" in_it dpkg -P tailshipper
    check "purged, only the orders' logs and the administrator's credentials stay" equals \
        "$(cd "$root" && find var/lib/tailshipper var/log/tailshipper etc/tailshipper 2>/dev/null | sort | tr '\n' ' ')$(find "$root/var/log/orders" -maxdepth 0 | wc -l)" \
        "etc/tailshipper etc/tailshipper/aws-credentials 1"
    last_words "$before"
    discard
}

reload_cases() {
    local config=$1 pid
    # A second writer, that opens its file for every line as a shell script does.
    in_it install -d -m 0750 -g orders /var/log/app
    cat >"$root/etc/systemd/system/app-writer.service" <<'UNIT'
[Service]
Group=orders
UMask=0027
ExecStart=/bin/sh -c 'i=0; while :; do i=$((i+1)); echo "app line $$ $i" >>/var/log/app/app.log; sleep 0.01; done'
UNIT
    in_it systemctl daemon-reload
    in_it systemctl start app-writer
    pid=$(property tailshipper MainPID)
    configuration "$orders, $apps"
    check "it is told to reload" in_it systemctl reload tailshipper
    check "the flow that was added ships" eventually 30 app_landed
    check "the process is the same one after a reload" equals "$(property tailshipper MainPID)" "$pid"

    configuration "$orders, { \"Name\": \"apps\", \"Paths\": \"nothing\" }"
    in_it systemctl reload tailshipper
    check "a bad file leaves the old configuration in force and says so" eventually 20 status_has onfiguration
    echo "     $(property tailshipper StatusText)"
    check "both flows go on" goes_on
    check "the process is the same one after a bad reload" equals "$(property tailshipper MainPID) $(property tailshipper ActiveState)" "$pid active"
    configuration "$orders, $apps"
    in_it systemctl reload tailshipper
}

app_landed() { [ "$(landed | grep -c '^app line')" -gt 0 ]; }

logrotate_cases() {
    # Two files of a week ago, one shipped and one that the service may not read, beside those that are being written.
    mkdir -p "$root/srv/deleted"
    printf 'old line %d\n' 1 2 3 >"$root/var/log/orders/old.log"
    (umask 077; echo 'a line that is not shipped' >"$root/var/log/orders/unreadable.log") # never readable, not for a moment
    in_it chown orders:orders /var/log/orders/old.log
    cp "$root/var/log/orders/old.log" "$root/srv/deleted/old.log"
    in_it touch -d '8 days ago' /var/log/orders/old.log /var/log/orders/unreadable.log
    cat >"$root/etc/logrotate.d/app" <<'RULE'
/var/log/app/app.log {
    size 1
    rotate 100
    create 0640 root orders
    dateext
    dateformat -%s
    nocompress
}
RULE
    in_it tailshipper shipped --wait 30s /var/log/orders/old.log >/dev/null
    # logrotate acts on what it saw before; it was here yesterday.
    { echo 'logrotate state -- version 2'; for file in old unreadable; do echo "\"/var/log/orders/$file.log\" $(date -d '2 days ago' +%Y-%-m-%-d-%-H:%-M:%-S)"; done; } >"$root/var/lib/logrotate/status"
    check "logrotate.service fails while a file is kept that should go, so that somebody looks" equals "$(in_it systemctl start logrotate.service 2>/dev/null; echo $?)" 1
    check "logrotate deletes what is shipped and old" test ! -e "$root/var/log/orders/old.log"
    check "logrotate keeps what is not shipped" test -e "$root/var/log/orders/unreadable.log"
    check "logrotate leaves what is being written" test "$(find "$root/var/log/orders" -type f | wc -l)" -gt 1
    check "logrotate rotates by rename" eventually 5 in_it sh -c 'ls /var/log/app/app.log-*'
}
