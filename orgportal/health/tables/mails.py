"""What the mail that brings a summary says of it: the figures themselves, not only where they stand."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext, pgettext

from activities.choices import DutyState
from orgportal.core.jinja import day, number
from orgportal.core.models import Reminder
from orgportal.core.rulebook import Level
from orgportal.health.messages import BELOW, MAIL, SUBJECTS
from orgportal.health.queries.summaries import contents_of
from orgportal.health.tables.figures import NEEDS_OF, Figures, figures_of
from orgportal.health.tables.findings import sentence_of

# A duty nothing was said of stands under "missing" already.
MISSING = "duty_missing"
TO_DO = (Level.URGENT.value, Level.WARN.value, Level.NOTE.value)
UNIT_NEEDS = ("silent", "missing", "late", *NEEDS_OF)


def sections(reminders: Sequence[Reminder]) -> dict[int, list[str]]:
    """Lines by reminder; a frozen summary says the same however often it is asked."""
    asked = {row.pk: row.params["summary"] for row in reminders}
    said = contents_of(asked.values())
    return {row.pk: list(_lines(said[asked[row.pk]], row.params["next"])) for row in reminders}


def _lines(content: dict[str, Any], coming: list[list[str]]) -> Iterator[str]:
    return _of_branch(content, coming) if "findings" in content else _of_body(content)


def _say(name: str, **values: Any) -> str:
    shown = {key: number(value) if isinstance(value, int) else value for key, value in values.items()}
    return str(MAIL[name]).format(**shown)


def _of_branch(content: dict[str, Any], coming: list[list[str]]) -> Iterator[str]:
    """What went well, what is missing, what is to be dealt with and what is due next."""
    findings = content["findings"]
    yield _went_well(figures_of(content["totals"]))
    # Told once where several rules of one subject are in order.
    good = {str(SUBJECTS[each["key"]]): None for each in findings if each["level"] == Level.GOOD}
    if good:
        yield _say("in_order", subjects=gettext(", ").join(good))
    missing = [_bullet(each) for each in findings if each["code"] == MISSING]
    yield from [_say("missing"), *missing] if missing else [_say("nothing_missing")]
    to_do = [_bullet(each) for each in findings if each["level"] in TO_DO and each["code"] != MISSING]
    yield from [_say("to_do"), *to_do] if to_do else []
    if coming:
        duties = [_say("duty_by", duty=gettext(duty), day=day(date.fromisoformat(on))) for duty, on in coming]
        yield _say("next", duties=gettext(", ").join(duties))


def _went_well(figures: Figures) -> str:
    on_time = figures.states[DutyState.ON_TIME]
    return _say("went_well", held=figures.held, expected=figures.expected, on_time=on_time)


def _bullet(finding: dict[str, Any]) -> str:
    return _say("bullet", words=f"{SUBJECTS[finding['key']]}{pgettext('clause', ': ')}{sentence_of(finding)}")


def _of_body(content: dict[str, Any]) -> Iterator[str]:
    """A row for each body directly below, in the order of the tree: what it held, and what help it needs."""
    yield _went_well(figures_of(content["totals"]))
    yield _say("below")
    for each in content["below"]:
        yield _say("bullet", words=_unit(each["name"], figures_of(each["totals"])))


def _unit(name: str, figures: Figures) -> str:
    numbers = {"silent": figures.silent, **figures.states, **figures.needs}
    needs = [_say("need", need=BELOW[key], number=numbers[key]) for key in UNIT_NEEDS if numbers[key]]
    values = {"body": name, "held": figures.held, "expected": figures.expected}
    return _say("needs", **values, needs=gettext(", ").join(needs)) if needs else _say("unit", **values)
