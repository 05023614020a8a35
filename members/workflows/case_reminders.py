"""Reminds of correction periods that end: only those who keep the file, and without a name."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import cast

from django.utils import timezone

from branches.choices import PostKind
from branches.provisions import RIGHTS
from branches.queries import committees_above, rulebooks_for
from members.choices import CaseState, Standing
from members.models import Case, Post
from members.provisions import PROVISIONS
from members.rules import cases as rules
from members.workflows.cases import KEEP
from orgportal.core import planning
from orgportal.core.planning import HORIZON, STALE, Draft
from orgportal.core.reminder_rows import Asked, matters, objected

ENDING = "members.case_correction"
KEEPERS = frozenset(kind for kind in PostKind if KEEP in RIGHTS.get(kind, ()))


def drafts(on: date) -> Iterable[Draft]:
    """Every step reached by tomorrow."""
    rows = Case.unscoped.filter(state=CaseState.CORRECTING).select_related("member__branch").order_by("pk")
    cases = list(rows.filter(correct_until__gte=on - STALE - HORIZON, correct_until__lte=on + HORIZON))
    books = rulebooks_for({case.member.path for case in cases}, PROVISIONS, on)
    people = keepers_of(cases, on)
    for case in cases:
        due = cast("date", case.correct_until)
        step = planning.latest_step(due, rules.remind_steps(books[case.member.path], on), on)
        if step is not None:
            yield _draft(case, due, step, people[case.pk])


def _draft(case: Case, due: date, step: int, to: frozenset[int]) -> Draft:
    # No name: the words leave by mail as well.
    params = {"branch": case.member.branch.name, "due_on": {"day": due.isoformat()}}
    return Draft(ENDING, f"members.case:{case.pk}", due, step, case.get_absolute_url(), to, params)


def keepers_of(cases: Collection[Case], on: date) -> dict[int, frozenset[int]]:
    """Accounts by case: who keeps files in its branch or in the committee above, never whom it is about.

    Nobody stands in for them: whoever may not open the file does not learn that there is one.
    """
    places = _desks({case.member.path for case in cases})
    posts = (
        Post.unscoped.held_on(on)
        .filter(organization__path__in={path for each in places.values() for path in each})
        .filter(kind__in=KEEPERS, member__user__is_active=True, organization__dissolved_on=None)
        .exclude(member__standing=Standing.ENDED)
        .values_list("organization__path", "member_id", "member__user_id")
    )
    held: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for path, member, user in posts:
        held[path].add((member, user))
    return {
        case.pk: frozenset(
            user
            for path in places[case.member.path]
            for member, user in held[path]
            if member != case.member_id
        )
        for case in cases
    }


def _desks(paths: Collection[str]) -> dict[str, set[str]]:
    """By branch, the two bodies that handle a file: itself and the nearest committee above."""
    above = committees_above(paths)
    return {path: {path, above[path].path} if path in above else {path} for path in paths}


def objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why some must not go out after all: settled meanwhile, put off, or no longer this person's to see."""
    wanted = matters(rows)
    found = Case.unscoped.select_related("member").filter(pk__in=wanted.values(), state=CaseState.CORRECTING)
    cases = {case.pk: case for case in found}
    keepers = keepers_of(list(cases.values()), timezone.localdate(at))

    def against(row: Asked) -> str:
        case = cases.get(wanted[row.pk])
        if case is None:
            return "already_done"
        if case.correct_until != row.due_on:
            return "put_off"
        return "" if row.recipient_id in keepers[case.pk] else "not_in_office"

    return objected(rows, against)
