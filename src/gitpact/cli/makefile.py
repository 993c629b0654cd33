"""`gitpact makefile`."""

from __future__ import annotations

from gitpact.cli.results_output import echo

INCLUDE = """\
# Targets of gitpact. Write this file once with `gitpact makefile > gitpact.mk`, and in your Makefile: include gitpact.mk
# GITPACT is how gitpact is called; the venv that hooks-install makes is used where there is no other.
GITPACT_VENV ?= .gitpact-venv
GITPACT ?= $(shell command -v gitpact 2>/dev/null || echo $(GITPACT_VENV)/bin/gitpact)
GITPACT_PYTHON ?= python3
GITPACT_PACKAGE ?= gitpact
RANGE ?=

.PHONY: hooks-install hooks-clean hooks-status lint-commits

hooks-install:  ## install gitpact where it is missing, and its hooks in this clone
	@command -v $(GITPACT) >/dev/null 2>&1 || { \\
	  $(GITPACT_PYTHON) -m venv $(GITPACT_VENV) && $(GITPACT_VENV)/bin/python -m pip install -q $(GITPACT_PACKAGE); }
	@$(GITPACT) install

hooks-clean:  ## take the hooks out again and put back what was there
	@$(GITPACT) clean

hooks-status:  ## say which hooks are live and what is wrong
	@$(GITPACT) status

lint-commits:  ## judge the commits that no remote has yet, or RANGE=A..B
	@$(GITPACT) lint $(RANGE)
"""


def command() -> int:
    """Print the targets that a Makefile includes for the hooks."""
    echo(INCLUDE.splitlines())
    return 0
