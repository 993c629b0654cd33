"""Tests of gitpact/checks/ranges."""
