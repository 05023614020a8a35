"""Input of members pages."""
