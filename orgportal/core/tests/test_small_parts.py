"""Locking, sealing, names, the forgiving cache, form bases, sentences of refusals, ids of tasks."""

import logging
from typing import Any

import pytest
from celery import current_app
from cryptography.exceptions import InvalidTag
from django import forms
from django.core.cache import caches
from django.test import RequestFactory
from django.utils import translation

from branches.models import Organization
from conftest import World
from orgportal.core import locking, names, sealing
from orgportal.core.api import exception_handler
from orgportal.core.cache import ForgivingRedisCache
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.forms import ScopedForm, ScopedModelForm, TidyCharField, VersionField, tidy
from orgportal.core.logs import Trace, trace
from orgportal.core.refusals import sentence
from orgportal.core.traced import HEADER, TracedTask

# --- locking


def test_only_who_saw_the_latest_version_saves(world: World) -> None:
    saved = locking.update_versioned(world.a, seen_version=1, phone="1")

    assert (saved.phone, saved.version) == ("1", 2)
    with pytest.raises(StaleVersion) as refused:
        locking.update_versioned(world.a, seen_version=1, phone="2")
    assert (refused.value.current.phone, refused.value.current.version) == ("1", 2)


# --- sealing


def test_sealed_text_opens_again_and_differs_each_time() -> None:
    one, two = sealing.seal("110101200001011234"), sealing.seal("110101200001011234")

    assert one != two
    assert b"110101" not in one
    assert sealing.unseal(memoryview(one)) == "110101200001011234"


def test_altered_bytes_do_not_open() -> None:
    sealed = bytearray(sealing.seal("secret"))
    sealed[-1] ^= 1

    with pytest.raises(InvalidTag):
        sealing.unseal(bytes(sealed))


def test_other_key_opens_nothing(settings: Any) -> None:
    sealed = sealing.seal("secret")
    settings.ID_NUMBER_KEY = "another"

    with pytest.raises(InvalidTag):
        sealing.unseal(sealed)


def test_blind_index_is_equal_for_equal_texts_in_any_case(settings: Any) -> None:
    one = sealing.blind("11010120000101123x")

    assert one == sealing.blind("11010120000101123X")
    settings.ID_NUMBER_INDEX_KEY = "another"
    assert one != sealing.blind("11010120000101123X")


# --- names


@pytest.mark.parametrize(
    ("name", "key", "short"),
    [
        ("单雄信", "shan xiong xin|单雄信", "sxx"),
        ("曾国藩", "zeng guo fan|曾国藩", "zgf"),
        ("吕布", "lv bu|吕布", "lb"),
        ("欧阳修", "ou yang xiu|欧阳修", "oyx"),
        ("尉迟恭", "yu chi gong|尉迟恭", "ycg"),
        ("", "|", ""),
    ],
)
def test_surnames_are_read_as_surnames(name: str, key: str, short: str) -> None:
    assert (names.name_key(name), names.initials(name)) == (key, short)


def test_places_are_not_surnames() -> None:
    assert names.place_key("单县") != names.name_key("单县") or names.place_initials("单县")
    assert names.place_initials("龙山区") == "lsq"


# --- cache


def test_cache_that_is_away_misses(caplog: pytest.LogCaptureFixture) -> None:
    away = ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})

    with caplog.at_level(logging.WARNING):
        away.set("a", 1)
        assert away.get("a", "default") == "default"
        assert away.delete("a") is False
    assert len(caplog.records) == 3


def test_cache_that_answers_keeps() -> None:
    cache = caches["default"]
    cache.set("a", 1)

    assert cache.get("a") == 1
    assert cache.delete("a") is True


# --- forms


def test_messy_input_is_tidied() -> None:
    class Sample(forms.Form):
        number = TidyCharField(required=False)
        version = VersionField()

    form = Sample({"number": "　１２３ＡＢ ", "version": "2"})

    assert form.is_valid()
    assert form.cleaned_data == {"number": "123AB", "version": 2}
    assert Sample({"version": "1"}).is_valid()
    assert tidy(" （甲） ") == "(甲)"


class BranchForm(ScopedForm):
    branch = forms.ModelChoiceField(queryset=Organization.objects.all())


class PhoneForm(ScopedModelForm):
    class Meta:
        model = Organization
        fields = ("parent", "phone")


def test_choices_are_what_the_person_may_see(world: World) -> None:
    scope = world.scope("li")

    assert list(BranchForm(scope=scope).fields["branch"].queryset) == [world.a]
    assert list(PhoneForm(scope=scope).fields["parent"].queryset) == [world.a]
    assert not BranchForm({"branch": world.c.pk}, scope=scope).is_valid()
    assert BranchForm({"branch": world.a.pk}, scope=scope).is_valid()


def test_model_forms_do_not_save(world: World) -> None:
    with pytest.raises(TypeError):
        PhoneForm(scope=world.scope("li"), instance=world.a).save()


# --- refusals


def test_sentence_comes_from_the_apps_table_then_ours_then_the_code() -> None:
    with translation.override("en"):
        assert sentence(Refused("x", n=3), {"x": "There are {n}."}) == "There are 3."
        assert sentence(NotAllowed("member.edit")) == "Your post does not give you this right here."
        assert sentence(Refused("unheard_of"), {}) == "This was refused (unheard_of)."


def test_api_turns_refusals_into_codes(world: World) -> None:
    def told(failure: Exception) -> tuple[int, Any]:
        answer = exception_handler(failure, {})
        assert answer is not None
        return answer.status_code, answer.data

    assert told(NotAllowed("member.edit")) == (403, {"code": "not_allowed", "right": "member.edit"})
    assert told(StaleVersion(world.a)) == (412, {"code": "stale_version", "version": 1})
    assert told(Refused("no", limit=3)) == (409, {"code": "no", "limit": 3})
    assert exception_handler(ValueError(), {}) is None


# --- tasks carry the id of their request


class Seen(TracedTask):
    name = "test.seen"

    def run(self) -> str:
        return trace.get().request_id


def test_task_runs_under_the_id_in_its_headers() -> None:
    task = current_app.register_task(Seen())
    task.push_request(headers={HEADER: "abc123"})
    asked = task()
    task.pop_request()

    assert asked == "abc123"
    assert len(task()) == 10
    assert trace.get().request_id == "-"


def test_messages_carry_the_id_of_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("celery.app.base.Celery.send_task", lambda *_, **options: sent.append(options))
    token = trace.set(Trace("abc123"))
    current_app.send_task("test.seen", headers={"other": 1})
    trace.reset(token)
    current_app.send_task("test.seen")

    assert sent == [{"headers": {"other": 1, HEADER: "abc123"}}, {}]
    assert RequestFactory().get("/").method == "GET"
