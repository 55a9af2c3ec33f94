# make run                      installs, fetches the model, opens the console
# make run PROMPT="..."         the same, and does the job without a screen
# make test                     installs, checks, tests
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
MODEL  ?= default

export PROMPT

.PHONY: run test check clean
.DEFAULT_GOAL := run

run: $(VENV)/.run
	@$(BIN)/holotype model pull $(MODEL)
	@if [ -n "$$PROMPT" ]; then $(BIN)/holotype run --model $(MODEL) -- "$$PROMPT"; \
	else $(BIN)/holotype --model $(MODEL); fi

test: check
	@$(BIN)/holotype model pull default
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/.run: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Holotype needs Python 3.11 or newer; choose one: make PYTHON=python3.12"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Holotype into $(VENV) (about a minute the first time)"
	@$(PIP) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "Installing what the tests need"
	@$(PIP) --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
