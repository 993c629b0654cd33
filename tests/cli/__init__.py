"""Tests of gitpact/cli."""
