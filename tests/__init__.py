"""Tests: the folders are those of the package; e2e runs whole programs."""
