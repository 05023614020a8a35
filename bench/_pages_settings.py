"""Settings of the portal with the bench's addresses beside its own."""

from orgportal.settings_test import *  # noqa: F403

ROOT_URLCONF = "bench._pages"
