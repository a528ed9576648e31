# Every target makes .venv by itself; it needs python3 (3.11 or newer, with venv) and make.
#   make PYTHON=python3.12 test   another Python
#   make test ARGS="-k plan"      further arguments of pytest

PYTHON ?= python3
JOBS ?= 2
ARGS ?=
PATIENT ?= examples/m_pregnant27_double18.toml
OUT ?= demo-report
RUN := .venv/bin/python -m

.PHONY: help demo test check bench validate lock venv clean

help:
	@echo "make demo      plan a balloon for a published patient and say where the report lies"
	@echo "make test      the whole test suite"
	@echo "make check     format, lint, types, import contracts, conventions, docs"
	@echo "make bench     measured figures of this machine, as JSON"
	@echo "make validate  the long tests, and the scorecard against published results"
	@echo "make lock      requirements.lock anew from pyproject.toml (needs uv)"

venv:
	@.ci/venv "$(PYTHON)"

demo: venv
	@.venv/bin/openvalve plan "$(PATIENT)" --out "$(OUT)"
	@echo "Report: $(CURDIR)/$(OUT)/report.html"

# Kernels are compiled once, before tests run in parallel.
test: venv
	@$(RUN) openvalve.bench._warm
	$(RUN) pytest -n $(JOBS) -m "not slow" $(ARGS)

check: venv
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	.venv/bin/lint-imports
	$(RUN) pytest -q tests/test_conventions.py tests/test_docs.py tests/test_house.py
	NO_MKDOCS_2_WARNING=1 $(RUN) mkdocs build --strict

bench: venv
	.venv/bin/openvalve bench circulation --json
	.venv/bin/openvalve bench mechanics --json
	.venv/bin/openvalve bench plan --json

validate: venv
	@$(RUN) openvalve.bench._warm
	$(RUN) pytest -m slow $(ARGS)
	.venv/bin/python benchmarks/judges.py $(RUN) pytest -q tests/unit/formats/test_formats_dicom_judge.py
	.venv/bin/openvalve validate
	.venv/bin/openvalve validate mechanics --full

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --extra report --extra formats --extra mesh --extra reference --group dev \
	    --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links --no-header --upgrade \
	    --output-file requirements.lock

clean:
	rm -rf .venv site dist htmlcov .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	    .import_linter_cache demo-report
