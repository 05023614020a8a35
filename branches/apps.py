"""Registers the app."""

from django.apps import AppConfig


class BranchesConfig(AppConfig):
    name = "branches"
    label = "branches"
