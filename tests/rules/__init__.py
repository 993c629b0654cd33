"""Tests of gitpact/rules."""
