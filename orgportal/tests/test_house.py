"""The laws of the house that no linter knows: locks on the scope, direction of keys, where SQL lives."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import django_filters
import pytest
from django import forms
from django.apps import apps
from django.contrib.staticfiles import finders
from django.db import models
from rest_framework import serializers

from orgportal.core.api import ScopedSerializer
from orgportal.core.forms import ScopedForm, ScopedModelForm
from orgportal.core.locks import Lock
from orgportal.core.scoping import ScopedManager, ScopedQuerySet

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("orgportal", "branches", "members", "activities")
FLOORS = ("core", "branches", "members", "activities", "health")

MAY_READ_UNSCOPED = re.compile(
    r"(^|/)(tasks\.py|workflows/|management/|admin\.py|tests/|migrations/)"
    r"|^members/queries(\.py|/)|^orgportal/health/queries(\.py|/)|^orgportal/demo/"
    # A person's own notices, by recipient and never by place.
    r"|^orgportal/core/(inbox|reminders)\.py$"
)
READS_UNSCOPED = re.compile(r"\.unscoped\b|\b_default_manager\b|\b_base_manager\b")
# Optimistic locking finds a row it was handed; whether a letter is in force is asked inside another query;
# what covers a unit is read for units that were handed in.
HANDED_ROWS = {"orgportal/core/locking.py", "members/models/transfers.py", "branches/queries/units.py"}


def sources() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")


def own_models() -> list[type[models.Model]]:
    return [model for label in FLOORS for model in apps.get_app_config(label).get_models()]


def import_everything() -> None:
    for package in PACKAGES:
        module = import_module(package)
        for found in walk_packages(module.__path__, f"{package}."):
            if not {"tests", "migrations", "settings_test", "wsgi"} & set(found.name.split(".")):
                import_module(found.name)


def subclasses(base: type) -> set[type]:
    return {each for sub in base.__subclasses__() for each in {sub, *subclasses(sub)}}


def ours(found: set[type]) -> list[Any]:
    names = [each for each in found if each.__module__.split(".")[0] in PACKAGES]
    return sorted((each for each in names if ".tests." not in each.__module__), key=str)


# --- lock 2: the back door is used where the house allows it


def test_unscoped_is_read_only_where_the_house_allows_it() -> None:
    found = [
        f"{name}:{number}"
        for name, text in sources()
        if not MAY_READ_UNSCOPED.search(name) and name not in HANDED_ROWS
        for number, line in enumerate(text.splitlines(), 1)
        if READS_UNSCOPED.search(line)
    ]

    assert found == []


def test_the_grep_sees_a_planted_fault() -> None:
    assert READS_UNSCOPED.search("rows = Member.unscoped.all()")
    assert not MAY_READ_UNSCOPED.search("members/views/roster.py")
    assert not READS_UNSCOPED.search("unscoped = MemberManager()")


# --- each scoped model declares both managers, the plain one first


def test_scoped_models_declare_both_managers_in_order() -> None:
    for model in own_models():
        managers = [each for each in model._meta.managers if isinstance(each, ScopedManager)]
        if hasattr(model, "scope_lookups"):
            assert [(each.name, each.guarded) for each in managers] == [
                ("unscoped", False),
                ("objects", True),
            ]
            assert model._meta.default_manager.name == "unscoped"
        else:
            assert managers == [], model


# --- lock 3: choices are narrowed


def wide(queryset: Any) -> bool:
    return isinstance(queryset, ScopedQuerySet) and not queryset._narrowed


def test_forms_narrow_their_choices() -> None:
    import_everything()
    found = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in ours(subclasses(forms.BaseForm))
        if not issubclass(form, ScopedForm | ScopedModelForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.ModelChoiceField) and wide(field.queryset)
    ]

    assert found == []


def test_filters_narrow_their_choices() -> None:
    import_everything()
    found = [
        f"{each.__module__}.{each.__name__}.{name}"
        for each in ours(subclasses(django_filters.FilterSet))
        for name, one in each.base_filters.items()
        if wide(one.extra.get("queryset"))
    ]

    assert found == []


def test_serializers_narrow_their_choices() -> None:
    import_everything()
    found = [
        f"{each.__module__}.{each.__name__}.{name}"
        for each in ours(subclasses(serializers.BaseSerializer))
        if not issubclass(each, ScopedSerializer)
        for name, field in getattr(each, "_declared_fields", {}).items()
        if wide(getattr(getattr(field, "child_relation", field), "queryset", None))
    ]

    assert found == []


# --- mass assignment


def test_forms_and_serializers_name_their_fields() -> None:
    loose = re.compile(r"fields\s*=\s*[\"']__all__[\"']|^\s+exclude\s*=|\*\*request\.(POST|data|GET)")
    found = [
        f"{name}:{number}"
        for name, text in sources()
        if "/tests/" not in name and re.search(r"(forms|api|filters|views)", name)
        for number, line in enumerate(text.splitlines(), 1)
        if loose.search(line)
    ]

    assert found == []


# --- keys point down the floors


def test_no_foreign_key_points_up_a_floor() -> None:
    found = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in own_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
        and field.related_model._meta.app_label in FLOORS
        and FLOORS.index(field.related_model._meta.app_label) > FLOORS.index(model._meta.app_label)
    ]  # fmt: skip

    assert found == []


# --- templates name static files that are there: the demo and production would answer 500


def test_templates_name_static_files_that_are_there() -> None:
    named = {
        name
        for page in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"static\(['\"]([^'\"]+)['\"]\)", page.read_text(encoding="utf-8"))
    }

    assert named
    assert {name for name in named if finders.find(name) is None} == set()


# --- advisory locks: two that share a number would wait for each other for no reason


def test_each_advisory_lock_has_a_number_of_its_own() -> None:
    numbers = [each.value for each in Lock.__members__.values()]

    assert sorted(set(numbers)) == sorted(numbers)


def test_numbers_of_advisory_locks_stand_in_one_place() -> None:
    number = re.compile(r"\b7_?30[0-9]_?[0-9]{3}\b|advisory\w*\([0-9]")
    found = [
        f"{name}:{line_number}"
        for name, text in sources()
        if name != "orgportal/core/locks.py"
        for line_number, line in enumerate(text.splitlines(), 1)
        if number.search(line)
    ]

    assert found == []


# --- raw SQL


def sql_files() -> list[str]:
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("sql/*.sql")]
    return sorted(file.relative_to(ROOT).as_posix() for file in files)


READS_BUSINESS_ROWS = re.compile(
    r"\b(FROM|JOIN|INTO|UPDATE|USING|COPY)\s+\(?(branches|members|activities|health)_", re.IGNORECASE
)
HAS_PATH_PREDICATE = re.compile(r"\bpath\s*(>=|<|~|=|LIKE\b|COLLATE\b)", re.IGNORECASE)


@pytest.mark.parametrize("name", sql_files())
def test_raw_sql_has_a_path_predicate_or_a_listed_reason(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    crossings = (ROOT / "docs/crossings.md").read_text(encoding="utf-8")

    assert not READS_BUSINESS_ROWS.search(text) or HAS_PATH_PREDICATE.search(text) or f"`{name}`" in crossings


def test_statements_over_business_rows_live_in_sql_files() -> None:
    statement = re.compile(r"\"\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s|DELETE\s+FROM)\s", re.IGNORECASE)
    business = re.compile(r"\b(branches|members|activities|health)_\w+")
    found = [
        f"{name}:{number}"
        for name, text in sources()
        if not re.search(r"/(tests|migrations)/", name) and name != "conftest.py"
        for number, line in enumerate(text.splitlines(), 1)
        if statement.search(line) and business.search(line)
    ]

    assert found == []
