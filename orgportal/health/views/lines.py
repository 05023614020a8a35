"""Findings in words, made from stored values in the reader's language, with names and a way to act."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.http import urlencode

from activities.choices import DutyState
from activities.models import Duty
from activities.provisions import RULE_BY_KEY
from activities.tables import record_address
from branches.models import Organization
from orgportal.core.jinja import day, month
from orgportal.core.rulebook import Level
from orgportal.core.scoping import Scope
from orgportal.health.messages import EXPECTED, FIXES, MEASURED, SUBJECTS
from orgportal.health.models import RuleEdition
from orgportal.health.queries.branch import Names, kind_of
from orgportal.health.queries.inputs import PROVISIONS
from orgportal.health.tables.findings import sentence_of, values_of

UNITS = {provision.key: provision.unit for provision in PROVISIONS}
SHOWN_FIRST = [level.value for level in (Level.URGENT, Level.WARN, Level.NOTE, Level.NO_DATA, Level.GOOD)]
OPEN = frozenset({Level.URGENT.value, Level.WARN.value})


@dataclass(frozen=True, slots=True)
class Name:
    """One row behind a finding."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One finding as a page shows it."""

    code: str
    level: str
    subject: str
    sentence: str
    measured: str
    expected: str
    citation: dict[str, str]
    names: list[Name]
    fix_url: str = ""
    fix_label: str = ""

    @property
    def is_open(self) -> bool:
        return self.level in OPEN

    @property
    def is_quiet(self) -> bool:
        """In order: said in one line of a table."""
        return self.level == Level.GOOD.value


class Fix(NamedTuple):
    """Where a finding is put right, and the right it takes; `about` says what the address names."""

    url_name: str
    right: str
    about: str


RECORD = Fix("activities:activity-create", "activity.record", "kind")
POSTS = Fix("members:post-list", "post.edit", "branch")
SET_UP = Fix("branches:organization-detail", "branch.edit", "branch")
TRANSFERS = Fix("members:transfer-list", "transfer.view", "queue")
MOBILE = Fix("members:member-list", "member.edit", "mobile")
ON_THE_WAY = Fix("members:transfer-list", "transfer.view", "waiting")
FOLLOW_UPS = Fix("activities:decision-list", "activity.record", "")
AWAY = Fix("members:mobile-list", "mobile.edit", "lost")
HOSTED = Fix("members:mobile-list", "mobile.edit", "hosted")
REGISTER = Fix("members:member-list", "member.edit", "register")
PLEDGE = Fix("activities:campaign-detail", "pledge.edit", "evidence")
FIX_OF = {
    "silent": RECORD,
    "silent_on_duty": RECORD,
    "duty_missing": RECORD,
    "duty_did_not_meet": RECORD,
    "secretary_unknown": POSTS,
    "secretary_vacant": POSTS,
    "secretary_vacant_long": POSTS,
    "term_unknown": POSTS,
    "term_ending": POSTS,
    "term_overdue": POSTS,
    "term_overdue_extension": POSTS,
    "committee_due": SET_UP,
    "split_due": SET_UP,
    "join_due": SET_UP,
    "transfer_waiting": TRANSFERS,
    "transfer_waiting_long": TRANSFERS,
    "contact_unknown": MOBILE,
    "contact_overdue": MOBILE,
    "follow_up_overdue": FOLLOW_UPS,
    "pledge_to_make": PLEDGE,
    "pledge_missing": PLEDGE,
    "committee_posts_unknown": POSTS,
    "committee_posts_vacant": POSTS,
    "in_transit_long": ON_THE_WAY,
    "in_transit_over": ON_THE_WAY,
    "member_lost": AWAY,
    "hosted_waiting": HOSTED,
    "hosted_waiting_long": HOSTED,
    "register_gaps": REGISTER,
}


def lines_of(
    findings: Iterable[dict[str, Any]],
    edition: RuleEdition,
    branch: Organization,
    scope: Scope,
    names: Names | None = None,
    *,
    may_fix: bool = True,
) -> list[Line]:
    """The findings in words, what needs somebody first; what does not apply is left out.

    Of a past day nothing is put right: the way there would act on today.
    """
    told = [
        _line(each, edition, branch, scope, names, may_fix=may_fix)
        for each in findings
        if each["level"] in SHOWN_FIRST
    ]
    return sorted(told, key=lambda line: SHOWN_FIRST.index(line.level))


def _line(
    finding: dict[str, Any],
    edition: RuleEdition,
    branch: Organization,
    scope: Scope,
    names: Names | None,
    *,
    may_fix: bool,
) -> Line:
    code, values = finding["code"], values_of(finding)
    fix = FIX_OF.get(code)
    may_fix = may_fix and fix is not None and scope.may(fix.right, branch)
    return Line(
        code=code,
        level=finding["level"],
        subject=str(SUBJECTS[finding["key"]]),
        sentence=sentence_of(finding),
        measured=str(MEASURED.get(code, "{measured}")).format(**values),
        expected=_expected(finding, values),
        citation=edition.provisions[finding["key"]]["citation"],
        names=list(_names(finding, names)) if names else [],
        fix_url=_address(fix, finding, branch) if fix and may_fix else "",
        fix_label=str(FIXES[fix.url_name]) if fix and may_fix else "",
    )


def _address(fix: Fix, finding: dict[str, Any], branch: Organization) -> str:
    if fix.about == "branch":
        return reverse(fix.url_name, args=[branch.pk])
    if fix.about == "evidence":
        return campaign_url(finding["evidence"][0])
    asked: dict[str, dict[str, Any]] = {
        "kind": {"branch": branch.pk, **_kind(finding["key"])},
        "queue": {"queue": "todo"},
        "waiting": {"queue": "waiting"},
        "mobile": {"branch": branch.pk, "mobile": "any"},
        "lost": {"list": "lost", "branch": branch.pk},
        "hosted": {"list": "hosted", "branch": branch.pk},
        "register": {"branch": branch.pk},
        "": {},
    }
    fields = asked[fix.about]
    return reverse(fix.url_name) + (f"?{urlencode(fields)}" if fields else "")


def record_url(duty: Duty) -> str:
    """Where the meeting that answers this duty is recorded; a passed period opens on its last day."""
    return record_address(duty) + _on(duty)


def not_held_url(duty: Duty) -> str:
    """Where the branch says that it did not meet, or was excused."""
    place = record_address(duty).partition("?")[2]
    return f"{reverse('activities:not-held-create')}?{place}{_on(duty)}"


def _on(duty: Duty) -> str:
    return f"&on={duty.ends_on.isoformat()}" if duty.state == DutyState.MISSING else ""


def campaign_url(pk: int) -> str:
    return reverse("activities:campaign-detail", args=[pk])


def _kind(key: str) -> dict[str, str]:
    rule = RULE_BY_KEY.get(key)
    return {"kind": rule.answered_by.value} if rule else {}


def _expected(finding: dict[str, Any], values: dict[str, str]) -> str:
    unit = UNITS.get(finding["key"], "")
    words = EXPECTED.get(finding["expected"] if unit == "once per" else unit, "{expected}")
    return str(words).format(**values)


def period_words(duty: Duty) -> str:
    """The month, or the first and the last month of a longer period."""
    if duty.starts_on.replace(day=1) == duty.ends_on.replace(day=1):
        return month(duty.ends_on)
    return f"{month(duty.starts_on)} – {month(duty.ends_on)}"


def _names(finding: dict[str, Any], names: Names) -> Iterator[Name]:
    kind = kind_of(finding["key"])
    rows = names.of(kind)
    for pk in finding["evidence"]:
        if pk in rows:
            yield NAMERS[kind](rows[pk])


def _duty_name(duty: Any) -> Name:
    words = [str(SUBJECTS[duty.rule]), duty.group.name if duty.group else "", period_words(duty)]
    record = reverse("activities:activity-detail", args=[duty.activity_id]) if duty.activity_id else ""
    return Name(" · ".join(filter(None, words)), record)


def _spell_name(spell: Any) -> Name:
    return Name(f"{spell.member.name} · {day(spell.next_contact_on)}", spell.get_absolute_url())


def _decision_name(decision: Any) -> Name:
    owner = f"{decision.owner} · " if decision.owner else ""
    record = decision.item.activity.get_absolute_url()
    return Name(f"{decision.text} · {owner}{day(decision.due_on)}", record)


def _clock_name(clock: Any) -> Name:
    return Name(f"{clock.member.name} · {day(clock.counts_from)}", clock.get_absolute_url())


NAMERS: dict[str, Any] = {
    "clock": _clock_name,
    "inflow": lambda row: Name(row.name, row.get_absolute_url()),
    "member": lambda row: Name(row.name, row.get_absolute_url()),
    "duty": _duty_name,
    "transfer": lambda row: Name(row.member.name, row.get_absolute_url()),
    "spell": _spell_name,
    "decision": _decision_name,
    "campaign": lambda row: Name(row.title, campaign_url(row.pk)),
}
