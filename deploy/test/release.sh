# shellcheck shell=bash disable=SC2154,SC2034
# An instance that ec2-userdata.sh sets up from the tarball, and what install.sh does later.

release_case() {
    local before pid sum tarball=/srv/shipper-0.1.0-linux-x64.tar.gz
    before=$failed
    boot "$base" || { fail "a second container boots" "$(tail -5 "$layer/console")" && return; }
    cp "$packages/shipper-0.1.0-linux-x64.tar.gz" deploy/ec2-userdata.sh "$root/srv/"
    sum=$(sha256sum "$packages/shipper-0.1.0-linux-x64.tar.gz" | cut -d' ' -f1)
    far_end

    user_data() { in_it env GENERATOR=yes LINES_PER_SECOND=300 SERVICE_URL=http://127.0.0.1:4573 REGION=eu-west-1 SETTLE_SECONDS=2 "$@" bash /srv/ec2-userdata.sh; }
    check "parameters that are missing are all named" contains "$(user_data 2>&1)" "3 parameter(s) cannot be used"
    check "another checksum is refused" contains "$(user_data ARTIFACT_URL=$tarball ARTIFACT_SHA256="${sum//[0-9]/0}" DELIVERY_STREAM=tbsm-red-fire 2>&1)" "it is not installed"
    check "nothing is there after a refusal" test ! -e "$root/opt/tailshipper"
    check "user data sets the machine up" user_data ARTIFACT_URL=$tarball ARTIFACT_SHA256="$sum" DELIVERY_STREAM=tbsm-red-fire
    check "both services run" equals "$(in_it systemctl is-active tailshipper order-log-generator | tr '\n' ' ')" "active active "
    check "lines land" goes_on
    pid="$(property tailshipper MainPID) $(property order-log-generator MainPID)"
    check "user data runs a second time" user_data ARTIFACT_URL=$tarball ARTIFACT_SHA256="$sum" DELIVERY_STREAM=tbsm-red-fire
    check "the second time changes nothing" equals "$(property tailshipper MainPID) $(property order-log-generator MainPID)" "$pid"
    configuration "$orders"
    in_it systemctl restart tailshipper
    check "user data keeps what a person wrote" contains "$(user_data ARTIFACT_URL=$tarball ARTIFACT_SHA256="$sum" DELIVERY_STREAM=another 2>&1)" "was changed by hand and is kept"
    check "the person's configuration is in force" grep -q RotateWait "$root/etc/tailshipper/appsettings.json"

    # Releases of which one is good, one does not start, one never gets ready, and one cannot read the configuration.
    mkdir "$root/srv/good"
    tar -C "$root/srv/good" --strip-components=1 -xzf "$packages/shipper-0.1.0-linux-x64.tar.gz"
    echo 0.1.1 >"$root/srv/good/VERSION"
    broken 0.2.0 'exit 1'
    broken 0.3.0 'exec sleep 1000'
    upgrade() { in_it env SETTLE_SECONDS=2 "/srv/$1/install.sh" install; }
    current() { basename "$(readlink "$root/opt/tailshipper/current")"; }

    check "a new release is installed" upgrade good
    check "the new release runs" equals "$(current | cut -d- -f1) $(property tailshipper ActiveState)" "0.1.1 active"
    check "lines land after the upgrade" goes_on
    release=$(current)
    check "a release that does not start is taken back" contains "$(upgrade 0.2.0 2>&1)" "back to $release"
    check "the release before runs again" equals "$(current) $(in_it systemctl is-active tailshipper)" "$release active"
    # The limit holds for the release before as well: far more than a start takes on a busy machine.
    printf '[Service]\nTimeoutStartSec=30\n' >"$root/etc/systemd/system/tailshipper.service.d/timeout.conf"
    in_it systemctl daemon-reload
    check "a release that never gets ready is taken back" contains "$(upgrade 0.3.0 2>&1)" "back to $release"
    rm "$root/etc/systemd/system/tailshipper.service.d/timeout.conf"
    check "the failed ones are not what a rollback returns to" in_it env SETTLE_SECONDS=2 /opt/tailshipper/current/install.sh rollback
    check "rollback goes back to the first release" equals "$(current | cut -d- -f1) $(in_it systemctl is-active tailshipper)" "0.1.0 active"
    check "lines land after the rollback" goes_on
    verdict "from the release"

    check "it is uninstalled" in_it /opt/tailshipper/current/install.sh uninstall
    check "state and configuration stay" test -d "$root/var/lib/tailshipper" -a -e "$root/etc/tailshipper/appsettings.json"
    check "no program stays" test ! -e "$root/opt/tailshipper" -a ! -e "$root/usr/local/bin/tailshipper" -a ! -e "$root/etc/systemd/system/tailshipper.service"
    # As on another machine: the same content in other inodes.
    in_it sh -c 'cp -a /var/log/orders /var/log/orders.new && rm -r /var/log/orders && mv /var/log/orders.new /var/log/orders'
    check "it is installed again where state was kept" in_it env SETTLE_SECONDS=2 /srv/good/install.sh install
    check "it knows what it had shipped" in_it sh -c 'tailshipper shipped --wait 30s /var/log/orders/*.log'
    sleep 3
    check "and ships nothing twice" equals "$(landed | wc -l)" "$(wc -l <"$work/landed")"
    check "it is purged" in_it /srv/good/install.sh uninstall --purge
    check "only the orders' logs and the administrator's credentials stay after a purge" equals \
        "$(cd "$root" && find var/lib/tailshipper etc/tailshipper 2>/dev/null | sort | tr '\n' ' ')$(find "$root/var/log/orders" -name '*.log' | head -1 | wc -l)" \
        "etc/tailshipper etc/tailshipper/aws-credentials 1"
    last_words "$before"
    discard
}

# broken VERSION COMMAND: a release whose check passes and whose run does not.
broken() {
    cp -r "$root/srv/good" "$root/srv/$1"
    echo "$1" >"$root/srv/$1/VERSION"
    rm "$root/srv/$1/lib/tailshipper"
    # shellcheck disable=SC2016
    printf '#!/bin/sh\n[ "$1" = run ] || exit 0\n%s\n' "$2" >"$root/srv/$1/lib/tailshipper"
    chmod +x "$root/srv/$1/lib/tailshipper"
}
