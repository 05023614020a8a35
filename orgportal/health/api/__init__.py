"""Assessments and summaries over the API: read only, within the caller's scope."""
