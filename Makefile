# make demo   plan an example secretary          make test   run the tests
# make check  the whole gate, as CI runs it      make docs   write the generated pages
# make check-office  fill every template in LibreOffice, which it installs where it is missing, and import what it saves; open handbooks there
# make bench  measure against other methods, up to an hour; QUICK=--quick: some minutes; WRITE=--write: into docs/benchmarks.md
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Floor for the newest interpreter at hand that is at least 3.11.
FIND_PYTHON := for p in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done

.PHONY: demo test check check-office docs mutants bench clean

$(BIN)/.runtime: pyproject.toml
	@python=$$($(FIND_PYTHON)); test -n "$$python" || { echo "Python >= 3.11 is needed"; exit 1; }; \
	test -x $(BIN)/python || $$python -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(BIN)/.dev: pyproject.toml $(BIN)/.runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(BIN)/.runtime
	@$(BIN)/competency-engine demo

test: $(BIN)/.dev
	@$(BIN)/python -m tests.warm_up
	@$(BIN)/python -m pytest -n auto

check: $(BIN)/.dev
	$(BIN)/python -m tests.warm_up
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto --cov --cov-report=term:skip-covered

check-office: $(BIN)/.dev
	@$(BIN)/python -m tests.office.check

docs: $(BIN)/.runtime
	$(BIN)/python docs/generate.py

mutants: $(BIN)/.dev
	$(BIN)/python tests/mutants/run.py $(RULES)

bench: $(BIN)/.dev
	@$(BIN)/python -m benchmarks.run $(QUICK) $(WRITE)

clean:
	rm -rf $(VENV) .coverage* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
