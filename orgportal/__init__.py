"""The portal: ground floor (core), health index, demo, and the roof that wires them."""

# Named here so that every process (web, command, test) sends its tasks through our app, not Celery's default.
from orgportal.celery import app as celery_app

__all__ = ["celery_app"]
