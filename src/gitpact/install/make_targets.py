"""Make targets that install gitpact and its hooks: the file `gitpact.mk`, which a project's Makefile includes."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gitpact.install.hook_script import templates

if TYPE_CHECKING:
    from gitpact.install.source import Source

FILE = "gitpact.mk"
VENV = ".gitpact-venv"
PACKAGE = "GITPACT_PACKAGE ?= gitpact\n"
LOCAL = "# That folder is on one machine only. For everybody: gitpact makefile --source git+URL@REVISION\n"
UNINSTALL = "uninstall"  # the script that removes hooks where gitpact is gone
INCLUDE = f"""\
# Targets of gitpact. Write this file once with `gitpact makefile > gitpact.mk`, and in your Makefile: include gitpact.mk
# GITPACT is how gitpact is called; the venv that hooks-install makes is used where there is no other.
GITPACT_VENV ?= {VENV}
GITPACT ?= $(shell command -v gitpact 2>/dev/null || echo $(GITPACT_VENV)/bin/gitpact)
GITPACT_PYTHON ?= python3
# What pip installs.
{PACKAGE}RANGE ?=

# Removes the hooks where gitpact itself is gone.
define gitpact_uninstall
{(templates() / UNINSTALL).read_text(encoding="utf-8").replace("$", "$$")}endef
export gitpact_uninstall

gitpact_there = $(GITPACT) --version >/dev/null 2>&1 || {{ echo "gitpact is not installed here; run: make hooks-install" >&2; exit 2; }}

.PHONY: hooks-install hooks-clean hooks-status lint-commits

hooks-install:  ## install gitpact where it is missing, and its hooks in this clone
	@$(GITPACT) --version >/dev/null 2>&1 || {{ \\
	  echo "Installing gitpact into $(GITPACT_VENV); this takes about 20 seconds."; \\
	  $(GITPACT_PYTHON) -m venv --clear $(GITPACT_VENV) && \\
	  $(GITPACT_VENV)/bin/python -m pip install -q --disable-pip-version-check $(GITPACT_PACKAGE); }}
	@$(GITPACT) install

hooks-clean:  ## remove the hooks and restore what was there before
	@if $(GITPACT) --version >/dev/null 2>&1; then $(GITPACT) clean; else printf '%s\\n' "$$gitpact_uninstall" | sh; fi

hooks-status:  ## show which hooks run, and what to repair
	@$(gitpact_there)
	@$(GITPACT) status

lint-commits:  ## judge the commits that are not on a remote yet, or RANGE=A..B
	@$(gitpact_there)
	@$(GITPACT) lint $(RANGE)
"""


def text(source: Source) -> str:
    """Return the file, in which pip installs gitpact from `source`; of a folder of this machine a comment says so."""
    quoted = shlex.quote(source.requirement).replace("$", "$$").replace("#", "\\#")
    package = f"GITPACT_PACKAGE ?= {quoted}\n"
    return INCLUDE.replace(PACKAGE, package + LOCAL if source.local else package)
