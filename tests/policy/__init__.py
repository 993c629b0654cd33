"""Tests of gitpact/policy."""
