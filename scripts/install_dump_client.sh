#!/usr/bin/env bash
# Make sure that the tests of dumps find a client that makes one: mariadb-dump or mysqldump.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

if command -v mariadb-dump >/dev/null || command -v mysqldump >/dev/null; then exit 0; fi
# Where installing would take other packages away, or where there is no such package, those tests are skipped.
plan=$(apt-get --simulate --no-install-recommends install mariadb-client 2>/dev/null) || plan="Remv"
if grep -q "^Remv" <<<"$plan" || ! "$here/install_packages.sh" mariadb-client; then
    echo "No client that dumps could be installed, so its tests are skipped: put mariadb-dump on the path." >&2
fi
