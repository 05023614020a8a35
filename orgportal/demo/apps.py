"""Registers the app."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "orgportal.demo"
    label = "demo"
