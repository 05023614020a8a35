"""Health the usual way: one branch after the other, each fact by a query of its own through the ORM.

What `bench health` sets the portal's one statement beside. It reads the same facts and judges them by the
same rules; transfers are counted as they stand now, without taking later steps back.
"""

from datetime import date

from django.db.models import Count, Max, Min, Q

from activities.models import Activity, Decision, Duty, Participation
from branches.models import Organization
from branches.queries import rulebook_for
from members.choices import TransferState
from members.models import BranchPeriod, MobileSpell, Post, StandingPeriod, Term, Transfer
from orgportal.health.queries.inputs import PROVISIONS, Moment
from orgportal.health.rules import Assessment, BranchInputs, assess
from orgportal.health.rules.findings import Dated, DutyLine


def assess_one_by_one(branches: list[Organization], moment: Moment) -> list[Assessment]:
    found = []
    for branch in branches:
        book = rulebook_for(branch.path, PROVISIONS, moment.as_of)
        found.append(assess(_inputs(branch, moment), book, moment.as_of))
    return found


def _inputs(branch: Organization, moment: Moment) -> BranchInputs:
    on = moment.as_of
    here = BranchPeriod.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), branch=branch, starts_on__lte=on)
    people = list(here.values_list("member_id", flat=True))
    standing = _standings(people, on)
    away = list(MobileSpell.unscoped.on(on).filter(member__in=people).values_list("pk", "next_contact_on"))
    term = Term.unscoped.running_on(on).filter(organization=branch).first()
    posts = Post.unscoped.standing().filter(organization=branch, kind="secretary", starts_on__lte=on)
    held = posts.filter(Q(ends_on=None) | Q(ends_on__gte=on)).exists()
    records = Activity.unscoped.filter(
        branch=branch, state__in=("held", "did_not_meet", "excused"), held_on__range=(moment.window_from, on)
    )
    waiting = Transfer.unscoped.filter(
        Q(source=branch, state__in=(TransferState.SUBMITTED, TransferState.RETURNED))
        | Q(target=branch, state=TransferState.AT_RECEIVER)
    )
    decisions = Decision.unscoped.filter(item__activity__branch=branch, due_on__lt=on, done_on=None)
    joined = Participation.unscoped.filter(branch=branch, campaign__state="running")
    return BranchInputs(
        id=branch.pk, path=branch.path, parent_id=branch.parent_id, name=branch.name, form=branch.form,
        sector=branch.sector, has_committee=branch.has_committee, established_on=branch.established_on,
        formal=standing.get("formal", 0), probationary=standing.get("probationary", 0), mobile=len(away),
        contacts=tuple(Dated(pk, day) for pk, day in away if day and day < on),
        first_duty_on=Duty.unscoped.filter(branch=branch).aggregate(first=Min("starts_on"))["first"],
        duties=_duties(branch, moment),
        last_record_on=records.aggregate(last=Max("held_on"))["last"],
        held_in_period=records.filter(state="held", held_on__gte=moment.period_from).count(),
        term_id=term.pk if term else None, term_starts_on=term.starts_on if term else None,
        term_due_on=term.due_on if term else None, extension_basis=term.extension_basis if term else "",
        has_secretary=held, vacant_since=None,
        waiting=tuple(Dated(pk, since.date()) for pk, since in waiting.values_list("pk", "state_since")),
        follow_ups=tuple(Dated(*row) for row in decisions.values_list("pk", "due_on")),
        campaigns=joined.count(),
        without_pledge=tuple(Dated(*row) for row in _unpledged(joined, on)),
    )  # fmt: skip


def _standings(people: list[int], on: date) -> dict[str, int]:
    rows = StandingPeriod.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on, member__in=people
    )
    return dict(rows.order_by().values_list("standing").annotate(number=Count("pk")))


def _unpledged(joined: object, on: date) -> object:
    return joined.filter(pledges=None, joined_on__lte=on).values_list("campaign_id", "joined_on")


def _duties(branch: Organization, moment: Moment) -> tuple[DutyLine, ...]:
    rows = Duty.unscoped.filter(
        branch=branch, due_on__gte=moment.window_from, starts_on__lte=moment.as_of
    ).order_by("due_on", "pk")
    lines: dict[tuple[str, str], list[Duty]] = {}
    for row in rows:
        lines.setdefault((row.rule, row.state), []).append(row)
    found = []
    for (rule, state), duties in sorted(lines.items()):
        here = sum(moment.period_from <= duty.due_on <= moment.as_of for duty in duties)
        ids = tuple(duty.pk for duty in duties)
        due = tuple(duty.due_on for duty in duties) if state == "missing" else ()
        acts = ids if state in {"missing", "did_not_meet"} else ()
        line = DutyLine(rule, state, len(duties), here, duties[0].due_on, duties[-1].due_on, acts, due)
        found.append(line)
    return tuple(found)
