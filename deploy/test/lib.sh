# shellcheck shell=bash disable=SC2154,SC2034
# What the tests of an installation share: cases that are counted, and a Debian 12 that boots with its own systemd.

passed=0 failed=0 skipped=0

pass() { echo "PASS $1" && passed=$((passed + 1)); }
fail() {
    echo "FAIL $1"
    failed=$((failed + 1))
    [ -z "${2:-}" ] || printf '     %s\n' "$2"
}
skip() { echo "SKIP $1: $2" && skipped=$((skipped + 1)); }

# check SENTENCE COMMAND…: the case passes when the command does.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then pass "$name"; else fail "$name" "$output"; fi
}

# eventually SECONDS COMMAND…: true as soon as the command is.
eventually() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.3
    done
}

equals() { [ "$1" = "$2" ] || { echo "'$1', not '$2'" && return 1; }; }
contains() { [[ $1 == *"$2"* ]] || { echo "'$2' is not in: $1" && return 1; }; }

totals() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
}

# A Debian with systemd and what the packages depend on, made once in a week.
debian() {
    local base=$1
    if [ -e "$base/.complete" ] && [ -n "$(find "$base/.complete" -mtime -7)" ]; then
        return 0
    fi
    rm -rf "$base"
    mkdir -p "$base"
    echo "making a Debian 12 in $base"
    if ! debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,logrotate,ca-certificates,curl,libstdc++6 bookworm "$base" >"$base.log" 2>&1; then
        tail -5 "$base.log"
        return 1
    fi
    rm -rf "$base"/var/cache/apt/archives/*.deb
    touch "$base/.complete"
}

# boot BASE: starts a container on a layer of its own over BASE, without a network but its loopback.
boot() {
    layer=$(mktemp -d)
    mkdir "$layer/upper" "$layer/work" "$layer/root"
    mount -t overlay overlay -o "lowerdir=$1,upperdir=$layer/upper,workdir=$layer/work" "$layer/root"
    root=$layer/root
    power_on
}

# Starts the container that is on the layer.
power_on() {
    setsid systemd-nspawn -q -D "$root" -b --register=no --keep-unit --private-network --machine="shipper-test-$BASHPID" \
        --bind-ro="$dotnet:/usr/share/dotnet" --bind-ro="$firehose:/opt/local-firehose" </dev/null >"$layer/console" 2>&1 &
    nspawn=$!
    leader=""
    eventually 60 is_up
}

# The container's first process is the child of nspawn, another one after a reboot.
is_up() {
    leader=$(ps -o pid= --ppid "$nspawn" | tr -d ' ' | head -1)
    [ -n "$leader" ] && [[ $(in_it systemctl is-system-running) == @(running|degraded) ]]
}

in_it() {
    nsenter -t "$leader" -m -u -i -n -p -C -r -w -- env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"
}

# systemd-nspawn starts the container anew by itself, or ends where /run is not a tmpfs; then it is started again.
reboot_it() {
    local before=$leader
    in_it systemctl reboot || true
    eventually 60 is_gone "$before" || return 1
    if eventually 3 nspawn_ended; then
        power_on
    else
        eventually 60 is_up
    fi
}

is_gone() { ! kill -0 "$1" 2>/dev/null; }
nspawn_ended() { ! kill -0 "$nspawn" 2>/dev/null; }

# Ends the container and throws its layer away.
discard() {
    [ -n "${layer:-}" ] || return 0
    [ -z "${nspawn:-}" ] || kill -TERM "$nspawn" 2>/dev/null && wait "$nspawn" 2>/dev/null
    umount "$layer/root" 2>/dev/null || umount -l "$layer/root"
    rm -rf "$layer"
    layer="" nspawn=""
}

property() { in_it systemctl show -P "$2" "$1"; }
# signal NAME UNIT: to its main process; a minimal Debian has no kill but the shell's.
signal() { in_it sh -c "kill -$1 $(property "$2" MainPID)"; }
is_active() { in_it systemctl is-active --quiet "$1"; }
journal() { in_it journalctl --no-pager -o cat -u "$1"; }
