# Everything a person types. Each target does its own set-up in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TEST := $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder
PIN := uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
  --no-emit-index-url --no-emit-find-links --custom-compile-command "make pins"

.PHONY: help sandbox test check format pins bench clean
.DEFAULT_GOAL := help

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

sandbox: $(READY)  ## play a newcomer's visit with no account: make sandbox [NOTE=your.ogg]
	$(BIN)/myna sandbox $(if $(NOTE),--note "$(NOTE)")

test: $(READY)  ## all tests
	$(TEST)

check: $(READY)  ## everything CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(TEST)

format: $(READY)  ## apply the formatter and the fixes that ruff knows
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)  ## the speed and memory claims, as tables of ratios
	$(BIN)/python -m benchmarks

pins:  ## compile the pinned requirements anew; needs uv (pip install uv)
	$(PIN) pyproject.toml -o requirements/run.txt
	$(PIN) --extra sandbox --extra dev pyproject.toml -o requirements/dev.txt
	grep -A9 '^setuptools==' requirements/dev.txt | sed -n '1,/[^\\]$$/p' > requirements/build.txt

clean:  ## remove the set-up and the tools' caches
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
