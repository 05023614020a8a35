"""Plans reminders of contacts that are due and of open out-of-contact proposals, for whoever can act."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import cast

from django.utils import timezone, translation

from branches.queries import rulebooks_for
from branches.rules import parent_of
from members.choices import ProposalKind
from members.models import ContactProposal, MobileSpell
from members.provisions import LOST_ESCALATE, LOST_REMIND, MOBILE_CONTACT_REMIND, PROVISIONS
from members.queries.recipients import accounts_by_body
from members.rules.mobile import KEEPS_TOUCH
from members.rules.transfer import BRANCH_POSTS, OVER_POSTS
from orgportal.core import planning
from orgportal.core.planning import HORIZON, STALE, Draft
from orgportal.core.reminder_rows import Asked, matters, objected

CONTACT = "members.contact_due"
LOST, LOST_ABOVE = "members.out_of_contact", "members.out_of_contact_escalated"


def drafts(on: date) -> Iterable[Draft]:
    """Every step reached by tomorrow."""
    yield from _contacts(on)
    yield from _proposals(on)


# --- contacts


def _contacts(on: date) -> Iterable[Draft]:
    rows = MobileSpell.unscoped.running().select_related("member", "contact_person")
    # The second step may still be fresh when the day itself is stale.
    oldest = on - STALE - STALE
    due = list(rows.filter(next_contact_on__gte=oldest, next_contact_on__lte=on + HORIZON).order_by("pk"))
    paths = {spell.member.path for spell in due}
    books, offices = (
        rulebooks_for(paths, PROVISIONS, on),
        accounts_by_body(paths, BRANCH_POSTS, on, may=KEEPS_TOUCH),
    )
    for spell in due:
        path, due_on = spell.member.path, cast("date", spell.next_contact_on)
        step = planning.latest_step(due_on, books[path].value(MOBILE_CONTACT_REMIND.key, on), on)
        if step is not None:
            yield _contact_draft(spell, due_on, step, _told_of(spell, step, offices[path]))


def _told_of(spell: MobileSpell, step: int, office: frozenset[int]) -> frozenset[int]:
    """Until the day whoever is in touch; once it has passed the branch's posts as well."""
    return _in_touch(spell, office) | (office if step > 0 else frozenset())


def _in_touch(spell: MobileSpell, office: frozenset[int]) -> frozenset[int]:
    """The contact person, if one with an account is still in the branch; else the branch's posts."""
    person = spell.contact_person
    if person is None or person.user_id is None or person.branch_id != spell.member.branch_id:
        return office
    return frozenset({person.user_id})


def _contact_draft(spell: MobileSpell, due_on: date, step: int, to: frozenset[int]) -> Draft:
    params = {"name": spell.member.name, "place": spell.place, "due_on": {"day": due_on.isoformat()}}
    return Draft(CONTACT, f"members.spell:{spell.pk}", due_on, step, spell.get_absolute_url(), to, params)


# --- proposals


def _proposals(on: date) -> Iterable[Draft]:
    """The branch on each day of the rule, until a meeting has decided; the level above with the last."""
    found = list(ContactProposal.unscoped.open().select_related("member__branch").order_by("pk"))
    paths = {row.member.path for row in found}
    books, offices = (
        rulebooks_for(paths, PROVISIONS, on),
        accounts_by_body(paths, BRANCH_POSTS, on, may=KEEPS_TOUCH),
    )
    above = accounts_by_body({parent_of(path) for path in paths}, OVER_POSTS, on, may=KEEPS_TOUCH)
    for row in found:
        path = row.member.path
        step = planning.latest_step(row.opened_on, books[path].value(LOST_REMIND.key, on), on)
        if step is None:
            continue
        yield _proposal_draft(row, LOST, step, offices[path])
        if step >= int(books[path].value(LOST_ESCALATE.key, on)):
            yield _proposal_draft(row, LOST_ABOVE, step, above[parent_of(path)] - offices[path])


def _proposal_draft(row: ContactProposal, rule: str, step: int, to: frozenset[int]) -> Draft:
    params = {
        "name": row.member.name,
        "body": row.member.branch.name,
        "since": {"day": row.counts_from.isoformat()},
        "kind": {"word": _msgid(row.kind)},
    }
    subject = f"members.proposal:{row.pk}"
    return Draft(rule, subject, row.opened_on, step, row.get_absolute_url(), to, params)


def _msgid(kind: str) -> str:
    """The source word, put into the reader's language when the reminder is sent."""
    with translation.override(None):
        return str(ProposalKind(kind).label)


# --- asked again at send time


def contact_objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why a contact must not be reminded of after all: noted, put off, or no longer this person's."""
    on, wanted = timezone.localdate(at), matters(rows)
    running = MobileSpell.unscoped.running().select_related("member", "contact_person")
    spells = {spell.pk: spell for spell in running.filter(pk__in=wanted.values())}
    paths = {spell.member.path for spell in spells.values()}
    offices = accounts_by_body(paths, BRANCH_POSTS, on, may=KEEPS_TOUCH)

    def against(row: Asked) -> str:
        spell = spells.get(wanted[row.pk])
        if spell is None or spell.next_contact_on != row.due_on:
            return "already_done"
        told = _told_of(spell, row.step, offices[spell.member.path])
        return "" if row.recipient_id in told else "not_in_office"

    return objected(rows, against)


def proposal_objections(rows: Sequence[Asked], at: datetime) -> dict[int, str]:
    """Why a lost contact must not be told after all: decided, found, or no longer this person's."""
    on, wanted = timezone.localdate(at), matters(rows)
    found = ContactProposal.unscoped.open().filter(pk__in=wanted.values())
    paths = dict(found.values_list("pk", "member__path"))
    offices = accounts_by_body(paths.values(), BRANCH_POSTS, on, may=KEEPS_TOUCH)
    above = accounts_by_body({parent_of(path) for path in paths.values()}, OVER_POSTS, on, may=KEEPS_TOUCH)

    def against(row: Asked) -> str:
        path = paths.get(wanted[row.pk])
        if path is None:
            return "already_done"
        people = above[parent_of(path)] - offices[path] if row.rule == LOST_ABOVE else offices[path]
        return "" if row.recipient_id in people else "not_in_office"

    return objected(rows, against)
