"""Registers the app."""

from importlib import import_module

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "orgportal.core"
    label = "core"

    def ready(self) -> None:
        import_module("orgportal.core.checks")
