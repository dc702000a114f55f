# Three Rings. `make run` opens the console on live work, `make test` proves it; both set everything up.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready

.PHONY: help setup run demo test check format bench soak readme clean

help:
	@echo "make run     open the console on a floor replayed from real recordings"
	@echo "make demo    open the demo floor"
	@echo "make test    run the tests        make check   lint, types, import contracts"
	@echo "make bench   print all figures   make soak    the long random runs"
	@echo "make readme  draw the picture and the key table of the README again"

setup: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Three Rings needs Python 3.11 or later; found: $$($(PYTHON) --version 2>&1). Set PYTHON=/path/to/python3."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python has no venv module. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Setting up .venv: what Three Rings and its tests need is downloaded, once; 1 to 2 minutes."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/python -m compileall -q console widgets  # pip does so for packages, but not for a tree it links
	@touch $(STAMP)

run: setup
	@$(BIN)/rings replay floor

demo: setup
	@$(BIN)/rings demo

test: setup
	$(BIN)/python -m pytest -n auto

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup
	@$(BIN)/python -m tests.bench

soak: setup
	RINGS_DEPTH=20 $(BIN)/python -m pytest -n auto tests/domain tests/store tests/service tests/widgets/wire tests/ui/test_robot.py --timeout 3600
	@$(BIN)/python -m tests.bench.soak_kills
	@$(BIN)/python -m tests.bench.soak_hostile
	@$(BIN)/python -m tests.bench.bench_http --seconds 600 --rate 1000
	@$(BIN)/python -m tests.bench.soak

readme: setup
	@$(BIN)/python -m tests.readme

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
