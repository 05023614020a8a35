"""What is recorded of a person beside the periods, under every id they have: one list, newest first.

A merge leaves each row under the id it was written for; here they are read as one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Confirmation, Contact, Correction, Member, MobileSpell, Paper, Transfer
from members.queries.merging import ids_of
from orgportal.core.scoping import Scope

SHOWN = 50


class RecordKind(TextChoices):
    """What is recorded of a person beside the periods."""

    TRANSFER = "transfer", _("Transfer")
    STAY = "stay", _("Stay away")
    CONTACT = "contact", _("Contact")
    PAPER = "paper", _("Paper")
    CORRECTION = "correction", _("Correction")
    CONFIRMATION = "confirmation", _("Yearly confirmation")


@dataclass(frozen=True, slots=True)
class Record:
    """One line: what, from when, until when, in a few words, under which member number."""

    kind: RecordKind
    id: int
    member_id: int
    number: str
    on: date
    until: date | None
    text: str
    url: str


def records_of(member: Member, scope: Scope, limit: int = SHOWN) -> list[Record]:
    """As far as this person may read them; whoever asks about themselves reads all."""
    ids = ids_of(member.pk)
    is_own = scope.member_id == member.pk
    numbers = dict(Member.unscoped.filter(pk__in=ids).values_list("pk", "number"))
    found = [
        Record(
            kind, row.pk, row.member_id, numbers[row.member_id], on, until, text, "" if is_own else _page(row)
        )
        for kind, row, on, until, text in _lines(ids, scope, is_own=is_own, limit=limit)
    ]
    return sorted(found, key=lambda record: (record.on, record.kind, record.id), reverse=True)[:limit]


def _lines(ids: list[int], scope: Scope, *, is_own: bool, limit: int) -> Iterator[tuple[Any, ...]]:
    def rows(model: Any, latest: str, *joined: str) -> Iterable[Any]:
        reach = model.unscoped if is_own else model.objects.visible_to(scope)
        mine = reach.filter(member__in=ids).select_related(*joined)
        newest: Iterable[Any] = mine.order_by(latest, "-pk")[:limit]
        return newest

    for move in rows(Transfer, "-started_at", "source", "target"):
        until = timezone.localdate(move.ended_at) if move.ended_at else None
        way = f"{move.source.short_name} → {move.target_name} · {move.get_state_display()}"
        yield RecordKind.TRANSFER, move, timezone.localdate(move.started_at), until, way
    for stay in rows(MobileSpell, "-starts_on"):
        said = f"{stay.place} {stay.get_end_kind_display()}".strip()
        yield RecordKind.STAY, stay, stay.starts_on, stay.ends_on, said
    for talk in rows(Contact, "-on"):
        yield RecordKind.CONTACT, talk, talk.on, None, str(talk.get_method_display())
    for paper in rows(Paper, "-issued_on"):
        said = f"{paper.get_kind_display()} {paper.number}"
        yield RecordKind.PAPER, paper, paper.issued_on, paper.ended_on or paper.valid_until, said
    for asked in rows(Correction, "-asked_at"):
        said = f"{asked.get_field_display()} · {asked.get_state_display()}"
        yield RecordKind.CORRECTION, asked, timezone.localdate(asked.asked_at), None, said
    for done in rows(Confirmation, "-year"):
        yield RecordKind.CONFIRMATION, done, timezone.localdate(done.at), None, str(done.year)


def _page(row: Any) -> str:
    return row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""
