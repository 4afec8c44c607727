#!/usr/bin/env bash
# Write the lock files anew: exact versions for Python 3.10–3.12, without any index or address.
#
# uv comes into an environment of its own, which is thrown away again.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$(scripts/find_python.sh "${PYTHON:-}")" -m venv "$tools"
"$tools/bin/pip" --disable-pip-version-check --quiet install uv

compile() {
    "$tools/bin/uv" pip compile --quiet --universal --python-version 3.10 --no-header \
        --no-emit-index-url --no-emit-find-links "$@"
}
# The test tools are resolved together with the runtime, then the runtime alone to the same versions.
compile pyproject.toml lock/build.in --extra dev -o lock/dev.txt
compile pyproject.toml lock/build.in --constraints lock/dev.txt --no-annotate -o lock/main.txt
compile lock/dbt.in lock/build.in -o lock/dbt.txt
compile lock/spark.in lock/build.in --constraints lock/dev.txt -o lock/spark.txt
