#!/usr/bin/env bash
# Installs, breaks, upgrades and removes both services in booted Debian 12 containers, and holds every line that was written
# against every line that landed in a local Firehose inside the container. Needs root, debootstrap, systemd-nspawn and
# overlayfs; without them it is skipped, visibly. Its last line is "N passed, N failed, N skipped".
#
#   deploy/test/container.sh [--published DIR] [--only package|release|readme]     DIR as for build-packages.sh
#
# SHIPPER_TEST_BASE: where the Debian is kept between runs (default /var/cache/shipper-test/bookworm).
# shellcheck disable=SC2034,SC2154,SC2016,SC2012,SC1091,SC2030,SC2031
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. deploy/test/lib.sh
published="" only=""
while [ $# -gt 0 ]; do
    case $1 in
    --published) published=$2 ;;
    --only) only=$2 ;;
    *) echo "container.sh: $1?" >&2 && exit 2 ;;
    esac
    shift 2
done

for tool in debootstrap systemd-nspawn nsenter dpkg-deb ps; do
    command -v "$tool" >/dev/null || { skip container "$tool is not installed" && totals && exit; }
done
[ "$(id -u)" -eq 0 ] || { skip container "needs root" && totals && exit; }
[ "$(uname -m)" = x86_64 ] || { skip container "the machines are x86_64" && totals && exit; }

[ -d "${published:-/nonexistent}/x64" ] || command -v clang >/dev/null || { skip container "clang, which links the programs, is not installed" && totals && exit; }

base=${SHIPPER_TEST_BASE:-/var/cache/shipper-test/bookworm}
dotnet=$(dotnet --list-runtimes | sed -n 's:^Microsoft.AspNetCore.App .*\[\(.*\)/shared/.*:\1:p' | tail -1) # what is called dotnet may be a link or a script
work=$(mktemp -d)
layer="" nspawn="" cases=()
packages=$work/packages
# Told to stop, it takes its containers along.
trap 'for case in "${cases[@]}"; do kill "${case#*:}" 2>/dev/null && wait "${case#*:}"; done; rm -rf "$work"' EXIT
trap 'exit 143' TERM INT HUP

debian "$base" || { skip container "debootstrap could not make a Debian" && totals && exit; }
firehose=$PWD/src/LocalFirehose/bin/Debug/net10.0
[ -e "$firehose/local-firehose.dll" ] || dotnet build src/LocalFirehose -v quiet || exit 1
for version in 0.1.0 0.1.1; do
    deploy/build-packages.sh --fast --target x64 --format deb --version "$version" --published "${published:=$work/published}" --out "$packages" >/dev/null || { fail "the package $version is built" && totals && exit 1; }
done
deploy/build-packages.sh --fast --target x64 --format tar --version 0.1.0 --published "$published" --out "$packages" >/dev/null || { fail "the tarball is built" && totals && exit 1; }

# The far end, inside the container.
far_end() {
    cat >"$root/etc/systemd/system/local-firehose.service" <<'UNIT'
[Service]
Environment=DOTNET_EnableDiagnostics=0 DOTNET_gcServer=0
ExecStart=/usr/share/dotnet/dotnet /opt/local-firehose/local-firehose.dll run --set LocalFirehose:DataDirectory=/var/lib/local-firehose --set LocalFirehose:Streams:0:Name=tbsm-red-fire --set LocalFirehose:Streams:0:Bucket=lake --set LocalFirehose:Streams:0:BufferSeconds=1 --set LocalFirehose:Streams:1:Name=apps --set LocalFirehose:Streams:1:Bucket=lake --set LocalFirehose:Streams:1:BufferSeconds=1
Restart=always
[Install]
WantedBy=multi-user.target
UNIT
    in_it systemctl daemon-reload
    in_it systemctl enable --quiet --now local-firehose
    # A machine without an instance role: the documented example, with the local Firehose's keys.
    mkdir -p "$root/etc/tailshipper"
    printf '[default]\naws_access_key_id = local\naws_secret_access_key = local-secret\n' >"$root/etc/tailshipper/aws-credentials"
    chmod 0600 "$root/etc/tailshipper/aws-credentials"
    install -D -m 0644 deploy/systemd/examples/credentials.conf "$root/etc/systemd/system/tailshipper.service.d/credentials.conf"
}

# configuration FLOWS: the shipper's file, whole at any moment.
configuration() {
    cat >"$root/etc/tailshipper/new" <<CONFIG
{ "Shipper": { "Aws": { "Region": "eu-west-1", "ServiceUrl": "http://127.0.0.1:4573" }, "RotateWait": "1s", "Flows": [ $1 ] } }
CONFIG
    chmod 0640 "$root/etc/tailshipper/new"
    in_it chgrp tailshipper /etc/tailshipper/new
    mv "$root/etc/tailshipper/new" "$root/etc/tailshipper/appsettings.json"
}

orders='{ "Name": "orders", "Paths": [ "/var/log/orders/*.log" ], "DeliveryStream": "tbsm-red-fire", "Aggregation": { "Mode": "Lines", "MaxLines": 500 } }'
apps='{ "Name": "apps", "Paths": [ "/var/log/app/*.log" ], "DeliveryStream": "apps", "Aggregation": { "Mode": "Lines" } }'

generator_configuration() {
    cat >"$root/etc/order-log-generator/appsettings.json" <<'CONFIG'
{ "Generator": { "LinesPerSecond": 300, "Sequence": true, "Directory": "/var/log/orders", "Rotation": { "MaxBytes": 400000 } } }
CONFIG
}

landed() {
    in_it curl -fsS -o /dev/null -X POST http://127.0.0.1:4573/admin/flush
    find "$root/var/lib/local-firehose/s3" -type f -exec cat {} + 2>/dev/null
}

landed_more_than() { [ "$(landed | wc -l)" -gt "$1" ]; }
goes_on() { eventually 20 landed_more_than "$(landed | wc -l)"; }
# Asked for its process first: a process that was just killed is "active" until systemd hears of it, and then there is none.
runs_anew() {
    local pid
    pid=$(property tailshipper MainPID)
    [ "$pid" != 0 ] && [ "$pid" != "$1" ] && is_active tailshipper
}
status_has() { [[ $(property tailshipper StatusText) == *"$1"* ]]; }

# Every complete line in the log files, also of those that were deleted, must have landed; nothing else may have.
verdict() {
    local name=$1
    in_it systemctl stop order-log-generator
    in_it systemctl stop app-writer 2>/dev/null
    in_it sh -c 'tailshipper shipped --wait 60s $(ls /var/log/orders/*.log /var/log/app/*.log* 2>/dev/null | grep -v unreadable)' >"$work/shipped" 2>&1 || { fail "$name: all is acknowledged" "$(grep -v ': shipped' "$work/shipped" | head -5)"; }
    landed >"$work/landed"
    find "$root/var/log/orders" "$root/var/log/app" "$root/srv/deleted" -type f ! -name '*unreadable*' -exec cat {} + >"$work/written" 2>/dev/null
    awk -v name="$name" '
        NR == FNR { input++; if (!($0 in seen)) distinct++; seen[$0]++; next }
        { if (!($0 in seen)) strange++; else if (++got[$0] <= seen[$0]) unique++; else duplicate++ }
        END {
            printf "input %d, unique %d, duplicate %d, loss %d, strange %d\n", input, unique, duplicate, input - unique, strange
            exit !(input > 1000 && input == unique && strange == 0)
        }' "$work/written" "$work/landed" >"$work/verdict"
    # shellcheck disable=SC2181
    if [ $? -eq 0 ]; then pass "$name: $(cat "$work/verdict")"; else fail "$name" "$(cat "$work/verdict")"; fi
}

last_words() {
    [ "$failed" -gt "$1" ] || return 0
    echo "--- the shipper's journal"
    journal tailshipper | tail -40
    echo "---"
}

. deploy/test/package.sh
. deploy/test/release.sh
. deploy/test/readme.sh
# The cases mostly wait: they run side by side, each in a container of its own, and tell their part when all are done.
for case in ${only:-package release readme}; do
    (
        trap discard EXIT
        trap 'exit 143' TERM INT HUP
        work=$work/$case started=$SECONDS
        mkdir "$work"
        "${case}_case"
        echo "the $case took $((SECONDS - started)) s"
        echo "$passed $failed $skipped" >"$work/totals"
    ) >"$work/$case.out" 2>&1 &
    cases+=("$case:$!")
done
for case in "${cases[@]}"; do
    wait "${case#*:}"
    case=${case%:*}
    cat "$work/$case.out"
    read -r p f s 2>/dev/null <"$work/$case/totals" || { fail "the $case comes to its end" && continue; }
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
totals
