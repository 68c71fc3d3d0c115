# make install   .venv with everything; `koreo` and `koreo-ls` in .venv/bin
# make demo      checks, tests and renders the example workspaces in fixtures/
# make test      formatting, lint, types, import contracts, tests
# make test-editors   the extension's own tests, and sessions in the real editors that are installed
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install demo test test-editors lint docs bench clean

install: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else f"Koreo needs Python 3.11 to 3.13, and $(PYTHON) is {v[0]}.{v[1]}. Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/python -m compileall -q analyzer runtime project server cli
	@touch $@

demo: $(STAMP)
	@sh tools/demo.sh $(BIN)/koreo

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint
	$(BIN)/pytest -n auto

test-editors: $(STAMP)
	@if command -v npm >/dev/null && [ ! -d vscode-extension/node_modules ]; then cd vscode-extension && npm ci --no-audit --no-fund --loglevel=error || echo 'npm ci failed: the tests of the extension are left out'; fi
	KOREO_EDITOR_TESTS=$${KOREO_EDITOR_TESTS:-1} $(BIN)/pytest tests/editors -n 0

docs: $(STAMP)
	$(BIN)/python tools/generate_docs.py
	$(BIN)/python tools/generate_expression_docs.py

bench: $(STAMP)
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/edits.py

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
