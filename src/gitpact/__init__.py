"""One policy for how a project commits and pushes, enforced wherever git runs."""

__version__ = "0.1.0"
