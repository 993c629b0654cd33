"""`gitpact makefile`."""

from __future__ import annotations

import shlex

from gitpact.cli.common_options import SourceOption  # noqa: TC001  typer reads the annotation
from gitpact.cli.results_output import echo, warn
from gitpact.install.hook_script import templates

PACKAGE = "GITPACT_PACKAGE ?= gitpact\n"
LOCAL = "# That folder is on one machine only. For everybody: gitpact makefile --source git+URL@REVISION\n"
UNINSTALL = "uninstall"  # the script that removes hooks where gitpact is gone
INCLUDE = f"""\
# Targets of gitpact. Write this file once with `gitpact makefile > gitpact.mk`, and in your Makefile: include gitpact.mk
# GITPACT is how gitpact is called; the venv that hooks-install makes is used where there is no other.
GITPACT_VENV ?= .gitpact-venv
GITPACT ?= $(shell command -v gitpact 2>/dev/null || echo $(GITPACT_VENV)/bin/gitpact)
GITPACT_PYTHON ?= python3
# What pip installs.
{PACKAGE}RANGE ?=

# Removes the hooks where gitpact itself is gone.
define gitpact_uninstall
{(templates() / UNINSTALL).read_text(encoding="utf-8").replace("$", "$$")}endef
export gitpact_uninstall

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
	@$(GITPACT) status

lint-commits:  ## judge the commits that are not on a remote yet, or RANGE=A..B
	@$(GITPACT) lint $(RANGE)
"""


def command(*, source: SourceOption = "") -> int:
    """Print Makefile targets that install and remove the hooks."""
    from gitpact.install import source as sources  # noqa: PLC0415  GitPython is slow to load

    found = sources.of_option(source)
    warning = sources.local_warning(found, "gitpact makefile")
    if warning:
        warn(warning)
    quoted = shlex.quote(found.requirement).replace("$", "$$").replace("#", "\\#")
    package = f"GITPACT_PACKAGE ?= {quoted}\n"
    echo(INCLUDE.replace(PACKAGE, package + LOCAL if found.local else package).splitlines())
    return 0
