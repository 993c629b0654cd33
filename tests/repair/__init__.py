"""Tests of gitpact/repair."""
