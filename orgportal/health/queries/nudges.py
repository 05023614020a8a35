"""What a list holds that can be nudged, who stands for it, and what became of what was asked for."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from activities.choices import DutyState
from activities.messages import DUTIES
from activities.models import Duty
from branches.models import Organization
from branches.queries import rulebooks_for
from members.models import OPEN_STATES, Term, Transfer
from members.queries.recipients import accounts_by_body
from members.rules.transfer import Side, side_of
from orgportal.core.models import Channel, Notification, Reminder, ReminderText, User
from orgportal.core.scoping import Scope, within
from orgportal.core.texts import chosen
from orgportal.health.models import CurrentAssessment, Nudge, NudgeItem
from orgportal.health.provisions import NUDGE_WAIT, PROVISIONS
from orgportal.health.queries.inputs import VIEW_RIGHT
from orgportal.health.rules.nudges import (
    DUTY,
    ELECTION,
    MATTERS,
    OF_FINDINGS,
    TRANSFER,
    LeftOut,
    Matter,
    Target,
    Thing,
    divide,
)
from orgportal.health.rules.quarters import quarter_end

RIGHT = "nudge.send"
SUBJECT = "health.nudge"


@dataclass(frozen=True, slots=True)
class Selection:
    """What one press would send: to whom, and who is left out and why."""

    matter: Matter
    body: Organization
    targets: list[Target]
    left_out: list[LeftOut]
    names: dict[int, User]

    @property
    def subjects(self) -> list[str]:
        return [target.thing.subject for target in self.targets]

    @property
    def bodies(self) -> int:
        return len({target.thing.body_id for target in self.targets})

    @property
    def people(self) -> list[User]:
        """Everybody who is told, each once."""
        asked = {pk for target in self.targets for pk in target.people}
        return [user for pk, user in self.names.items() if pk in asked]

    def told(self, target: Target) -> list[User]:
        return [self.names[pk] for pk in target.people]


def select(matter: Matter, rows: QuerySet[Any], body: Organization, asker: int, on: date) -> Selection:
    """The rows of a list divided, for one who asks on behalf of `body`."""
    things = THINGS[matter.key](matter, rows)
    people = accounts_by_body({thing.path for thing in things}, matter.kinds, on, may=matter.may)
    lately = NudgeItem.unscoped.asked_lately([thing.subject for thing in things], on)
    asked = set(lately.values_list("subject", flat=True))
    targets, left_out = divide(things, people, asked, asker, body.path)
    told = {pk for target in targets for pk in target.people}
    names = {user.pk: user for user in User.objects.filter(pk__in=told).order_by("display_name", "pk")}
    return Selection(matter, body, targets, left_out, names)


def worded(selection: Selection, at: datetime) -> list[tuple[str, ReminderText | None]]:
    """In which languages, and in whose words, those who are told read it; the portal's words first."""
    rule = selection.matter.rule
    texts = chosen([(user.pk, rule) for user in selection.people], at)
    found = {(user.language, texts.get((user.pk, rule))) for user in selection.people}
    in_order = sorted(found, key=lambda each: each[1].path if each[1] else "")
    return sorted(in_order, key=lambda each: each[0], reverse=True)


def wait_days(paths: Iterable[str], on: date) -> dict[str, int]:
    """By path, for how many days a body is left alone in a matter it was asked for."""
    books = rulebooks_for(set(paths), PROVISIONS, on)
    return {path: int(book.value(NUDGE_WAIT.key, on)) for path, book in books.items()}


# --- from the rows of a list to things


def _of_findings(matter: Matter, rows: QuerySet[Any]) -> list[Thing]:
    branches = list(rows.order_by("path"))
    found = findings_now(matter, [branch.pk for branch in branches])
    return [
        Thing(
            f"{matter.key}:{branch.pk}", branch.path, branch.pk, branch.name,
            _fix_url(matter, branch, found.get(branch.pk)), _said(found.get(branch.pk)),
            "" if branch.pk in found else "already_done",
        )
        for branch in branches
    ]  # fmt: skip


def findings_now(matter: Matter, branches: Collection[int]) -> dict[int, dict[str, Any]]:
    """By branch, the finding that makes it a matter today; as stored, nothing is judged here."""
    rows = CurrentAssessment.unscoped.filter(branch__in=branches).values_list("branch_id", "findings")
    return {
        branch: finding
        for branch, findings in rows
        for finding in findings
        if finding["code"] in matter.codes
    }


def _said(finding: dict[str, Any] | None) -> dict[str, Any]:
    since = finding and finding["since"]
    return {"since": {"day": since}} if since else {}


def _fix_url(matter: Matter, branch: Organization, finding: dict[str, Any] | None) -> str:
    if matter.key == "post":
        return reverse("members:post-list", args=[branch.pk])
    if matter.key == "pledge" and finding:
        return reverse("activities:campaign-detail", args=[finding["evidence"][0]])
    if matter.key == "contact":
        return reverse("members:member-list", query={"branch": branch.pk, "mobile": "any"})
    if matter.key == "follow_up":
        return reverse("activities:decision-list")
    return reverse("activities:activity-create", query={"branch": branch.pk})


def _of_duties(matter: Matter, rows: QuerySet[Duty]) -> list[Thing]:
    found = rows.select_related("branch", "group").order_by("branch__path", "due_on", "pk")
    return [_duty(duty) for duty in found]


def _duty(duty: Duty) -> Thing:
    with translation.override(None):
        word = str(DUTIES[duty.rule])
    branch = duty.branch
    params = {"duty": {"word": word}, "due_on": {"day": duty.due_on.isoformat()}}
    url = reverse("activities:activity-create", query={"branch": branch.pk, "duty": duty.pk})
    against = {DutyState.MISSING: "", DutyState.NOT_DUE: "not_due_yet"}
    objection = against.get(DutyState(duty.state), "already_done")
    return Thing(f"{DUTY}:{duty.pk}", branch.path, branch.pk, branch.name, url, params, objection)


def _of_terms(matter: Matter, rows: QuerySet[Term]) -> list[Thing]:
    found = rows.select_related("organization").order_by("organization__path", "pk")
    return [
        Thing(
            f"{ELECTION}:{term.pk}", term.organization.path, term.organization_id, term.organization.name,
            reverse("members:post-list", args=[term.organization_id]),
            {"due_on": {"day": term.due_on.isoformat()}},
            "postponed" if term.extension_basis else "",
        )
        for term in found
    ]  # fmt: skip


def _of_transfers(matter: Matter, rows: QuerySet[Transfer]) -> list[Thing]:
    transfers: Any = rows
    found = list(transfers.with_parties().order_by("source__path", "pk"))
    asked = {transfer.pk: _turn_of(transfer) for transfer in found}
    bodies = Organization.unscoped.in_bulk([pk for pk in asked.values() if pk])
    return [_transfer(transfer, bodies[asked[transfer.pk]]) for transfer in found]


def _turn_of(transfer: Transfer) -> int:
    """The body whose turn it is; the own branch for the member's."""
    side = side_of(transfer.case)
    if side == Side.TARGET and transfer.target_id:
        return transfer.target_id
    if side == Side.COMMITTEE and transfer.committees[0]:
        return transfer.committees[0]
    return transfer.source_id


def _transfer(transfer: Transfer, body: Organization) -> Thing:
    since = timezone.localdate(transfer.state_since).isoformat()
    params = {
        "name": transfer.member.name,
        "source": transfer.source.name,
        "target": transfer.target_name,
        "since": {"day": since},
    }
    subject = f"{TRANSFER}:{transfer.pk}:{transfer.version}"
    url = reverse("members:transfer-detail", args=[transfer.pk])
    return Thing(subject, body.path, body.pk, body.name, url, params)


THINGS: dict[str, Callable[[Matter, Any], list[Thing]]] = {
    **dict.fromkeys(OF_FINDINGS, _of_findings),
    DUTY: _of_duties,
    ELECTION: _of_terms,
    TRANSFER: _of_transfers,
}


# --- what is still open of what was asked for


def still_open(items: Collection[NudgeItem]) -> set[int]:
    """Ids of the items whose matter nobody has settled: a query for each kind of matter."""
    by_matter: dict[str, list[NudgeItem]] = {}
    for item in items:
        by_matter.setdefault(item.subject.partition(":")[0], []).append(item)
    found: set[int] = set()
    for key, asked in by_matter.items():
        open_now = OPEN[key](MATTERS[key], {_row_of(item) for item in asked})
        found |= {item.pk for item in asked if item.subject in open_now}
    return found


def _row_of(item: NudgeItem) -> int:
    return int(item.subject.split(":")[1])


def _open_findings(matter: Matter, ids: set[int]) -> set[str]:
    return {f"{matter.key}:{pk}" for pk in findings_now(matter, ids)}


def _open_duties(matter: Matter, ids: set[int]) -> set[str]:
    rows = Duty.unscoped.filter(pk__in=ids, state=DutyState.MISSING, branch__dissolved_on=None)
    return {f"{DUTY}:{pk}" for pk in rows.values_list("pk", flat=True)}


def _open_terms(matter: Matter, ids: set[int]) -> set[str]:
    rows = Term.unscoped.filter(
        pk__in=ids, ended_on=None, extension_basis="", organization__dissolved_on=None
    )
    return {f"{ELECTION}:{pk}" for pk in rows.values_list("pk", flat=True)}


def _open_transfers(matter: Matter, ids: set[int]) -> set[str]:
    rows = Transfer.unscoped.filter(pk__in=ids, state__in=OPEN_STATES)
    return {f"{TRANSFER}:{pk}:{version}" for pk, version in rows.values_list("pk", "version")}


OPEN: dict[str, Callable[[Matter, set[int]], set[str]]] = {
    **dict.fromkeys(OF_FINDINGS, _open_findings),
    DUTY: _open_duties,
    ELECTION: _open_terms,
    TRANSFER: _open_transfers,
}


def people_of(items: Sequence[NudgeItem], on: date) -> dict[int, frozenset[int]]:
    """By item, the accounts that stand for its body today."""
    found: dict[int, frozenset[int]] = {}
    for key in {item.subject.partition(":")[0] for item in items}:
        asked = [item for item in items if item.subject.startswith(f"{key}:")]
        matter = MATTERS[key]
        by_path = accounts_by_body({item.body.path for item in asked}, matter.kinds, on, may=matter.may)
        found |= {item.pk: by_path[item.body.path] for item in asked}
    return found


# --- sent, and what came of it


def sent(scope: Scope) -> QuerySet[Nudge]:
    """Of bodies of the scope, with how many bodies and matters each asked, and how many are done."""
    rows: Any = Nudge.objects.visible_to(scope).select_related("organization", "sent_by", "withdrawn_by")
    found: QuerySet[Nudge] = rows.annotate(
        bodies=Count("items__body", distinct=True),
        matters=Count("items", distinct=True),
        settled=Count("items", filter=Q(items__done_on__isnull=False), distinct=True),
    )
    return found


def items_of(nudge: Nudge) -> QuerySet[Any]:
    """Of a nudge the reader sees: those it asked stand below its body."""
    rows: Any = NudgeItem.unscoped.filter(nudge=nudge)
    found: QuerySet[Any] = rows.select_related("body").annotate(place=F("body__path"))
    return found


def told_of(items: Sequence[NudgeItem]) -> dict[int, list[str]]:
    """By item, the names of those it was planned for; not who has read it."""
    by_subject = {f"{SUBJECT}:{item.pk}": item.pk for item in items}
    rows = Reminder.objects.filter(subject__in=by_subject, channel=Channel.IN_APP).order_by("pk")
    found: dict[int, list[str]] = {item.pk: [] for item in items}
    for subject, name in rows.values_list("subject", "recipient__display_name"):
        found[by_subject[subject]].append(name)
    return found


def told_in(nudge: Nudge, item: NudgeItem) -> ReminderText | None:
    """The words the first of its people was told in; none before, and where they were the portal's."""
    rule = MATTERS[nudge.matter].rule
    rows = Notification.unscoped.filter(reminder__rule=rule, reminder__subject=f"{SUBJECT}:{item.pk}")
    told = rows.select_related("text").order_by("pk").first()
    return told.text if told else None


def list_url(matter: Matter, fields: dict[str, str]) -> str:
    """Where the list stands that the matter is shown in."""
    pages = {DUTY: "health:duty-list", ELECTION: "health:term-list", TRANSFER: "health:transfer-list"}
    kept = {name: value for name, value in fields.items() if name != "matter"}
    return reverse(pages.get(matter.key, "health:district"), query=kept or None)


# --- received, counted for each body


def received(scope: Scope, first: date) -> QuerySet[Organization]:
    """Bodies that were asked for something in the quarter: how often, in how many matters, how many are done.

    In the order of the tree and of nothing else: it says where help is needed, not who is worse.
    """
    standing = Q(
        nudges_received__is_withdrawn=False,
        nudges_received__asked_on__gte=first,
        nudges_received__asked_on__lte=quarter_end(first),
    )
    done = standing & Q(nudges_received__done_on__isnull=False)
    rows: Any = Organization.objects.visible_to(scope).filter(within("path", scope.roots_for(VIEW_RIGHT)))
    found: QuerySet[Organization] = rows.annotate(
        times=Count("nudges_received__nudge", filter=standing, distinct=True),
        matters=Count("nudges_received", filter=standing),
        settled=Count("nudges_received", filter=done),
    ).filter(matters__gt=0)
    return found
