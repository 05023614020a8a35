"""The only writers of health: what is true now, and what was said of a finished month."""
