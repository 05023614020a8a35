"""Reads for a member's own matters: corrections, the yearly look, and who can see the data today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from branches.choices import Kind, PostKind
from branches.queries import rulebook_for
from branches.rules import ancestors, rights_of
from members.choices import Standing
from members.models import Confirmation, Correction, Member, Post, Transfer
from members.models.own import ConfirmationQuerySet, CorrectionQuerySet
from members.models.register import MemberQuerySet
from members.provisions import PROVISIONS
from members.queries.merging import ids_of
from members.rules import own as rules
from members.rules.own import ACCESS, FIELDS, FieldClass, Holder, Window
from orgportal.core.rulebook import Citation, Rulebook
from orgportal.core.scoping import Scope, within

SHOWN = 20


def book_for(path: str, on: date) -> Rulebook:
    return rulebook_for(path, PROVISIONS, on)


# --- one member


@dataclass(frozen=True, slots=True)
class OwnState:
    """What is under way about a member's data: corrections, and the look of this year."""

    corrections: list[Correction]
    window: Window
    confirmation: Confirmation | None
    citation: Citation
    today: date

    @property
    def open(self) -> list[Correction]:
        return [row for row in self.corrections if row.is_open]

    @property
    def is_asked(self) -> bool:
        """The member is to look the data over now."""
        return self.confirmation is None and self.window.is_open(self.today)

    @property
    def is_late(self) -> bool:
        return self.is_asked and self.window.is_over(self.today)


def own_word(member: Member) -> tuple[CorrectionQuerySet, ConfirmationQuerySet]:
    """What the person corrected, asked for and confirmed, under every id they have, newest first."""
    ids = ids_of(member.pk)
    asked = Correction.unscoped.filter(member__in=ids).select_related("answered_by")
    done = Confirmation.unscoped.filter(member__in=ids).select_related("by")
    return asked.order_by("-asked_at", "-pk"), done.order_by("-year", "-at")


def own_state(member: Member, today: date) -> OwnState:
    """Two queries beside the rulebook's, however much there is."""
    book = book_for(member.path, today)
    asked, done = own_word(member)
    return OwnState(
        corrections=list(asked[:SHOWN]),
        window=rules.window(book, today),
        confirmation=done.filter(year=today.year).first(),
        citation=book.cite("own.correction_right", today),
        today=today,
    )


# --- the branch's lists


def corrections_for(scope: Scope) -> CorrectionQuerySet:
    """Requests and corrections in the subtrees the person answers for; one's own only if they lie there."""
    rows: Any = Correction.objects.visible_to(scope)
    here = within("member__path", scope.roots_for(Correction.view_right))
    found: CorrectionQuerySet = rows.filter(here).select_related("member__branch", "answered_by")
    return found


def unconfirmed(scope: Scope, year: int) -> MemberQuerySet:
    """Members in those subtrees whose data nobody has looked over this year."""
    done = Confirmation.unscoped.filter(member=OuterRef("pk"), year=year)
    rows: Any = Member.objects.visible_to(scope)
    found: MemberQuerySet = rows.active().filter(
        ~Exists(done), within("path", scope.roots_for(Member.view_right))
    )
    return found


# --- who can see it now


@dataclass(frozen=True, slots=True)
class AccessLine:
    """What can be done with a class of facts, and by whom."""

    code: str
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class ClassSheet:
    """One class of facts: which facts, and who can do what with them today."""

    key: FieldClass
    fields: tuple[str, ...]
    lines: tuple[AccessLine, ...]


def who_can_see(member: Member, transfer: Transfer | None, on: date) -> list[ClassSheet]:
    """By class of facts, as of that day; one query, however many posts there are."""
    holders = _holders(member, transfer, on)
    return [
        ClassSheet(key, FIELDS[key], tuple(_lines(key, holders)))
        for key in (FieldClass.SENSITIVE, FieldClass.PERSONAL, FieldClass.INTERNAL, FieldClass.PUBLIC)
    ]


def _lines(key: FieldClass, holders: list[Holder]) -> Iterable[AccessLine]:
    for access in ACCESS[key]:
        if found := rules.who_can(access, holders):
            yield AccessLine(access.code, found)


def _holders(member: Member, transfer: Transfer | None, on: date) -> list[Holder]:
    home = {*ancestors(member.path), member.path}
    target = getattr(transfer.target, "path", "") if transfer else ""
    away = {*ancestors(target), target} - home if target else set()
    rows = (
        Post.unscoped.held_on(on)
        .filter(organization__path__in=home | away, organization__dissolved_on=None)
        .exclude(member__standing=Standing.ENDED)
        .exclude(member=member)
        .order_by("organization__path", "member__name_key", "pk")
        .values_list("member__name", "kind", "organization__name", "organization__kind", "organization__path")
    )
    return [
        Holder(name, kind, body, rights_of(PostKind(kind), Kind(body_kind)), at_target=path in away)
        for name, kind, body, body_kind, path in rows
    ]
