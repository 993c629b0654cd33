"""One policy for how a project commits and pushes, enforced wherever git runs."""

__version__ = "1.0.0"
