"""`gitpact policy`: show, schema, validate."""

from __future__ import annotations

import json

import typer

from gitpact import policies, verdict
from gitpact.policy import dump
from gitpact.policy.schema import schema

app = typer.Typer(
    help="The policy in force.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command("show")
def show() -> int:
    """Print every key of the policy in force, as a gitpact.toml."""
    policy, source = policies.here()
    verdict.echo([f"# in force here: {source}", *dump.lines(policy)])
    return 0


@app.command("schema")
def print_schema() -> int:
    """Print the JSON Schema of gitpact.toml."""
    verdict.echo([json.dumps(schema(), indent=2)])
    return 0


@app.command("validate")
def validate() -> int:
    """Read the policy and say whether it holds."""
    policy, source = policies.here()
    verdict.echo([f"ok: {source}, preset {policy.preset}"])
    return 0
