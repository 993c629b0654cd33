"""Tests of gitpact.audit."""
