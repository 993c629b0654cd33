"""Tests of gitpact/report."""
