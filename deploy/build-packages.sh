#!/usr/bin/env bash
# Builds what is installed elsewhere, from a checkout, into artifacts/packages:
#
#   shipper-VERSION-linux-{x64,arm64}.tar.gz  native programs, with install.sh
#   tailshipper_VERSION_{amd64,arm64}.deb, tailshipper-VERSION-1.{x86_64,aarch64}.rpm
#   shipper-VERSION-linux-{x64,arm64}-symbols.tar.gz  what a debugger wants of them
#   shipper-VERSION-win-x64.zip               self-contained, compiled ahead (ReadyToRun), with install.ps1
#   SHA256SUMS
#
# The same commit, SDK and packages give the same bytes: names are sorted, owners fixed, times those of the commit.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: deploy/build-packages.sh [--out DIR] [--version VERSION] [--target x64|arm64|windows]... [--format tar|deb|rpm|symbols]...
                                [--published DIR] [--publish-only] [--fast]

  --out DIR        default artifacts/packages
  --version V      default: <Version> of Directory.Build.props
  --target T       default: all three; may be repeated
  --format F       default: all; may be repeated. Windows has a zip only
  --published DIR  takes what DIR/TARGET holds instead of publishing, and leaves what it publishes there
  --publish-only   publishes into --published DIR and packs nothing
  --fast           compresses little: for tests

Native programs need clang and lld; those for arm64 gcc-aarch64-linux-gnu and libc6-dev-arm64-cross too. Built on Debian 12 they run
with glibc 2.34 and later, which is checked.

SOURCE_DATE_EPOCH, the time of every file in the packages, is that of the last commit if not set.
USAGE
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=artifacts/packages published="" publish_only=no fast=no version=""
targets=() formats=()
while [ $# -gt 0 ]; do
    case $1 in
    --out) out=$2 && shift ;;
    --version) version=$2 && shift ;;
    --target) targets+=("$2") && shift ;;
    --format) formats+=("$2") && shift ;;
    --published) published=$2 && shift ;;
    --publish-only) publish_only=yes ;;
    --fast) fast=yes ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
    esac
    shift
done
[ ${#targets[@]} -gt 0 ] || targets=(x64 arm64 windows)
[ ${#formats[@]} -gt 0 ] || formats=(tar deb rpm symbols)
: "${version:=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)}"
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+([.~+-][0-9A-Za-z.]+)?$ ]] || { echo "build-packages.sh: '$version' is not a version such as 1.2.3" >&2 && exit 2; }
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH CI=true DOTNET_CLI_TELEMETRY_OPTOUT=1 LC_ALL=C TZ=UTC
umask 022
[ $publish_only = no ] || [ -n "$published" ] || { echo "build-packages.sh: --publish-only needs --published DIR" >&2 && exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -n "$published" ] || published=$work/published

wants() { [[ " ${formats[*]} " == *" $1 "* ]]; }
# Versions such as 1.2.3-rc.1 sort before 1.2.3 only with a tilde.
package_version() { printf '%s' "${version/-/\~}"; }

# The licences of the .NET runtime that a program brings along.
runtime_notices() {
    local folder=${NUGET_PACKAGES:-$HOME/.nuget/packages}/microsoft.netcore.app.runtime.$2/$3
    cp "$folder/LICENSE.TXT" "$1/dotnet-LICENSE.TXT"
    cp "$folder/THIRD-PARTY-NOTICES.TXT" "$1/dotnet-THIRD-PARTY-NOTICES.TXT"
}

# Amazon Linux 2023 has glibc 2.34. What else a program is linked with would have to be a dependency of the packages.
readonly newest_glibc=2.34
works_elsewhere() {
    local glibc foreign
    glibc=$(readelf -W --version-info "$1" | grep -o 'GLIBC_2[0-9.]*' | sort -uV | tail -1)
    [ "$(printf '%s\n' "${glibc#GLIBC_}" $newest_glibc | sort -V | tail -1)" = $newest_glibc ] || {
        echo "build-packages.sh: ${1##*/} needs glibc ${glibc#GLIBC_}, and may need $newest_glibc at most: build it on Debian 12" >&2
        return 1
    }
    foreign=$(readelf -W -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -vE '^(libc\.so\.6|libm\.so\.6|ld-linux-[a-z0-9-]*\.so\.[0-9])$' || true)
    [ -z "$foreign" ] || {
        echo "build-packages.sh: ${1##*/} needs $foreign, which the packages do not ask for" >&2
        return 1
    }
}

# One executable for each program, and its symbols in a folder of their own.
publish_native() {
    local target=$1 project program tools=(clang ld.lld readelf) missing=() tool
    [ "$target" != arm64 ] || tools+=(aarch64-linux-gnu-objcopy aarch64-linux-gnu-gcc)
    for tool in "${tools[@]}"; do
        command -v "$tool" >/dev/null || missing+=("$tool")
    done
    [ ${#missing[@]} -eq 0 ] || {
        echo "build-packages.sh: the programs for $target cannot be compiled without ${missing[*]} (Debian: apt-get install clang lld gcc-aarch64-linux-gnu libc6-dev-arm64-cross)" >&2
        exit 1
    }
    local made=$work/$target/programs symbols=$work/$target/symbols
    mkdir -p "$made" "$symbols"
    for project in TailShipper OrderLogGenerator ShipperTools; do
        dotnet publish "src/$project" -c Release -r "linux-$target" -p:ShipperNative=true -p:Version="$version" -p:RestoreLockedMode=true -p:RunAnalyzers=false -v quiet -o "$work/$target/$project"
    done
    for program in tailshipper order-log-generator tailshipper-tools; do
        find "$work/$target" -name "$program" -exec mv -t "$made" {} +
        find "$work/$target" -name "$program.dbg" -exec mv -t "$symbols" {} +
        works_elsewhere "$made/$program"
    done
    mv "$work/$target/OrderLogGenerator/appsettings.json" "$made/"
    # SQLite, which only tailshipper-tools loads.
    mv "$work/$target/ShipperTools/libe_sqlite3.so" "$made/"
    works_elsewhere "$made/libe_sqlite3.so"
    runtime_notices "$made" "nativeaot.linux-$target" "$(sed -n '/"runtime.linux-'"$target"'.Microsoft.DotNet.ILCompiler": {/,/}/s/.*"resolved": "\(.*\)".*/\1/p' src/TailShipper/packages.native.lock.json | head -1)"
    mkdir -p "$published"
    mv "$symbols" "$published/$target-symbols"
    mv "$made" "$published/$target"
}

publish() {
    local target=$1 project
    case $target in
    x64 | arm64 | windows) ;;
    *) usage >&2 && exit 2 ;;
    esac
    [ ! -d "$published/$target" ] || return 0
    [ "$target" = windows ] || { publish_native "$target" && return; }
    # Analyzers have their say in the build that is tested, not here.
    # The programs share one folder, and so one copy of the runtime: what they have in common must be the same.
    for project in TailShipper OrderLogGenerator ShipperTools; do
        dotnet publish "src/$project" -c Release -r win-x64 --self-contained true -p:PublishReadyToRun=true -p:Version="$version" -p:RestoreLockedMode=true -p:RunAnalyzers=false -v quiet -o "$work/$target/$project"
    done
    for project in OrderLogGenerator ShipperTools; do
        find "$work/$target/$project" -type f -printf '%P\n' | while read -r file; do
            [ ! -e "$work/$target/TailShipper/$file" ] || cmp "$work/$target/"{TailShipper,"$project"}"/$file"
        done
        cp -an "$work/$target/$project/." "$work/$target/TailShipper/"
    done
    runtime_notices "$work/$target/TailShipper" win-x64 \
        "$(sed -n '/includedFrameworks/,$s/.*"version": "\(.*\)".*/\1/p' "$work/$target/TailShipper/tailshipper.runtimeconfig.json" | head -1)"
    mkdir -p "$published"
    mv "$work/$target/TailShipper" "$published/$target"
}

# Times and modes do not depend on who built where.
settle() {
    find "$1" -type d -exec chmod 0755 {} +
    find "$1" -type f -perm /111 -exec chmod 0755 {} +
    find "$1" -type f ! -perm /111 -exec chmod 0644 {} +
    find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

program_files() {
    mkdir -p "$2"
    cp -r "$published/$1/." "$2/"
}

documents() {
    mkdir -p "$1/examples"
    cp README.md CHANGELOG.md LICENSE docs/{quickstart,install,migration,upgrade,runbook,operations,rotation,windows,faq,configuration,metrics,delivery,dead-letters,kinesis,verify}.md "$1/"
    cp deploy/systemd/examples/*.conf "$1/examples/"
}

# Of the programs in the package; order-lake is not.
manual() {
    mkdir -p "$1"
    cp docs/man/{tailshipper,order-log-generator}.1 "$1/"
    gzip -n -9 "$1"/*.1
}

# Where bash-completion, zsh and fish look; where zsh does depends on the distribution.
completions() {
    install -D -m 0644 deploy/completion/tailshipper.bash "$1/bash-completion/completions/tailshipper"
    install -D -m 0644 -t "$1/zsh/$2" deploy/completion/_tailshipper
    install -D -m 0644 -t "$1/fish/vendor_completions.d" deploy/completion/tailshipper.fish
}

tarball() {
    local target=$1 name=shipper-$version-linux-$1
    local tree=$work/tar/$name
    mkdir -p "$tree/deploy"
    program_files "$target" "$tree/lib"
    documents "$tree/doc"
    manual "$tree/man"
    cp -r deploy/systemd deploy/logrotate deploy/config deploy/completion "$tree/deploy/"
    cp deploy/install.sh "$tree/"
    echo "$version" >"$tree/VERSION"
    settle "$tree"
    tar -C "$work/tar" --sort=name --format=gnu --owner=0 --group=0 --numeric-owner -cf - "$name" | gzip -n "$([ $fast = yes ] && echo -1 || echo -9)" >"$out/$name.tar.gz"
}

# A debugger finds them beside the programs, or where it is told to look.
symbols() {
    local name=shipper-$version-linux-$1-symbols
    mkdir -p "$work/symbols/$name"
    cp "$published/$1-symbols/"* "$work/symbols/$name/"
    settle "$work/symbols/$name"
    tar -C "$work/symbols" --sort=name --format=gnu --owner=0 --group=0 --numeric-owner -cf - "$name" | gzip -n "$([ $fast = yes ] && echo -1 || echo -9)" >"$out/$name.tar.gz"
}

# The tree that both kinds of package hold.
package_tree() {
    local target=$1 tree=$2 zsh=$3 program
    program_files "$target" "$tree/usr/lib/tailshipper"
    mkdir -p "$tree/usr/bin"
    for program in tailshipper order-log-generator; do
        ln -s "../lib/tailshipper/$program" "$tree/usr/bin/$program"
    done
    documents "$tree/usr/share/doc/tailshipper"
    cp LICENSE "$tree/usr/share/doc/tailshipper/copyright"
    manual "$tree/usr/share/man/man1"
    completions "$tree/usr/share" "$zsh"
    install -D -m 0644 -t "$tree/usr/lib/systemd/system" deploy/systemd/*.service
    install -D -m 0644 deploy/systemd/tailshipper.sysusers.conf "$tree/usr/lib/sysusers.d/tailshipper.conf"
    install -D -m 0644 deploy/systemd/tailshipper.tmpfiles.conf "$tree/usr/lib/tmpfiles.d/tailshipper.conf"
    install -D -m 0644 deploy/logrotate/tailshipper "$tree/etc/logrotate.d/tailshipper"
    install -D -m 0644 deploy/config/tailshipper.json "$tree/etc/tailshipper/appsettings.json"
    install -D -m 0644 deploy/config/order-log-generator.json "$tree/etc/order-log-generator/appsettings.json"
    settle "$tree"
    chmod 0750 "$tree/etc/tailshipper"
    chmod 0640 "$tree/etc/tailshipper/appsettings.json"
}

deb() {
    local target=$1 architecture=amd64 depends="libc6 (>= $newest_glibc), libssl3 | libssl3t64, ca-certificates"
    [ "$target" = x64 ] || architecture=arm64
    local tree=$work/deb-$target script
    package_tree "$target" "$tree" vendor-completions
    mkdir "$tree/DEBIAN"
    sed -e "s/@VERSION@/$(package_version)/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@DEPENDS@/$depends/" \
        -e "s/@SIZE@/$(du -sk --apparent-size "$tree" | cut -f1)/" deploy/packaging/control >"$tree/DEBIAN/control"
    (cd "$tree" && find etc -type f -printf '/%p\n' | sort) >"$tree/DEBIAN/conffiles"
    (cd "$tree" && find etc usr -type f -print0 | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
    for script in postinst prerm postrm; do
        install -m 0755 "deploy/packaging/$script" "$tree/DEBIAN/$script"
    done
    chmod 0644 "$tree"/DEBIAN/{control,conffiles,md5sums}
    find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group --threads-max=1 "$([ $fast = yes ] && echo -Zgzip || echo -Zxz)" "-z$([ $fast = yes ] && echo 1 || echo 6)" \
        --build "$tree" "$out/tailshipper_$(package_version)_$architecture.deb" >/dev/null
}

rpm() {
    local target=$1 architecture=x86_64 requires="glibc >= $newest_glibc openssl-libs ca-certificates"
    [ "$target" = x64 ] || architecture=aarch64
    local tree=$work/rpm-$target
    package_tree "$target" "$tree" site-functions
    # The date in the build's own fields too, and no name of the machine that built it.
    rpmbuild -bb --quiet --target "$architecture" --buildroot "$work/rpm-root-$target" \
        --define "_topdir $work/rpmbuild" --define "_rpmdir $out" --define "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" \
        --define "_buildhost localhost" --define "use_source_date_epoch_as_buildtime 1" --define "clamp_mtime_to_source_date_epoch 1" \
        --define "_binary_payload $([ $fast = yes ] && echo w1.gzdio || echo w19.zstdio)" --define "_dbpath $work/rpmdb" \
        --define "tree $tree" --define "package_version $(package_version)" --define "needs $requires" deploy/packaging/tailshipper.spec
}

windows() {
    local name=shipper-$version-win-x64
    local tree=$work/zip/$name
    mkdir -p "$tree/lib"
    cp -r "$published/windows/." "$tree/lib/"
    documents "$tree/doc"
    rm -r "$tree/doc/examples"
    cp deploy/windows/install.ps1 "$tree/"
    cp deploy/windows/tailshipper.json "$tree/appsettings.json"
    echo "$version" >"$tree/VERSION"
    settle "$tree"
    rm -f "$out/$name.zip"
    (cd "$work/zip" && find "$name" -type f | sort | zip -X -q "$([ $fast = yes ] && echo -1 || echo -9)" -@ "$out/$name.zip")
}

for target in "${targets[@]}"; do
    publish "$target"
done
[ $publish_only = no ] || exit 0
mkdir -p "$out"
out=$(cd "$out" && pwd)
for target in "${targets[@]}"; do
    if [ "$target" = windows ]; then
        windows
        continue
    fi
    ! wants tar || tarball "$target"
    ! wants deb || deb "$target"
    ! wants symbols || symbols "$target"
    if wants rpm; then
        if command -v rpmbuild >/dev/null; then
            rpm "$target"
        else
            echo "build-packages.sh: no .rpm: rpmbuild is not installed (Debian: apt-get install rpm; Amazon Linux: dnf install rpm-build)" >&2
            [ "${#formats[@]}" -gt 2 ] || exit 1
        fi
    fi
done
cd "$out"
find . -maxdepth 1 -type f \( -name '*.deb' -o -name '*.rpm' -o -name '*.tar.gz' -o -name '*.zip' \) -printf '%P\n' | sort | xargs sha256sum >SHA256SUMS
find . -maxdepth 1 -type f -printf '%9s  %P\n' | sort -k2
