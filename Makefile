# Everything runs inside .venv, from requirements.lock alone; nothing outside this folder is touched.
# Another interpreter: make setup PYTHON=python3.13

PYTHON ?= python3
UV ?= uv
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/locked.stamp
INSTALLED := $(VENV)/installed.stamp

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test faults lint format bench lock clean

help: ## show this list
	@echo "pledger: what to type"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

setup: $(INSTALLED) ## prepare .venv (done again only when the lock or pyproject.toml changes)

demo: setup ## build an invented history and show what pledger says about it
	@$(BIN)/pledger demo

test: lint ## check style, types and layers, then run every test with branch coverage
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term

faults: setup ## kill, starve and damage pledger, and count what is lost (ten minutes; see CONTRIBUTING.md)
	PLEDGER_FAULTS=full $(BIN)/python -m pytest -n 2 --dist worksteal tests/faults

lint: setup ## check format, style, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## put the code into its agreed form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## run every measurement in benchmarks/ (half an hour; see its README)
	@for measurement in recording importing startup replay; do \
		echo "== benchmarks/$$measurement.py"; $(BIN)/python benchmarks/$$measurement.py || exit 1; \
	done

lock: ## write requirements.lock anew from pyproject.toml (needs uv)
	$(UV) pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--quiet --output-file requirements.lock

clean: ## remove .venv and everything that tools leave behind
	rm -rf $(VENV) build dist *.egg-info .coverage .coverage.* .hypothesis
	rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "pledger needs Python 3.11 or newer, and '$(PYTHON)' is older or missing."; \
		echo "Install a newer one, or name it: make setup PYTHON=python3.13"; exit 1; } >&2
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "'$(PYTHON)' cannot make a virtual environment: its venv module is not installed."; \
		echo "On Debian and Ubuntu: apt-get install python3-venv; then type the same again."; exit 1; } >&2
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
