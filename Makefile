# Everything a person needs to run, test and look after Candour. `make` alone lists it.
#
# Needs Python 3.11 or newer (with its venv module), make and git; nothing is installed outside this folder.
# Choose another Python with PYTHON=, another port with PORT=.

PYTHON ?= python3
PORT ?= 8000
WORKERS ?= logical

MAKEFLAGS += --no-builtin-rules

UV := .uv/bin/uv
BIN := .venv/bin
SETS := .venv/.sets
INSTALL := $(UV) pip install --python $(BIN)/python --require-hashes
# The universal lock records what to install and its hashes, never from where.
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

# In whose brackets a person's words stand: flask-babel's, our own, and what refuses something.
SAID_IN := -k lazy_gettext -k _l -k Sentence \
	-k Invalid -k NotFound -k NotAllowed -k Conflict -k TooMany -k NotKnown -k CandourError -k ValidationError

# Set-up compiles every catalogue; these rules do it again for one that was edited since.
SPOKEN := $(patsubst %.po,%.mo,$(wildcard portal/translations/*/LC_MESSAGES/messages.po))

export UV_PYTHON_DOWNLOADS := never
export PYTHONUTF8 := 1
unexport VIRTUAL_ENV PYTHONHOME

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo demo-reset setup test e2e fuzz check format bench lock messages clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(SETS)/run $(SPOKEN) ## set up, load the demo company if absent, serve it with its jobs at http://127.0.0.1:8000
	@$(BIN)/candour demo --port $(PORT)

demo-reset: $(SETS)/run $(SPOKEN) ## throw the demo company away and begin anew
	@$(BIN)/candour demo --reset --port $(PORT)

setup: $(SETS)/dev ## everything that development and `make test` need

test: $(SETS)/dev $(SPOKEN) ## every test but the browser's, on SQLite and on a real PostgreSQL
	$(BIN)/pytest -n $(WORKERS)

e2e: $(SETS)/e2e $(SPOKEN) ## journeys in a real browser, each page checked with axe
	$(BIN)/pytest -p playwright tests/e2e

fuzz: $(SETS)/dev ## made-up requests to every operation of the API (CANDOUR_FUZZ_CASES= for more)
	$(BIN)/pytest tests/fuzz

check: $(SETS)/dev ## format, lint, types, import contracts, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

format: $(SETS)/dev ## put the code into its one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(SETS)/bench ## measure what is promised about speed
	@for script in benchmarks/*.py; do echo "== $$script"; PYTHONPATH=. $(BIN)/python "$$script" || exit 1; done

messages: $(SETS)/dev ## collect the strings that people see, and compile their translations
	@mkdir -p portal/translations
	$(BIN)/pybabel -q extract -F babel.cfg $(SAID_IN) --sort-by-file --omit-header -o portal/translations/messages.pot .
	@for po in $$(find portal/translations -name messages.po); do \
		language=$$(basename $$(dirname $$(dirname $$po))); \
		$(BIN)/pybabel -q update -i portal/translations/messages.pot -d portal/translations -l $$language; done
	@if [ -n "$$(find portal/translations -name messages.po)" ]; then $(BIN)/pybabel compile -d portal/translations; fi

%.mo: %.po
	@$(BIN)/pybabel -q compile -i $< -o $@

lock: $(UV) ## choose the newest fitting version of every dependency and write it down with its hashes
	$(LOCK) requirements/uv.in -o requirements/uv.txt
	$(LOCK) pyproject.toml --group build -o requirements/run.txt
	$(LOCK) pyproject.toml --extra postgres --group build --group dev --group api-fuzz \
		-c requirements/run.txt -o requirements/dev.txt
	$(LOCK) pyproject.toml --extra postgres --group build --group dev --group api-fuzz --group e2e \
		-c requirements/dev.txt -o requirements/e2e.txt
	$(LOCK) pyproject.toml --extra postgres --group build --group bench -c requirements/dev.txt -o requirements/bench.txt
	@! grep -nE '://|--(extra-)?index-url|--find-links' requirements/*.txt || { echo "A lock names a host."; exit 1; }

clean: ## remove what set-up and caches left (the data in instance/ stays)
	rm -rf .venv .uv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist test-results
	find portal nlp tests benchmarks migrations -name __pycache__ -type d -prune -exec rm -rf {} +

# Set-up. Each set of packages has a stamp; it is installed again when its lock changes, and never takes another set away.

$(UV): requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Candour needs Python 3.11 or newer; '$(PYTHON)' is not. Name another: make PYTHON=python3.12 …" >&2; exit 1; }
	@echo "[1/3] Installing uv, which installs the rest, into .uv/"
	@$(PYTHON) -m venv --clear .uv || { \
		echo "This Python lacks its venv module (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@.uv/bin/python -m pip install --disable-pip-version-check --no-warn-script-location --require-hashes -r requirements/uv.txt
	@touch $@

$(BIN)/python: | $(UV)
	@echo "[2/3] Making .venv with $$($(PYTHON) --version)"
	@$(UV) venv --quiet --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv

$(SETS)/%: requirements/%.txt pyproject.toml CHANGELOG.md $(UV) | $(BIN)/python
	@echo "[3/3] Installing the packages of requirements/$*.txt"
	@$(INSTALL) -r $<
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@mkdir -p $(SETS) && touch $@
