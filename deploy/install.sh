#!/usr/bin/env bash
# Installs, upgrades and removes tailshipper and order-log-generator on a Linux machine with systemd. It comes with the
# program, in the tarball that build-packages.sh makes, and installs what lies beside it. Running it again changes nothing.
#
#   /opt/tailshipper/releases/VERSION-DIGEST   the releases, the newest three are kept
#   /opt/tailshipper/current                   the one in use
#   /etc/tailshipper, /etc/order-log-generator configuration: written once, never overwritten when it was changed
#   /var/lib/tailshipper, /var/log/tailshipper state and logs: only --purge removes them
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: install.sh install [--with-generator] [--no-start]
       install.sh rollback
       install.sh uninstall [--purge]

install     installs the release beside this script and starts it. If another one is installed, upgrades, and rolls back if
            the new one does not become ready or does not stay up
  --with-generator   order-log-generator too
  --no-start         change no running service
rollback    returns to the release that was in use before
uninstall   stops and removes the programs; keeps configuration, state, logs and accounts
  --purge            removes these too. /var/log/orders stays: the logs are not ours

Exit codes: 0 done; 1 it failed, the message says which release runs now; 2 the command line; 3 installed, but not started:
the configuration is not valid yet.

SETTLE_SECONDS (default 5): how long a started service must stay up to count as good.
USAGE
}

readonly root=/opt/tailshipper
readonly bin=/usr/local/bin
readonly manual=/usr/local/share/man/man1
readonly completions=/usr/local/share
readonly units=/etc/systemd/system
readonly programs=(tailshipper order-log-generator)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
readonly here settle=${SETTLE_SECONDS:-5}
readonly ledger=$root/configuration.sha256

say() { printf 'install.sh: %s\n' "$*"; }
die() {
    printf 'install.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

require_root() { [ "$(id -u)" -eq 0 ] || die "must run as root"; }

# What must hold before anything is touched.
require_machine() {
    require_root
    [ -d /run/systemd/system ] || die "systemd does not run here"
    if [ -e /usr/lib/tailshipper ]; then
        die "tailshipper is installed from a package here: use apt or dnf, or remove the package first"
    fi
    exec 9>/run/tailshipper-install.lock
    flock -n 9 || die "another install.sh is running"
}

release_of() { readlink -f "$root/$1" 2>/dev/null || true; }
is_active() { systemctl is-active --quiet "$1.service"; }
is_enabled() { systemctl is-enabled --quiet "$1.service" 2>/dev/null; }

# The name of the release beside this script: its version and a digest of all its files, so that "the same" is a fact.
release_name() {
    local digest
    digest=$(cd "$here" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
    printf '%s-%s' "$(cat "$here/VERSION")" "$digest"
}

# What another user may write, he may change between the check and the copy; then what is installed, and run as root, is his.
require_own_source() {
    local path=$here foreign
    foreign=$(find "$here" \( ! -user root -o -perm /022 \) ! -type l -print -quit)
    [ -z "$foreign" ] || die "$foreign belongs to, or may be written by, another user than root; nothing was changed. Unpack the tarball as root, with tar --no-same-owner, in a directory such as /root"
    # A directory above that others may write lets them put another one in its place; the sticky bit of /tmp keeps what is root's.
    while [ "$path" != / ]; do
        path=$(dirname "$path")
        [ "$(stat -c %u "$path")" -eq 0 ] || die "$path, above this release, belongs to another user than root; nothing was changed. Unpack the tarball as root in a directory such as /root"
        [ -z "$(find "$path" -maxdepth 0 -perm /022 ! -perm -1000)" ] || die "$path, above this release, may be written by others than root; nothing was changed. Unpack the tarball as root in a directory such as /root"
    done
}

# Copies the release beside this script; it appears under its name whole or not at all.
unpack() {
    local target=$1
    [ ! -d "$target" ] || return 0
    mkdir -p "$root/releases"
    rm -rf "$root"/releases/.new.*
    local new=$root/releases/.new.$$
    cp -a "$here" "$new"
    chown -R root:root "$new"
    chmod -R go-w "$new"
    # Finds a missing library, a wrong architecture or too old a processor before anything depends on it.
    "$new/lib/tailshipper" --version >/dev/null || { rm -rf "$new"; die "this release does not run on this machine; nothing was changed"; }
    mv -T "$new" "$target"
}

# Writes a configuration file unless it was changed since we wrote it.
configure() {
    local from=$1 to=$2 mode=$3 group=$4
    if [ -e "$to" ] && ! grep -qxF "$(sha256sum "$to")" "$ledger" 2>/dev/null; then
        cmp -s "$from" "$to" || say "$to was changed here and is kept"
        return 0
    fi
    cmp -s "$from" "$to" 2>/dev/null || install -D -m "$mode" -o root -g "$group" "$from" "$to"
    touch "$ledger"
    sed -i "\\|  $to\$|d" "$ledger"
    sha256sum "$to" >>"$ledger"
}

loosen_nothing() {
    rm -f "$units/logrotate.service.d/tailshipper.conf"
    rmdir --ignore-fail-on-non-empty "$units/logrotate.service.d" 2>/dev/null || true
}

# Puts a release in force: its units and accounts, its configuration where there is none, and last the link to it.
activate() {
    local release=$1 unit program
    local from=$release/deploy
    install -D -m 0644 "$from/systemd/tailshipper.sysusers.conf" /etc/sysusers.d/tailshipper.conf
    install -D -m 0644 "$from/systemd/tailshipper.tmpfiles.conf" /etc/tmpfiles.d/tailshipper.conf
    systemd-sysusers /etc/sysusers.d/tailshipper.conf
    for unit in "$from"/systemd/*.service; do
        install -m 0644 "$unit" "$units/"
    done
    # Releases that were not native needed a looser logrotate; a rollback to one brings it back.
    if [ -e "$from/systemd/logrotate.service.d/tailshipper.conf" ]; then
        install -D -m 0644 "$from/systemd/logrotate.service.d/tailshipper.conf" "$units/logrotate.service.d/tailshipper.conf"
    else
        loosen_nothing
    fi
    mkdir -p /etc/order-log-generator
    install -d -m 0750 -o root -g tailshipper /etc/tailshipper
    configure "$from/config/tailshipper.json" /etc/tailshipper/appsettings.json 0640 tailshipper
    configure "$from/config/order-log-generator.json" /etc/order-log-generator/appsettings.json 0644 root
    configure "$from/logrotate/tailshipper" /etc/logrotate.d/tailshipper 0644 root
    systemd-tmpfiles --create /etc/tmpfiles.d/tailshipper.conf
    rm -rf /usr/share/doc/tailshipper
    mkdir -p /usr/share/doc
    cp -a "$release/doc" /usr/share/doc/tailshipper
    ln -sfn "$release" "$root/.current.$$"
    mv -T "$root/.current.$$" "$root/current"
    # A release of before has none.
    if [ -d "$from/completion" ]; then
        install -D -m 0644 "$from/completion/tailshipper.bash" "$completions/bash-completion/completions/tailshipper"
        install -D -m 0644 "$from/completion/_tailshipper" "$completions/zsh/site-functions/_tailshipper"
        install -D -m 0644 "$from/completion/tailshipper.fish" "$completions/fish/vendor_completions.d/tailshipper.fish"
    fi
    mkdir -p "$manual"
    for program in "${programs[@]}"; do
        ln -sfn "$root/current/lib/$program" "$bin/$program"
        ln -sfn "$root/current/man/$program.1.gz" "$manual/$program.1.gz"
    done
    systemctl daemon-reload
}

# True when the service became ready and stays up.
comes_up() {
    local unit=$1.service
    systemctl reset-failed "$unit" 2>/dev/null || true
    if ! systemctl restart "$unit"; then
        # 219: systemd could not put the process into its control group, and never ran the program. That passes.
        [ "$(systemctl show -P ExecMainStatus "$unit")" = 219 ] || return 1
        sleep 1
        systemctl reset-failed "$unit" 2>/dev/null || true
        systemctl restart "$unit" || return 1
    fi
    sleep "$settle"
    is_active "$1" && [ "$(systemctl show -P NRestarts "$unit")" = 0 ]
}

last_words() { journalctl --no-pager --quiet -o cat -n 8 -u "$1.service" 2>/dev/null | sed 's/^/    /' >&2 || true; }

valid() {
    local program=$1 release=$2 user=$3
    runuser -u "$user" -- "$release/lib/$program" check --config "/etc/$program/appsettings.json"
}

install_release() {
    local start=yes generator=no release before program
    while [ $# -gt 0 ]; do
        case $1 in
        --with-generator) generator=yes ;;
        --no-start) start=no ;;
        *) usage >&2 && exit 2 ;;
        esac
        shift
    done
    if [ ! -f "$here/VERSION" ] || [ ! -x "$here/lib/tailshipper" ]; then
        die "no release lies beside this script; run the one in the tarball"
    fi
    require_root
    require_own_source
    require_machine
    release=$root/releases/$(release_name)
    before=$(release_of current)
    if [ -n "$before" ] && [ "$here" = "$before" ]; then
        release=$before
    fi
    unpack "$release"

    # An upgrade starts nothing that was switched off.
    local wanted=() upgrade=no
    if [ -n "$before" ] && [ "$before" != "$release" ]; then
        upgrade=yes
    fi
    if [ "$upgrade" = no ] || is_enabled tailshipper; then
        wanted+=(tailshipper)
    fi
    if [ "$generator" = yes ] || is_enabled order-log-generator; then
        wanted+=(order-log-generator)
    fi

    if [ "$upgrade" = yes ] && ! valid tailshipper "$release" tailshipper >/dev/null; then
        die "the new release cannot use /etc/tailshipper/appsettings.json (see above); nothing was changed, $(basename "$before") still runs"
    fi
    activate "$release"
    if [ "$start" = no ]; then
        [ "$upgrade" = no ] || ln -sfn "$before" "$root/previous"
        say "$(basename "$release") is installed; no service was started or restarted"
        return 0
    fi

    for program in "${wanted[@]}"; do
        local user=tailshipper
        [ "$program" = tailshipper ] || user=orders
        if [ "$upgrade" = no ] && ! is_active "$program" && ! valid "$program" "$release" "$user" >/dev/null; then
            die "installed, but $program is not started: correct /etc/$program/appsettings.json, then: systemctl enable --now $program" 3
        fi
        systemctl enable --quiet "$program.service"
        if [ "$before" = "$release" ] && is_active "$program"; then
            continue # nothing changed: nothing is restarted
        fi
        if ! comes_up "$program"; then
            last_words "$program"
            [ "$upgrade" = yes ] || die "$program does not start; its last log lines are above. See: systemctl status $program"
            back_to "$before" "${wanted[@]}"
            die "$program of $(basename "$release") did not start (its last log lines are above); rolled back to $(basename "$before"), which runs"
        fi
    done
    [ "$upgrade" = no ] || ln -sfn "$before" "$root/previous"
    prune
    say "$(basename "$release") is installed${wanted[*]:+ and runs: ${wanted[*]}}"
}

# Returns to a release; it ends with an error when not even that one comes up.
back_to() {
    local release=$1 program
    shift
    activate "$release"
    for program in "$@"; do
        comes_up "$program" || die "$program of $(basename "$release") does not start either. See: systemctl status $program"
    done
}

rollback() {
    require_machine
    local previous current program
    previous=$(release_of previous)
    current=$(release_of current)
    if [ ! -d "$previous" ] || [ "$previous" = "$current" ]; then
        die "there is no earlier release"
    fi
    local running=()
    for program in "${programs[@]}"; do
        is_enabled "$program" && running+=("$program")
    done
    back_to "$previous" "${running[@]}"
    ln -sfn "$current" "$root/previous"
    say "rolled back to $(basename "$previous")"
}

# Keeps the newest three releases, and those that links point to.
prune() {
    local kept=0 release
    while read -r release; do
        release=${release%/}
        kept=$((kept + 1))
        if [ "$kept" -gt 3 ] && [ "$release" != "$(release_of current)" ] && [ "$release" != "$(release_of previous)" ]; then
            rm -rf "$release"
        fi
    done < <(ls -1dt "$root"/releases/*/)
}

uninstall() {
    local purge=no program
    case ${1:-} in
    --purge) purge=yes ;;
    "") ;;
    *) usage >&2 && exit 2 ;;
    esac
    require_machine
    for program in "${programs[@]}"; do
        systemctl disable --quiet --now "$program.service" 2>/dev/null || true
        rm -f "$units/$program.service" "$bin/$program" "$manual/$program.1.gz"
    done
    rm -f "$completions/bash-completion/completions/tailshipper" "$completions/zsh/site-functions/_tailshipper" \
        "$completions/fish/vendor_completions.d/tailshipper.fish"
    rm -f /etc/tmpfiles.d/tailshipper.conf /etc/sysusers.d/tailshipper.conf
    loosen_nothing
    systemctl daemon-reload
    # Without the program its script would fail every day.
    rm -f /etc/logrotate.d/tailshipper
    rm -rf "$root" /usr/share/doc/tailshipper
    if [ "$purge" = yes ]; then
        # Keys and settings of units that an administrator made are not ours to remove.
        find /etc/tailshipper -mindepth 1 ! -name aws-credentials -delete 2>/dev/null || true
        rm -rf /etc/order-log-generator /var/lib/tailshipper /var/log/tailshipper
        for directory in /etc/tailshipper "$units/tailshipper.service.d" "$units/order-log-generator.service.d"; do
            [ ! -d "$directory" ] || rmdir "$directory" 2>/dev/null || say "kept, because it is not all ours: $directory"
        done
        systemctl daemon-reload
        for program in tailshipper orders; do
            userdel "$program" 2>/dev/null || true
        done
        say "removed with configuration, state and logs; /var/log/orders is kept"
    else
        say "removed; kept: /etc/tailshipper, /etc/order-log-generator, /var/lib/tailshipper, /var/log/tailshipper"
    fi
}

case ${1:-} in
install | rollback | uninstall)
    action=$1
    shift
    case $action in
    install) install_release "$@" ;;
    rollback) [ $# -eq 0 ] || { usage >&2 && exit 2; }; rollback ;;
    uninstall) uninstall "$@" ;;
    esac
    ;;
-h | --help) usage ;;
*)
    usage >&2
    exit 2
    ;;
esac
