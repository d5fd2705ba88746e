# `make demo`, `make lab`, `make test`: each sets up what it needs, once. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first Python on PATH that is new enough. Override: make PYTHON=/path/to/python
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
VENV ?= .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
STAMPS := $(VENV)/.stamps
# What the package is compiled from. Plain Python is not here: the install is editable.
COMPILED := pyproject.toml CMakeLists.txt install.json \
	$(shell find ext -not -name '*.pyc' -not -name __pycache__ 2>/dev/null) $(wildcard spatialnet/_core/*.pxd) \
	$(if $(wildcard ext/generate.py),$(shell find spatialnet/models spatialnet/language -name '*.py' 2>/dev/null)) \
	$(shell find labextension -name node_modules -prune -o -name lib -prune -o -type f -print 2>/dev/null)

.PHONY: help develop core clean

help:  ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMPS)/tools: pyproject.toml
	@test -n "$(PYTHON)" || { echo "spatialnet needs Python 3.11 or newer on PATH"; exit 1; }
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PIP) install -q 'scikit-build-core>=0.11' 'cython>=3.1' 'cython-cmake>=0.3' \
		$$(command -v cmake >/dev/null || echo cmake) $$(command -v ninja >/dev/null || echo ninja)
	@mkdir -p $(STAMPS) && touch $@

# Without build isolation the folder build/ stays valid, so that a second build compiles only what changed.
$(STAMPS)/installed: $(STAMPS)/tools $(COMPILED)
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(PIP) install -q --no-build-isolation -e '.[lab]'
	@touch $@

develop: $(STAMPS)/installed  ## .venv with the package, editable, and JupyterLab

core: $(STAMPS)/tools  ## rebuild only the compiled modules, showing the compiler's output
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(PIP) install --no-build-isolation --no-deps -e . \
		-C cmake.define.SPATIALNET_JS=off -C build.verbose=true -v

clean:  ## remove everything that was built, .venv included
	rm -rf build dist demo test-artifacts $(VENV) labextension/lib labextension/node_modules \
		labextension/tsconfig.tsbuildinfo spatialnet/labextension
