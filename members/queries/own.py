"""Reads for a member's own matters: corrections and the yearly look."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from branches.queries import rulebook_for
from members.models import Confirmation, Correction, Member
from members.models.own import ConfirmationQuerySet, CorrectionQuerySet
from members.models.register import MemberQuerySet
from members.provisions import PROVISIONS
from members.queries.merging import ids_of
from members.rules import own as rules
from members.rules.own import Window
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
    rows: Any = Member.objects.visible_to(scope)
    found: MemberQuerySet = rows.active().filter(
        nobody_confirmed(year), within("path", scope.roots_for(Member.view_right))
    )
    return found


def nobody_confirmed(year: int) -> Q:
    """The condition on a member: neither they nor anybody for them said so, under whichever of their ids."""
    done = Confirmation.unscoped.filter(year=year)
    own, under_another = (done.filter(**{of: OuterRef("pk")}) for of in ("member", "member__merged_into"))
    return ~Exists(own) & ~Exists(under_another)
