"""Sets Django up for a bench: imported before any model."""

import os
from collections.abc import Iterable
from math import ceil

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgportal.settings")
django.setup()


def machine() -> str:
    """How busy the machine is: the figures are ratios, but a reader should know."""
    return f"cores: {os.cpu_count()}, load: {os.getloadavg()[0]:.1f}"


def p95(seconds: Iterable[float]) -> float:
    """The least that at least 95 in a hundred do not exceed."""
    found = sorted(seconds)
    return found[ceil(len(found) * 0.95) - 1]
