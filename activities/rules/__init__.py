"""Duties, quorum, attendance and the quick syntax: pure."""
