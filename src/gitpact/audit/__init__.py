"""Measure many repositories, and write what was found as tables. An optional extra."""
