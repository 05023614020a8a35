"""Bodies, groups and the directory for programs."""
