"""Who is told of a member's corrections and answers, and the branch's reminders of open requests."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation

from branches.queries import rulebooks_for
from branches.rules import parent_of
from members.choices import CorrectionState, OwnField
from members.models import Confirmation, Correction, Member
from members.provisions import PROVISIONS
from members.queries import users_with_posts
from members.queries.recipients import accounts_by_body
from members.rules import own as rules
from members.rules.transfer import BRANCH_POSTS, COMMITTEE_POSTS
from orgportal.core import inbox, planning
from orgportal.core.planning import Draft
from orgportal.core.reminder_rows import Asked, matters, objected

DUE = "members.correction_due"
ANSWERS, SEES = ("member.edit",), ("member.view",)


def _word(name: OwnField) -> dict[str, str]:
    """The word as it stands in the source: each reader sees it in their language."""
    with translation.override(None):
        return {"word": str(name.label)}


def tell_made(member: Member, names: list[OwnField], at: datetime) -> None:
    """The branch reads that the member corrected it; one line for each fact."""
    people = users_with_posts(member.path, BRANCH_POSTS, timezone.localdate(at), may=ANSWERS) - {
        member.user_id or 0
    }
    url = reverse("members:member-detail", args=[member.pk])
    for name in names:
        key = f"own:{member.pk}:{member.version}:{name}"
        params = {"name": member.name, "field": _word(name)}
        inbox.notify(people, "members.own_corrected", key, params=params, url=url, at=at)


def tell_asked(request: Correction, actor_id: int, at: datetime) -> None:
    people = users_with_posts(request.member.path, BRANCH_POSTS, timezone.localdate(at), may=ANSWERS) - {
        actor_id
    }
    _put(request, "members.correction_asked", people, at)


def tell_answered(request: Correction, actor_id: int, at: datetime) -> None:
    """The member reads the answer; of a request taken back the branch reads that."""
    if request.state == CorrectionState.WITHDRAWN:
        on = timezone.localdate(at)
        people = users_with_posts(request.member.path, BRANCH_POSTS, on, may=ANSWERS) - {actor_id}
    else:
        people = {pk for pk in (request.member.user_id,) if pk and pk != actor_id}
    _put(request, f"members.correction_{request.state}", people, at)


def tell_confirmed(made: Confirmation, at: datetime) -> None:
    """A member for whom the branch confirmed reads that, and how they are said to have been asked."""
    if not made.is_by_branch or made.member.user_id is None:
        return
    params = {"year": made.year, "how": made.how}
    key, url = f"confirmation:{made.pk}", reverse("members:own")
    inbox.notify({made.member.user_id}, "members.confirmed_for", key, params=params, url=url, at=at)


def _put(request: Correction, rule: str, recipients: Iterable[Any], at: datetime) -> None:
    key = f"correction:{request.pk}:{request.version}"
    inbox.notify(recipients, rule, key, params=_params(request), url=request.get_absolute_url(), at=at)


def _params(request: Correction) -> dict[str, Any]:
    due = {"day": request.due_on.isoformat()} if request.due_on else ""
    return {
        "name": request.member.name,
        "field": _word(OwnField(request.field)),
        "answer": request.answer,
        "due_on": due,
    }


# --- reminders


def drafts(on: date) -> Iterable[Draft]:
    """Open requests: the branch is reminded before the due day, on it and after; late ones go to both."""
    rows = list(
        Correction.unscoped.open().exclude(due_on=None).select_related("member").order_by("due_on", "pk")
    )
    paths = {row.member.path for row in rows}
    books = rulebooks_for(paths, PROVISIONS, on)
    own = accounts_by_body(paths, BRANCH_POSTS, on, may=ANSWERS)
    above = accounts_by_body({parent_of(path) for path in paths}, COMMITTEE_POSTS, on, may=SEES)
    for row in rows:
        path, due = row.member.path, row.due_on
        step = planning.latest_step(due, rules.reminder_steps(books[path], on), on) if due else None
        if due is not None and step is not None:
            people = own[path] | (above[parent_of(path)] if step > 0 else frozenset())
            subject = f"members.correction:{row.pk}"
            yield Draft(DUE, subject, due, step, row.get_absolute_url(), people, _params(row))


def objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why some must not go out after all: answered meanwhile, or no longer this person's."""
    on, wanted = timezone.localdate(at), matters(rows)
    found = Correction.unscoped.open().filter(pk__in=wanted.values())
    paths = dict(found.values_list("pk", "member__path"))
    own = accounts_by_body(paths.values(), BRANCH_POSTS, on, may=ANSWERS)
    above = accounts_by_body({parent_of(path) for path in paths.values()}, COMMITTEE_POSTS, on, may=SEES)

    def against(row: Asked) -> str:
        path = paths.get(wanted[row.pk])
        if path is None:
            return "already_done"
        people = own[path] | (above[parent_of(path)] if row.step > 0 else frozenset())
        return "" if row.recipient_id in people else "not_in_office"

    return objected(rows, against)
