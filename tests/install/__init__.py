"""Tests of gitpact/install."""
