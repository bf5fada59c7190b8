# Bare `make` lists what there is. Python 3.11 or newer, with venv, is all that must be there.
VENV ?= .venv
PYTHON ?= python3
PY := $(VENV)/bin/python

CASES ?= 10000

.PHONY: help setup run test torture malformed year clocks fast check format docs lock bench clean
.DEFAULT_GOAL := help

help:  ## List these targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(VENV)/.dev-ok  ## Make the environment with everything for development

run: $(VENV)/.run-ok  ## Start the product on http://127.0.0.1:8000 (PORT=... for another port)
	@exec $(PY) manage.py up

test: $(VENV)/.dev-ok  ## Run every check and every test, on SQLite and on PostgreSQL
	@exec $(PY) tools/test.py

torture: $(VENV)/.dev-ok  ## Kill, freeze and starve the senders; the mail server's record judges
	$(PY) -m tests.torture

malformed: $(VENV)/.dev-ok  ## Send every malformed request there is to every page
	$(PY) -m tests.malformed

year: $(VENV)/.dev-ok  ## Live a year of 200 patients: nothing may lapse unseen
	$(PY) -m tests.year

clocks: $(VENV)/.dev-ok  ## Compare every clock with the slow reference on 10000 made-up cases (CASES=..., SEED=...)
	$(PY) -m tests.priorauth.reference --cases $(CASES) $(if $(SEED),--seed $(SEED))

fast: $(VENV)/.dev-ok  ## Run the tests of the domain only (no database)
	@exec $(PY) -m pytest -q tests/priorauth

check: $(VENV)/.dev-ok  ## Run the checks only: style, types, imports, migrations, templates
	@exec $(PY) tools/test.py --checks

format: $(VENV)/.dev-ok  ## Put the code into its one format
	@$(VENV)/bin/ruff check --fix -q . ; $(VENV)/bin/ruff format -q .

docs: $(VENV)/.dev-ok  ## Write the pages of docs/ that are made from the rules and tables
	@exec $(PY) manage.py write_docs

bench: $(VENV)/.dev-ok  ## Measure speed on a large made-up clinic
	@exec $(PY) -m bench

lock:  ## Pin requirements*.in anew (needs uv)
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header -c requirements.txt requirements-dev.in -o requirements-dev.txt

clean:  ## Delete the environment and caches; data in var/ stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache var/test

$(VENV)/.run-ok: requirements.txt tools/bootstrap.py
	@echo "Setting up Python packages in $(VENV) ..."
	@$(PYTHON) tools/bootstrap.py $(VENV) requirements.txt && touch $@

$(VENV)/.dev-ok: requirements-dev.txt tools/bootstrap.py
	@echo "Setting up Python packages in $(VENV) ..."
	@$(PYTHON) tools/bootstrap.py $(VENV) requirements-dev.txt && touch $@ $(VENV)/.run-ok
