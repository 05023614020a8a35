"""Settings of the portal with the bench's one address beside its own."""

from orgportal.settings import *  # noqa: F403

ROOT_URLCONF = "bench._bare"
