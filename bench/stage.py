"""Sets Django up for a bench: imported before any model."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgportal.settings")
django.setup()


def machine() -> str:
    """How busy the machine is: the figures are ratios, but a reader should know."""
    return f"cores: {os.cpu_count()}, load: {os.getloadavg()[0]:.1f}"
