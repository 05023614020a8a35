"""Registers the app."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "orgportal.health"
    label = "health"
