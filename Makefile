# Motherlode: every task of the project. Bare `make` prints what there is.
#
# Works on a fresh Debian or Ubuntu with Python 3.10–3.12, make and root; without root wherever nothing has to be
# installed. Finished steps are remembered (see scripts/build_environment.sh), so repeating one costs a second.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

ENGINE ?= $(or $(LODE_ENGINE),mariadb)
PEOPLE ?=
DASHBOARD ?= 1
ARGS ?=
# Test processes at once: they share one private server, each test has schemas of its own.
WORKERS ?= 2
PYTHON ?=
export PYTHON
export LODE_ENGINE := $(ENGINE)
# Tools of both environments come first; `dbt` is the wrapper in .venv that starts the one in .venv-dbt.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

PYTHON_FILES := lode loaders dedup streamlit_app benchmarks tests
SQL_FOLDERS := models/staging models/canonical models/marts tests/dbt

.PHONY: help
help: ## Print this help
	@echo 'make TARGET [NAME=value …]'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

##——— Using it

.PHONY: setup
setup: env ## Make both Python environments, install the database server, start it
	@lode server start

.PHONY: demo
demo: setup ## Sample files to golden people; PEOPLE=n sets the size, DASHBOARD=0 leaves the page out
	@lode demo $(if $(PEOPLE),--people $(PEOPLE)) $(if $(filter 0,$(DASHBOARD)),--no-dashboard)

.PHONY: docs
docs: setup ## Write dbt's documentation site to target/index.html
	@dbt docs generate

##——— Working on it

.PHONY: env
env: env-dbt ## Make the Python environments .venv and .venv-dbt, nothing else
	@scripts/build_environment.sh .venv lock/main.txt
	@scripts/install_project.sh

.PHONY: env-dbt
env-dbt:
	@scripts/build_environment.sh .venv-dbt lock/dbt.txt

# The test tools come on top of the runtime, only where they are needed.
.PHONY: env-tools
env-tools:
	@scripts/build_environment.sh .venv lock/main.txt lock/dev.txt

.PHONY: env-dev
env-dev: env-tools env-dbt
	@scripts/install_project.sh

.PHONY: check
check: env-dev lint types rules ## All checks that need no database: style, types, SQL, YAML, dbt parse, project rules

.PHONY: test
test: env-dev ## The whole test suite; ENGINE=mariadb|mysql, ARGS='-k name' for a part of it
	@scripts/install_browser.sh
	@scripts/install_dump_client.sh
	@pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

# Spark is for a cluster, so nobody else has to carry it; it needs Java 17 or newer.
.PHONY: env-spark
env-spark: env-dev
	@scripts/build_environment.sh .venv lock/main.txt lock/dev.txt lock/spark.txt
	@scripts/install_project.sh

.PHONY: test-spark
test-spark: env-spark ## The tests of the Spark backend; they need Java 17 or newer
	@pytest -n0 -m spark $(ARGS)

.PHONY: bench
bench: env-dev ## Measure our own steps against the common way; ARGS=--quick for small sizes
	@python -m benchmarks $(ARGS)

.PHONY: format
format: env-dev ## Bring Python and SQL into the project's style
	@ruff format --quiet $(PYTHON_FILES)
	@ruff check --quiet --fix $(PYTHON_FILES)
	@sqlfluff fix --quiet $(SQL_FOLDERS)

.PHONY: lint
lint: env-dev $(SQL_FOLDERS:%=lint/%) ## The style half of check: ruff, sqlfluff, yamllint
	@echo '── ruff' && ruff check $(PYTHON_FILES) && ruff format --check $(PYTHON_FILES)
	@echo '── yamllint' && yamllint --strict .

# One process for each folder, so that `make --jobs=2` has two at work.
$(SQL_FOLDERS:%=lint/%): lint/%: env-dev
	@echo '── sqlfluff $*' && sqlfluff lint --disable-progress-bar $*

.PHONY: types
types: env-dev
	@echo '── mypy' && mypy

.PHONY: rules
rules: env-dev
	@echo '── dbt parse and project rules' && pytest -q -p no:cacheprovider tests/project

.PHONY: lock
lock: ## Write the lock files anew, with the newest versions that fit together
	@scripts/lock.sh

.PHONY: clean
clean: ## Remove what builds and tests leave behind; environments and data stay
	@rm -rf target logs dbt_packages build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find $(PYTHON_FILES) scripts -type d -name __pycache__ -prune -exec rm -rf {} +
	@rm -f .venv/.project

.PHONY: clean-local
clean-local: ## Stop the local servers and delete all local data
	@if [ -x .venv/bin/lode ]; then \
		for engine in mariadb mysql; do LODE_ENGINE=$$engine lode server reset; done; fi
	@if [ -n "$${LODE_HOME:-}" ]; then echo "LODE_HOME ($$LODE_HOME) itself is left to you."; else rm -rf .local; fi
