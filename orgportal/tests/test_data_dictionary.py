"""Every field of every table of ours states its purpose, class, retention and mask (PIPL Art 51)."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary"
APPS = ("core", "branches", "members", "activities", "health")
CLASSES = {"public", "internal", "personal", "sensitive"}
KEYS = {"purpose", "class", "retention", "mask"}


def stated(label: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / f"{label}.yaml").read_text(encoding="utf-8"))
    return found


def in_the_models(label: str) -> dict[str, set[str]]:
    return {
        model.__name__: {field.name for field in model._meta.concrete_fields}
        for model in apps.get_app_config(label).get_models()
    }


@pytest.mark.parametrize("label", APPS)
def test_every_field_is_classified_and_none_is_made_up(label: str) -> None:
    written = {model: set(fields) for model, fields in stated(label).items()}

    assert written == in_the_models(label)


@pytest.mark.parametrize("label", APPS)
def test_every_entry_is_complete(label: str) -> None:
    for model, fields in stated(label).items():
        for name, entry in fields.items():
            where = f"{label}.{model}.{name}"
            assert set(entry) == KEYS, where
            assert entry["class"] in CLASSES, where
            assert str(entry["purpose"]).strip(), where
            assert str(entry["retention"]).strip(), where
            if entry["class"] == "sensitive":
                assert entry["mask"] not in (None, "", "none"), where
