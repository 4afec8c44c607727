#!/usr/bin/env bash
# Install distribution packages if they are missing: install_packages.sh PACKAGE…
#
# With apt and root it installs; otherwise it says in one sentence what to run, and fails.
set -euo pipefail

missing=()
for package in "$@"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

command -v apt-get >/dev/null || {
    echo "Needed and not installed: ${missing[*]}; install them with this system's package manager, then run make again." >&2
    exit 1
}
[ "$(id -u)" = 0 ] || {
    echo "Needed and not installed: ${missing[*]}; run: sudo apt-get update && sudo apt-get install -y ${missing[*]}" >&2
    exit 1
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Installing ${missing[*]} …"
export DEBIAN_FRONTEND=noninteractive
apt=(apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
if ! { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    echo "apt-get could not install ${missing[*]}; the lines above say why." >&2
    exit 1
fi
