"""Pages of health: first screens, the district's matrix, a branch, summaries."""
