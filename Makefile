# Everything a contributor types. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RANGE ?=
PYTEST ?= -m pytest
GIT_TESTS := tests/git tests/message/test_trailers.py tests/message/test_cleanup.py tests/message/test_idents.py \
	tests/message/test_message.py tests/rules/test_path_globs.py

.DEFAULT_GOAL := help
.PHONY: hooks-install hooks-clean hooks-status lint-commits check test test-all test-git lint width-table man bench help

# The programs of an environment name its folder: in a clone that was moved or copied it is made anew.
$(shell [ "$$(cat $(VENV)/.hooks 2>/dev/null)" = "$$(pwd -P)" ] || rm -f $(VENV)/.hooks $(VENV)/.ready)

# What the hooks need, and nothing else.
$(VENV)/.hooks: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "gitpact needs Python 3.11 or later; try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@echo "Installing gitpact into $(VENV); this takes about 20 seconds."
	@$(PYTHON) -m venv $$([ -e $@ ] || echo --clear) $(VENV) || { echo "On Debian and Ubuntu, install python3-venv first: apt install python3-venv" >&2; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@pwd -P >$@

# What the tests and the checks need besides.
$(VENV)/.ready: $(VENV)/.hooks
	@echo "Installing the tools for tests and checks into $(VENV); this takes about a minute."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

hooks-install: $(VENV)/.hooks  ## install gitpact and its hooks in this clone
	@$(BIN)/gitpact install

hooks-clean:  ## remove the hooks and restore what was there before
	@if [ -x $(BIN)/gitpact ] && $(BIN)/gitpact --version >/dev/null 2>&1; then $(BIN)/gitpact clean; else sh hooks/uninstall; fi

hooks-status: $(VENV)/.hooks  ## show which hooks run, which policy applies, and what to repair
	@$(BIN)/gitpact status

lint-commits: $(VENV)/.hooks  ## judge the commits that are not on a remote yet, or RANGE=A..B
	@$(BIN)/gitpact lint $(RANGE)

check: lint  ## style, types and the quick tests of messages, rules and reports: a red-green loop
	@$(BIN)/python $(PYTEST) -q -n auto -m "not long" tests/message tests/rules tests/report tests/test_contracts.py

test: $(VENV)/.ready  ## run the tests, but for the longest ones
	$(BIN)/python $(PYTEST) -n auto --dist worksteal -m "not long"
	@echo "Left out: the longest tests, marked long. To run every test: make test-all"

test-all: $(VENV)/.ready  ## run every test
	$(BIN)/python $(PYTEST) -n auto --dist worksteal

test-git: $(VENV)/.ready  ## run the tests that depend on git most; tools/with_only_git tries another git
	$(BIN)/python $(PYTEST) -q -n auto --dist worksteal $(GIT_TESTS)

lint: $(VENV)/.ready  ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

width-table: $(VENV)/.ready  ## make the table of display widths anew, after a new wcwidth
	$(BIN)/python tools/make_width_table.py

man: $(VENV)/.ready  ## write the manual page anew, after a change of a command
	$(BIN)/python tools/make_man_page.py

bench: $(VENV)/.ready  ## run the benchmarks, peers beside us
	$(BIN)/python benchmarks/commit_hook.py
	$(BIN)/python benchmarks/lint_range.py
	$(BIN)/python benchmarks/push_gate.py
	$(BIN)/python benchmarks/fix.py
	$(BIN)/python benchmarks/install.py

help:  ## list the targets
	@awk -F ':.*##' '/^[a-z-]+:.*##/ { printf "  %-16s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)
