#!/usr/bin/env bash
# Print the path of the newest Python 3.10–3.12 that runs and can make virtual environments.
#
#   find_python.sh            choose among python3.12, python3.11, python3.10 and python3
#   find_python.sh COMMAND    take this one, and complain if it does not fit
#
# A command that is on the path is not enough: version managers leave shims that start and fail,
# so each candidate is run. Where only the venv parts are missing, they are installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

# The interpreter behind a command, as "path version", or nothing if it fails or does not fit. An active
# virtual environment is looked through: it may be the very one that is about to be made again.
describe() {
    "$1" -I -c '
import os, sys
path = sys.executable
if sys.prefix != sys.base_prefix:
    path = os.path.join(sys.base_prefix, "bin", "python%d.%d" % sys.version_info[:2])
if (3, 10) <= sys.version_info[:2] <= (3, 12):
    print(path, "%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

can_make_environments() { "$1" -I -c 'import ensurepip, venv' 2>/dev/null; }

choose() {
    local candidate found fallback=""
    for candidate in "$@"; do
        found=$(describe "$candidate")
        [ -n "$found" ] || continue
        if can_make_environments "${found% *}"; then
            echo "$found"
            return
        fi
        [ -n "$fallback" ] || fallback=$found
    done
    echo "$fallback"
}

if [ -n "${1:-}" ]; then
    found=$(choose "$1")
    [ -n "$found" ] || {
        echo "PYTHON=$1 is not a Python 3.10, 3.11 or 3.12 that runs; name one that is." >&2
        exit 1
    }
else
    found=$(choose python3.12 python3.11 python3.10 python3)
    if [ -z "$found" ]; then
        "$here/install_packages.sh" python3 python3-venv >&2
        found=$(choose python3)
    fi
    [ -n "$found" ] || {
        echo "No Python 3.10, 3.11 or 3.12 was found; install one and name it: make PYTHON=/path/to/python3.12" >&2
        exit 1
    }
fi

interpreter=${found% *}
version=${found#* }
if ! can_make_environments "$interpreter"; then
    "$here/install_packages.sh" "python$version-venv" >&2
    can_make_environments "$interpreter" || {
        echo "$interpreter cannot make virtual environments (module ensurepip is missing);" \
            "name another with make PYTHON=…" >&2
        exit 1
    }
fi
echo "$interpreter"
