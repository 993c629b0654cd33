"""Tests of gitpact/message."""
