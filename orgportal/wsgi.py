"""The WSGI entry point gunicorn loads."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgportal.settings")
application = get_wsgi_application()
# By name: models can only be imported once the application stands.
import_string("orgportal.core.checks.refuse_unsafe_start")()
