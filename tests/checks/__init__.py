"""Tests of gitpact/checks."""
