"""Every threshold is cited, dated without overlap, named once, and used or reference only."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from orgportal.core.rulebook import Provision

ROOT = Path(__file__).resolve().parents[2]
APPS = ("orgportal.core", "branches", "members", "activities", "orgportal.health")
MODULES = [import_module(f"{app}.provisions") for app in APPS if find_spec(f"{app}.provisions")]


def every_provision() -> list[tuple[ModuleType, Provision]]:
    """Each with the module that defines it; another app may list it for its own rulebook."""
    found = {id(each): (module, each) for module in reversed(MODULES) for each in module.PROVISIONS}
    return list(found.values())


IDS = [each.key for _, each in every_provision()]


@pytest.mark.parametrize(("module", "provision"), every_provision(), ids=IDS)
def test_every_version_is_cited_and_none_overlap(module: ModuleType, provision: Provision) -> None:
    versions = sorted(provision.versions, key=lambda version: version.valid_from)

    assert versions
    for version in versions:
        assert version.instrument.strip(), provision.key
        assert version.article.strip(), provision.key
        assert version.valid_to is None or version.valid_to >= version.valid_from
    for earlier, later in pairwise(versions):
        assert (earlier.valid_to or date.max) < later.valid_from, provision.key


LOCAL_DEFAULT = "本系统地方默认值（全国性规定未定数值，可由上级党组织另定）"
# When somebody is reminded, asked again or told above, and by when to act, is fixed by no national text
# but for the one named.
LADDERS = (
    "remind",
    "escalate",
    "step_days",
    "ask_again",
    "answer_days",
    "tell_days",
    "check_month",
    "_ahead",
)
NATIONAL = {"election.remind_months_before"}


@pytest.mark.parametrize("provision", [each for _, each in every_provision()], ids=IDS)
def test_reminding_days_say_that_they_are_local_defaults(provision: Provision) -> None:
    if provision.key in NATIONAL or not any(word in provision.key for word in LADDERS):
        return

    assert {version.instrument for version in provision.versions} == {LOCAL_DEFAULT}


def test_no_value_claims_a_decision_of_a_body() -> None:
    """What one body decided is a row of its own, not a default of everybody."""
    cited = {version.instrument for _, each in every_provision() for version in each.versions}

    assert not [each for each in cited if "区委" in each or "约定" in each]


def test_keys_are_unique() -> None:
    assert [key for key, times in Counter(IDS).items() if times > 1] == []


def sources() -> Iterator[str]:
    for package in ("branches", "members", "activities", "orgportal"):
        for file in (ROOT / package).rglob("*"):
            if file.suffix in {".py", ".sql"} and not {"tests", "migrations"} & set(file.parts):
                yield file.read_text(encoding="utf-8")


def test_every_provision_is_used_or_reference_only() -> None:
    text = "\n".join(sources())
    idle = []
    for module, provision in every_provision():
        names = [name for name, value in vars(module).items() if value is provision]
        # Once where it is defined, once in PROVISIONS; a third mention is a use.
        used = text.count(f'"{provision.key}"') > 1 or any(text.count(name) > 2 for name in names)
        if not used and not provision.reference_only:
            idle.append(provision.key)

    assert idle == []
