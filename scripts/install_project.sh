#!/usr/bin/env bash
# Install this project itself into .venv (editable), if what its installation depends on has changed.
set -euo pipefail
cd "$(dirname "$0")/.."
exec 9>.venv.lock
flock 9
mark=$({ cat pyproject.toml; pwd; cat .venv/.layers; } | sha256sum | cut -d' ' -f1)
[ "$(cat .venv/.project 2>/dev/null || true)" != "$mark" ] || exit 0
# setuptools warns about editable installations as such; that is what is wanted here.
PYTHONWARNINGS=ignore .venv/bin/python -m pip --disable-pip-version-check --no-input --quiet \
    install --no-deps --no-build-isolation --editable .
echo "$mark" >.venv/.project
