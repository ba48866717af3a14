PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Nothing is compiled ahead: what is used is compiled when it is first imported, the rest never.
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt

.PHONY: demo test check clean

demo: $(VENV)/.core
	$(BIN)/viva batch examples/interview.vtt --offline -o report.html
	@echo "Open $(CURDIR)/report.html in a browser."

test: $(VENV)/.test
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto

# Damaged inputs for every reader, new ones each time: some 2,500 in all. VIVA_FUZZ=1000 make fuzz
# draws a thousand for each.
.PHONY: fuzz
fuzz: $(VENV)/.test
	VIVA_FUZZ=$${VIVA_FUZZ:-100} $(BIN)/python -m pytest -p no:xdist tests/fuzzing/suite.py

.PHONY: types lint
check: types lint

types: $(VENV)/.test
	$(BIN)/mypy

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/viva bank check

# Each stamp is newer than what it was made from, so a second run installs nothing.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -e .
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) torch==2.13.0
	$(PIP) -e '.[test]'
	@touch $@ $(VENV)/.core

clean:
	rm -rf $(VENV) report.html dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The wheel as a user gets it: a clean environment, another directory, no checkout in sight.
.PHONY: wheel
wheel: $(VENV)/.test
	rm -rf dist && $(BIN)/python -m build --wheel --no-isolation --outdir dist . >/dev/null
	rm -rf dist/venv && $(PYTHON) -m venv dist/venv
	dist/venv/bin/pip install --quiet --disable-pip-version-check -c constraints.txt dist/*.whl
	cd / && PYTHONPATH= "$(CURDIR)/dist/venv/bin/viva" grade 30 "A hash function maps a key to a bucket." --offline
	cd / && PYTHONPATH= "$(CURDIR)/dist/venv/bin/viva" doctor
