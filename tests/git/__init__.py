"""Tests of gitpact/git."""
