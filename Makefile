# `make demo`, `make lab` and `make test` set up what they need, once; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first Python on PATH that is new enough. Another one: make PYTHON=/path/to/python
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
VENV ?= .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
STAMPS := $(VENV)/.stamps
NOTEBOOK := notebooks/01_first_network.ipynb
DEMO := demo

# What is compiled. Plain Python is not here: the install is editable. Folders are, so that a removed file counts.
COMPILED := pyproject.toml CMakeLists.txt install.json \
	$(shell find ext -not -name '*.pyc' -not -name __pycache__ 2>/dev/null) $(wildcard spatialnet/_core/*.pxd) \
	$(if $(wildcard ext/generate.py),$(shell find spatialnet/models spatialnet/language -name '*.py' 2>/dev/null))
TYPESCRIPT := $(wildcard labextension/*.json labextension/.npmrc) \
	$(shell find labextension/src labextension/style labextension/schema -type f 2>/dev/null)
PYTHONS := $(shell find spatialnet -path spatialnet/labextension -prune -o \
	-type f \( -name '*.py' -o -name '*.js' -o -name '*.css' \) -print 2>/dev/null)

.PHONY: help demo lab test bench develop core dist clean

help:  ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(DEMO)/.done  ## run the first notebook: its figures and its dataset land in demo/
	@$(PY) .ci/run_notebook.py --list $(DEMO)

lab: $(STAMPS)/installed  ## open the first notebook in JupyterLab
	exec $(VENV)/bin/jupyter lab --ip=127.0.0.1 $$([ "$$(id -u)" = 0 ] && echo --allow-root) \
		--LabApp.default_url=/lab/tree/$(NOTEBOOK)

test: $(STAMPS)/installed $(STAMPS)/test $(STAMPS)/oracle  ## run every test; PYTEST="-k mask" chooses some
	@$(PY) .ci/run_tests.py $(PYTEST)

bench: $(STAMPS)/installed $(STAMPS)/test $(STAMPS)/oracle  ## run every benchmark in tests/bench, one after the other
	@for file in tests/bench/bench_*.py; do echo "== $$file"; $(PY) "$$file"; done

develop: $(STAMPS)/installed  ## .venv with the package (editable) and JupyterLab

core: $(STAMPS)/tools  ## rebuild the compiled modules alone, showing the compiler's output
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(PIP) install --no-build-isolation --no-deps -e . \
		-C cmake.define.SPATIALNET_JS=off -C build.verbose=true -v

dist: $(STAMPS)/installed  ## sdist and wheel in dist/, both with the prebuilt JupyterLab extension
	$(PIP) install -q build
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(PY) -m build --no-isolation

clean:  ## remove everything that was built, .venv included
	rm -rf build dist $(DEMO) test-artifacts $(VENV) labextension/lib labextension/node_modules \
		labextension/tsconfig.tsbuildinfo spatialnet/labextension

# ---- what has been done already ------------------------------------------------------------------------------

$(STAMPS)/tools: pyproject.toml
	@test -n "$(PYTHON)" || { echo "spatialnet needs Python 3.11 or newer on PATH"; exit 1; }
	@test -x $(PY) || { echo "making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@$(PIP) install -q $$($(PY) .ci/requirements.py build)
	@mkdir -p $(STAMPS) && touch $@

# Without build isolation the folder build/ stays valid, so that the next build compiles only what changed.
$(STAMPS)/installed: $(STAMPS)/tools $(COMPILED) $(TYPESCRIPT)
	@echo "installing spatialnet into $(VENV) (compiles the core; a few minutes the first time)"
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(PIP) install -q --no-build-isolation -e '.[lab]'
	@touch $@

$(STAMPS)/test: $(STAMPS)/tools
	@echo "installing what the tests need"
	@$(PIP) install -q $$($(PY) .ci/requirements.py lab store test)
	@touch $@

# NEST has wheels for some platforms only. Without it the comparisons are skipped, and say so.
$(STAMPS)/oracle: $(STAMPS)/tools
	@$(PIP) install -q --only-binary :all: $$($(PY) .ci/requirements.py oracle) && touch $@ \
		|| echo "no NEST for this platform: the comparisons with it will be skipped"

$(DEMO)/.done: $(STAMPS)/installed $(NOTEBOOK) $(PYTHONS) .ci/run_notebook.py
	@$(PY) .ci/run_notebook.py $(NOTEBOOK) --out $(DEMO) --expect svg png html nc
	@touch $@
