"""Registers the app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "orgportal.core"
    label = "core"
