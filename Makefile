# Everything here sets up .venv by itself, from nothing but Python 3.11 or newer (with its venv module) and make.
# Paths are relative on purpose: make cannot name files with spaces, and a checkout may lie under one.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install -qq
OUT := demo-out
SITE := site
EVALS_OUT := evals-out

# A key or an endpoint that happens to be set must neither change what these do nor be used.
KEYLESS := env $(foreach name,$(sort OPENAI_API_KEY OPENAI_BASE_URL \
	$(filter OPENAI_% PIPELINE_%,$(.VARIABLES))),-u $(name))
PYTEST := $(KEYLESS) $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test coverage fuzz mutants test-local-model test-live test-browser test-slow check docs pages evals record ci lock clean

help:
	@echo "make demo          summarize the five articles in seeds/, without a key or a model"
	@echo "make test          the tests (no key, no network, no browser)"
	@echo "make check         format, lint, types, import contracts, prompt lock, labels, docs"
	@echo "make docs          the documents as a site, in site/; a dead link fails"
	@echo "make pages         what is generated in the documents, made anew: commands, settings, errors, formats, figures"
	@echo "make evals         which hand-labelled facts the summaries tell, against gates and baseline; and the harness itself"
	@echo "make ci            all of these and the browser tests: what .ci/run runs"
	@echo "make test-browser  the report in Debian's chromium"
	@echo "make test-slow     builds wheel and sdist, and uses them outside the checkout with every Python on the path"
	@echo "make test-local-model  the whole run with a real model: LOCAL_MODEL=FILE.gguf or LOCAL_MODEL_URL=URL"
	@echo "make coverage      how many branches of what decides the tests take; fails below 95 % in a package"
	@echo "make fuzz          every parser against hostile bytes, guided by coverage, for SECONDS=600 (Linux)"
	@echo "make mutants       which small changes to text/ and to the metrics no test notices: MUTANTS='pipeline.text.dates.*'"
	@echo "make test-live     the seeds through the hosted endpoint of OPENAI_API_KEY, for at most LIVE_MAX_COST dollars"
	@echo "make record        record the stories anew with a real model: LOCAL_MODEL=FILE.gguf; ten minutes a story"
	@echo "make lock          resolve the dependencies afresh into constraints.txt"
	@echo "make clean         remove .venv and everything that was generated"

demo: $(VENV)/.runtime
	@$(KEYLESS) $(BIN)/pipeline run seeds --engine extractive --out $(OUT)
	@echo "Open $(OUT)/report.html and click a citation: the passage is highlighted in its source." >&2

# First what measures time, alone; then all the rest, a worker a core. More than four would share what they wait for.
WORKERS := auto
test: $(VENV)/.dev
	$(PYTEST) -m alone
	$(PYTEST) -n $(WORKERS) --maxprocesses 4 --dist worksteal \
	  -m "not alone and not browser and not local_model and not live and not slow"

test-browser: $(VENV)/.dev
	$(PYTEST) -m browser

test-slow: $(VENV)/.dev
	$(PYTEST) -m slow

# Needs a package that nothing else needs. What tests start is not measured: a branch counts where a test calls it. Tests
# that fail (status 1) do so in make test, too, but for those that bound the time of what is slower while it is measured.
COVERED := $(KEYLESS) $(BIN)/python -m coverage run -m pytest
coverage: $(VENV)/.dev
	@$(PIP) -e '.[coverage]' -c constraints.txt
	@$(BIN)/python -m coverage erase
	$(COVERED) --doctest-modules pipeline
	$(COVERED) -n $(WORKERS) --maxprocesses 4 --dist worksteal --ignore tests/cli --ignore tests/docs \
	  -m "not alone and not browser and not local_model and not live and not slow" || test $$? -eq 1
	@$(BIN)/python -m coverage combine -q
	@$(BIN)/python -m coverage json -q
	@$(BIN)/python -m tests.branches coverage.json

# Needs a package that nothing else needs. TARGETS="pdf html" fuzzes those alone; what breaks one is kept in .fuzz/broken.
SECONDS := 600
TARGETS :=
fuzz: $(VENV)/.dev
	@$(PIP) -e '.[fuzz]' -c constraints.txt
	$(KEYLESS) $(BIN)/python -m tests.fuzz.run --seconds $(SECONDS) $(TARGETS)

# Each line of what decides changed a little, one at a time: what no test notices is listed. Needs a package that nothing
# else needs, and minutes for a module. MUTANTS="pipeline.text.dates.*" changes that module alone.
MUTANTS := pipeline.text.* pipeline.evaluation.metrics.*
mutants: $(VENV)/.dev
	@$(PIP) -e '.[mutation]' -c constraints.txt
	$(KEYLESS) $(BIN)/mutmut run $(foreach one,$(MUTANTS),'$(one)')
	@$(BIN)/mutmut results

# A server of its own is started unless LOCAL_MODEL_URL names one; that takes a package that nothing else needs.
test-local-model: $(VENV)/.dev
	@test -n "$$LOCAL_MODEL_URL" || $(PIP) -e '.[local]' -c constraints.txt
	$(PYTEST) -m local_model

# The one target that uses a key, and the one that costs money. A base URL in the environment is used, too.
LIVE_MAX_COST ?= 0.25
test-live: $(VENV)/.dev
	@test -n "$$OPENAI_API_KEY" || { echo "Set OPENAI_API_KEY; this costs up to $(LIVE_MAX_COST) dollars." >&2; exit 2; }
	LIVE_MAX_COST=$(LIVE_MAX_COST) $(BIN)/python -m pytest -m live -s

# Genuine replies of a real model; see evals/recordings/README.md for which, and commit what changes. STORIES=name
# records one story alone.
STORIES :=
LOCAL_MODEL ?= $(firstword $(wildcard .models/*.gguf))
record: $(VENV)/.dev
	@test -f "$(LOCAL_MODEL)" || { echo "Name a GGUF file: make record LOCAL_MODEL=FILE.gguf" >&2; exit 2; }
	@$(PIP) -e '.[local]' -c constraints.txt
	$(KEYLESS) $(BIN)/pipeline eval $(STORIES) --local-model $(LOCAL_MODEL) --model $(notdir $(basename $(LOCAL_MODEL))) \
	  --record evals/recordings --out $(EVALS_OUT)/recording

check: $(VENV)/.dev
	$(BIN)/python -m ruff format --check --output-format concise .
	$(BIN)/python -m ruff check --output-format concise .
	$(BIN)/python -m mypy pipeline tests
	$(BIN)/lint-imports
	$(KEYLESS) $(BIN)/pipeline prompts
	$(PYTEST) --doctest-modules pipeline
	$(PYTEST) tests/test_repository.py tests/evaluation/test_labels.py

# -n -W: a link or an anchor that leads nowhere ends it. What the tests do with the pages: tests/docs.
docs: $(VENV)/.docs
	@rm -rf $(SITE)
	$(BIN)/python -m sphinx -q -n -W --keep-going -d .sphinx -b html docs $(SITE)
	@echo "Open $(SITE)/index.html." >&2

pages: $(VENV)/.dev
	$(KEYLESS) $(BIN)/python -m tests.docs.generate

# Three things, each of which fails on its own: the extractive engine live, the recorded model by replay, and whether
# the harness notices corrupted summaries. SUMMARY names a file that takes a Markdown summary, such as a CI job's page.
SUMMARY :=
EVAL := $(KEYLESS) $(BIN)/pipeline eval $(if $(SUMMARY),--summary "$(SUMMARY)")
evals: $(VENV)/.runtime
	$(EVAL) --engine extractive --out $(EVALS_OUT)/extractive --junit $(EVALS_OUT)/extractive.xml
	$(EVAL) --replay evals/recordings --out $(EVALS_OUT)/recorded --junit $(EVALS_OUT)/recorded.xml
	$(KEYLESS) $(BIN)/pipeline eval --self-test

# The whole test suite comes last, so that its closing line ends the log.
ci: check docs evals test-browser test

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  found=$$($(PYTHON) --version 2>&1) || found='not to be found'; \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$found." >&2; \
	  echo "Name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); \
	  echo "Python's venv module does not work; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.runtime: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing pipeline into $(VENV); this takes a minute the first time …" >&2
	@$(PIP) -e . -c constraints.txt
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing pipeline and its development tools into $(VENV); this takes a minute the first time …" >&2
	@$(PIP) -e '.[dev,entailment]' -c constraints.txt
	@touch $(VENV)/.runtime $@

$(VENV)/.docs: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing what makes the site into $(VENV) …" >&2
	@$(PIP) -e '.[docs]' -c constraints.txt
	@touch $(VENV)/.runtime $@

# Resolve with the oldest Python that is supported, so that the pins fit every newer one.
lock:
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	$(PYTHON) -m venv "$$scratch/venv" && \
	"$$scratch/venv/bin/python" -m pip --disable-pip-version-check install -qq '.[dev,docs,local,entailment,fuzz,coverage,mutation]' && \
	{ echo "# Written by make lock: what .venv is installed from. Ranges are in pyproject.toml."; \
	  "$$scratch/venv/bin/python" -m pip --disable-pip-version-check freeze -q \
	    | grep -E '^[A-Za-z0-9._-]+==[A-Za-z0-9._+!-]+$$'; } > "$$scratch/constraints.txt" && \
	cp "$$scratch/constraints.txt" constraints.txt && \
	echo "constraints.txt: $$(grep -c == constraints.txt) packages" >&2

clean:
	rm -rf $(VENV) $(OUT) $(EVALS_OUT) $(SITE) .sphinx pipeline-out build dist *.egg-info
	rm -rf .coverage .coverage.* coverage.json .fuzz mutants .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find pipeline tests -type d -name __pycache__ -prune -exec rm -rf {} +
