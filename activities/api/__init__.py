"""Records, duties and follow-ups for programs."""
