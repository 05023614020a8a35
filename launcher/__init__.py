"""Brings the system up from an empty machine, with Python's standard library alone."""
