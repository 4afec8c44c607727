#!/usr/bin/env bash
# Bring a Python environment to exactly what lock files say.
#
#   build_environment.sh ENVIRONMENT LOCK_FILE…     e.g. build_environment.sh .venv lock/main.txt lock/dev.txt
#
# Each lock file is a layer on top of the one before. A layer is noted only after it is complete, with a
# fingerprint of everything it depends on; an environment whose making was killed therefore has no note and is
# made again from nothing, and one that fits is left alone. PYTHON chooses the interpreter.
set -euo pipefail
environment=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
cd "$root"
notes=$environment/.layers

exec 9>"$environment.lock" # two makes at once: the second waits, then finds everything done
flock 9

fingerprint() {
    { cat "$1"; echo "$root $environment"; } | sha256sum | cut -d' ' -f1
}

is_sound() { # runs, has the interpreter asked for, and every layer in it is still what its lock file says
    local mark lock_file
    [ -s "$notes" ] && "$environment/bin/python" -I -c '' 2>/dev/null || return 1
    [ -z "${PYTHON:-}" ] || [ "$(cat "$environment/.python")" = "$PYTHON" ] || return 1
    while read -r mark lock_file; do
        [ -f "$lock_file" ] && [ "$mark" = "$(fingerprint "$lock_file")" ] || return 1
    done <"$notes"
}

has_layer() { grep -q " $1\$" "$notes" 2>/dev/null; }

pip() { "$environment/bin/python" -m pip --disable-pip-version-check --no-input --quiet "$@"; }

add_layer() {
    local before
    before=$(cat "$notes" 2>/dev/null || true)
    rm -f "$notes"
    echo "Installing $1 into $environment …"
    # The build tool first and from the same lock file, so that nothing outside the lock is ever fetched.
    grep '^setuptools==' "$1" | pip install --no-deps -r /dev/stdin
    pip install --no-deps --no-build-isolation --use-pep517 -r "$1"
    "$environment/bin/python" -m pip check >"$environment/check.log" || {
        cat "$environment/check.log" >&2
        echo "$1 does not fit together on this Python (see above); run make lock." >&2
        exit 1
    }
    { [ -z "$before" ] || echo "$before"; echo "$(fingerprint "$1") $1"; } >"$notes.new"
    mv "$notes.new" "$notes"
}

if ! is_sound; then
    interpreter=$("$here/find_python.sh" "${PYTHON:-}")
    echo "Making $environment with $("$interpreter" -V) …"
    rm -rf "$environment"
    "$interpreter" -m venv "$environment"
    echo "${PYTHON:-}" >"$environment/.python"
fi
for lock_file in "$@"; do
    has_layer "$lock_file" || add_layer "$lock_file"
done
