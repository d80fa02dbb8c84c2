# `make` lists what there is. `make demo` and `make test` need Python 3.11 or newer, and nothing else.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

PYTHONS := python3 python3.14 python3.13 python3.12 python3.11
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input
# Modules are run through $(PY): unlike the scripts in bin/, that survives moving the folder.
MANAGE := $(PY) manage.py
PYTEST := DJANGO_SETTINGS_MODULE=tests.settings $(PY) -m pytest -n auto
# What decides what is the same and what crosses over: no line or branch of it goes untested.
COVERED := kareo/addresses sync/pairs sync/matching sync/rules sync/propagation
comma := ,
ARGS ?=

.PHONY: help
help: ## list the targets
	@echo 'make TARGET [ARGS="..."], where TARGET is:'
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: $(VENV)/.installed .env ## try it out: set up, load the demo practice, serve it (ARGS="--port 8001")
	@$(MANAGE) demo $(ARGS)

.PHONY: test
test: $(VENV)/.installed-dev ## run the tests, on SQLite or on DATABASE_URL (ARGS="-k plan")
	@$(PY) -m tests.browser.chromium
	@$(PYTEST) $(ARGS)

# A package that is gone would drop out of the report unnoticed. Only the rules' own tests are traced: that takes
# twice their time, and what others run of the rules by the way says nothing.
.PHONY: coverage
coverage: $(VENV)/.installed-dev ## run the tests without the browser's; fail where those of the rules leave out a part of them
	@ls $(COVERED:=/__init__.py) >/dev/null
	@$(PYTEST) $(COVERED:%=tests/%) $(COVERED:%=--cov=%) --cov-report=
	@$(PY) -m coverage report --include='$(subst $() ,$(comma),$(COVERED:=/*))' --fail-under=100
	@$(PYTEST) --ignore=tests/browser $(COVERED:%=--ignore=tests/%)

.PHONY: lint
lint: $(VENV)/.installed-dev ## check style and formatting
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

.PHONY: types
types: $(VENV)/.installed-dev ## check types, and how much of the admin modules has one
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(PY) -m mypy . --any-exprs-report "$$folder" && \
	$(PY) -m tests.gate typed-admin "$$folder"

.PHONY: check
check: $(VENV)/.installed ## check the settings as in production, and that no migration is missing
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	export DEBUG=false ALLOWED_HOSTS=practice.example DATABASE_URL="sqlite:///$$folder/check.sqlite3" && \
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))') && export SECRET_KEY && \
	$(MANAGE) check --deploy --fail-level WARNING && \
	$(MANAGE) makemigrations --check --dry-run

.PHONY: audit
audit: $(VENV)/.installed-dev ## look up known weaknesses of the locked packages, or say that it can't from here
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	{ $(PY) -m pip_audit --requirement requirements-dev.txt --no-deps --disable-pip --progress-spinner off \
	  --format json >"$$folder/report" 2>"$$folder/said" || true; } && \
	$(PY) -m tests.gate audited "$$folder/report"

.PHONY: sbom
sbom: $(VENV)/.installed-dev ## write sbom.json, the bill of materials: each package of a release, with its hashes
	@$(PY) -W ignore -m cyclonedx_py requirements requirements.txt --pyproject pyproject.toml --output-reproducible \
	  --output-file sbom.json
	@$(PY) -m tests.gate bill-complete requirements.txt sbom.json

.PHONY: bench
bench: $(VENV)/.installed-dev ## measure each figure against its baseline (ARGS="--only save"; --help says more)
	@$(PY) -m tests.benchmarks $(ARGS)

.PHONY: soak
soak: $(VENV)/.installed-dev ## look for lost data, broken rules and open doors, for hours (ARGS="--only kills --count 5")
	@$(PY) -m tests.soak $(ARGS)

.PHONY: hooks
hooks: $(VENV)/.installed-dev ## let git run lint, types and check before each commit
	$(PY) -m pre_commit install

.PHONY: lock
lock: $(VENV)/.made ## write the lock files anew from pyproject.toml (ARGS="--upgrade" for newer versions)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(PY) -m venv "$$folder" && "$$folder/bin/python" -m pip --quiet install uv && \
	compile() { \
	  "$$folder/bin/python" -m uv pip compile pyproject.toml --quiet --generate-hashes --universal --no-strip-extras \
	    --python-version 3.11 --no-header $(ARGS) "$$@"; \
	} && \
	compile -o requirements.txt && compile --group dev -o requirements-dev.txt

.PHONY: clean
clean: ## remove what the other targets made; the database and .env stay
	rm -rf $(VENV) staticfiles sbom.json .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Debug is for one's own machine: where a key is given, this is a deployment.
.env:
	@if [ -n "$$SECRET_KEY" ] || [ -n "$$DEBUG" ]; then exit 0; fi; \
	echo 'DEBUG=true' > .env && echo 'Wrote .env with DEBUG=true: for trying the program out on this machine.'

# The marker .changing stands while the folder is written. Where a run that was cut short left it
# behind, or the Python it was made with is gone, all is made anew.
new_enough := import sys; sys.exit(sys.version_info < (3, 11))
ifeq ($(shell [ ! -e $(VENV)/.changing ] && $(PY) -c '$(new_enough)' 2>/dev/null && echo usable),)
.PHONY: $(VENV)/.made
endif

$(VENV)/.made:
	@if [ -e $(VENV)/.changing ] || ! $(PY) -m pip --version >/dev/null 2>&1; then \
	  found=; without_venv=; \
	  for python in $(PYTHONS); do \
	    "$$python" -c '$(new_enough)' 2>/dev/null || continue; \
	    if "$$python" -c 'import venv, ensurepip' 2>/dev/null; then found=$$python; break; fi; \
	    without_venv=$$python; \
	  done; \
	  if [ -z "$$found" ] && [ -n "$$without_venv" ]; then \
	    echo "$$without_venv can't make virtual environments: its venv part is missing." >&2; \
	    echo 'On Debian and Ubuntu: sudo apt-get install python3-venv. Then run make again.' >&2; \
	    exit 1; \
	  elif [ -z "$$found" ]; then \
	    echo "Python 3.11 or newer is needed; python3 here: $$(python3 --version 2>/dev/null || echo none)" >&2; \
	    echo 'Install it so that python3 or python3.11 starts it, and run make again.' >&2; \
	    exit 1; \
	  fi; \
	  rm -rf $(VENV) && mkdir $(VENV) && touch $(VENV)/.changing && \
	  "$$found" -m venv $(VENV) && rm $(VENV)/.changing || exit 1; \
	fi; \
	touch $@

$(VENV)/.installed: requirements.txt $(VENV)/.made
	$(call install,requirements.txt)

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.made
	$(call install,requirements-dev.txt)

define install
	@echo 'Installing packages from $(1); the first time takes a minute.'
	@touch $(VENV)/.changing
	@$(PIP) install --quiet --require-hashes -r $(1)
	@rm $(VENV)/.changing
	@touch $@
endef
