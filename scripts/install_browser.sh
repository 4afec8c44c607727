#!/usr/bin/env bash
# Make sure that the browser tests find a Chromium: one that runs on this machine, else the distribution's,
# else the one that Playwright brings (Ubuntu's package is only a pointer to a snap, which containers can't run).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

# What drives the browser is a Node program inside the Playwright package; small systems lack its one library.
if ! "$here/../.venv/bin/playwright" --version >/dev/null 2>&1; then
    "$here/install_packages.sh" libatomic1
fi

runs() { command -v "$1" >/dev/null && "$1" --version >/dev/null 2>&1; }

for browser in chromium chromium-browser google-chrome; do
    if runs "$browser"; then exit 0; fi
done
if [ "$(sed -n 's/^ID=//p' /etc/os-release 2>/dev/null)" = debian ]; then
    exec "$here/install_packages.sh" chromium fonts-liberation
fi
program=$("$here/../.venv/bin/python" -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)')
if [ ! -x "$program" ] && ! "$here/../.venv/bin/playwright" install --with-deps chromium >/dev/null 2>&1; then
    # Not the end: the rest of the suite needs no browser.
    echo "No Chromium could be installed, so the browser tests will fail: put one on the path as chromium." >&2
fi
