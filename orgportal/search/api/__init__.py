"""The search under /api/v1/."""
