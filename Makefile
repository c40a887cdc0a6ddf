# The targets are listed by plain `make`; docs/development.md tells more.

PYTHON ?=
VENV ?= .venv
TESTARGS ?=
CALLED := PYTHON="$(PYTHON)" sh install/choose_python.sh
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
LOCKED := $(PIP) install -q --require-hashes --only-binary :all:

# A venv whose Python no longer runs, or is another than the one asked for, is made anew.
WHICH := -c 'import sys; print(sys.version)' 2>/dev/null
STALE :=
ifneq ($(wildcard $(VENV)/.run),)
HELD := $(shell $(BIN)/python $(WHICH))
ifneq ($(HELD),$(if $(PYTHON),$(shell $(PYTHON) $(WHICH)),$(or $(HELD),none)))
STALE := anew
endif
endif

.DEFAULT_GOAL := help
.PHONY: help demo test lint fuzz bench prove mutate fit lock clean anew

help: ## list the targets
	@sed -n 's|^\([a-z]*\):.*## |\1: |p' Makefile | while IFS=: read -r name what; do \
		printf '  make %-6s %s\n' "$$name" "$$what"; done
	@echo
	@echo '  PYTHON=... chooses the interpreter (3.11 or 3.12), VENV=... its folder ($(VENV)),'
	@echo '  TESTARGS=... goes to pytest.'

demo: $(VENV)/.run ## a synthetic portfolio for all authorities, and the decisions on it
	rm -rf build/portfolio build/decisions
	$(BIN)/tilsynstryk generate --authority all --as-of 2022-12-31 --seed 1 --out build/portfolio
	$(BIN)/tilsynstryk evaluate build/portfolio --as-of 2022-12-31 --seed 1 --out build/decisions
	@echo 'The synthetic portfolio is in build/portfolio, the proposed decisions in build/decisions.'

test: $(VENV)/.test ## the tests
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder $(TESTARGS)

lint: $(VENV)/.test ## ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --strict install/check_machine.py
	PYTHONPATH=. $(BIN)/lint-imports

fuzz: $(VENV)/.test ## the laws under many more random examples than `test` tries
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder tests/properties $(TESTARGS)

bench: $(VENV)/.bench ## measure the speed
	$(BIN)/python benchmarks/run.py

prove: $(VENV)/.test ## prove the rulebook's properties; the report goes to docs/proof-report.txt
	$(BIN)/tilsynstryk rules check --lang en
	{ echo "$$(date +%F), $$(uname -srm), $$($(BIN)/python --version), z3 $$($(BIN)/python -c \
		'import z3; print(z3.get_version_string())')"; \
		$(BIN)/tilsynstryk rules prove --lang en; } > docs/proof-report.new
	mv docs/proof-report.new docs/proof-report.txt
	cat docs/proof-report.txt

mutate: $(VENV)/.run ## which small changes of the rulebook does no worked case notice? (minutes)
	$(BIN)/tilsynstryk rules mutate --lang en --require 95

fit: $(VENV)/.test ## fit the simulated world to published figures (minutes)
	rm -rf build/portfolio
	$(BIN)/tilsynstryk generate --authority all --as-of 2022-12-31 --seed 1 --out build/portfolio
	$(BIN)/tilsynstryk fit build/portfolio --as-of 2022-12-31 --lang en \
		--out rules/simulation/fitted.yaml

lock: $(VENV)/.lock ## make the lock files anew from pyproject.toml
	BIN="$(BIN)" sh install/lock.sh

clean: ## remove what was installed and made
	rm -rf .venv .venv-* build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp says that the venv holds what the files it depends on ask for.
$(VENV)/.run: pyproject.toml requirements/build.lock requirements/run.lock $(STALE)
	@interpreter=$$($(CALLED)) && "$$interpreter" install/check_machine.py && \
		echo "Installing into $(VENV) with $$("$$interpreter" --version)" && \
		"$$interpreter" -m venv --clear $(VENV)
	$(LOCKED) -r requirements/build.lock
	$(LOCKED) --no-binary durable-rules --use-pep517 --no-build-isolation -r requirements/run.lock
	$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.lock
	$(LOCKED) --no-binary durable-rules,pyspark --use-pep517 --no-build-isolation \
		-r requirements/test.lock
	$(PIP) check
	@touch $@

$(VENV)/.bench: $(VENV)/.test requirements/bench.lock
	$(LOCKED) --no-binary durable-rules --use-pep517 --no-build-isolation \
		-r requirements/bench.lock
	$(PIP) check
	@touch $@

$(VENV)/.lock: $(VENV)/.run requirements/lock.lock
	$(LOCKED) -r requirements/lock.lock
	@touch $@
