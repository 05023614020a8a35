"""A body's own Word layout of a ledger: looked through, put to use, taken out of use, filled.

The layout nearest to a branch up the tree is the one its ledgers are filled into; editions stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation

from activities.choices import LedgerKind
from activities.messages import LEDGER_LABELS, LEDGER_MARKS
from activities.models import LedgerTemplate
from activities.queries.ledger_templates import RIGHT
from activities.rules import ledger_templates as rules
from activities.rules.ledgers import Ledger
from activities.workflows.ledger_words import PAPERS, WIDE, word_of
from branches.models import Organization
from branches.rules import ancestors
from members.choices import TemplateState
from members.workflows import editions
from orgportal.core import word_lists, word_templates
from orgportal.core.errors import Refused
from orgportal.core.models import User
from orgportal.core.scoping import Scope
from orgportal.core.word_files import Fault
from orgportal.core.word_layouts import Layout, examined, kept_file_name, outgrown
from orgportal.core.word_templates import DOTTED


@dataclass(frozen=True, slots=True)
class UploadedLayout:
    """A file as it came."""

    kind: LedgerKind
    name: str
    data: bytes = field(repr=False)


# --- what it begins from, and how it reads


def meanings() -> dict[str, str]:
    """What stands at each mark, in the language that is spoken."""
    months = {f"month_{n}": str(translation.gettext("Month %(n)s") % {"n": n}) for n in range(1, 13)}
    return months | {key: str(label) for key, label in {**LEDGER_LABELS, **LEDGER_MARKS}.items()}


def starter(kind: LedgerKind) -> bytes:
    """The portal's own layout with a mark in each of its fields."""
    return word_of(_made(kind), wide=kind in WIDE)


def _made(kind: LedgerKind, *, is_example: bool = False) -> Ledger:
    with translation.override(PAPERS):
        return rules.Made(kind, meanings(), meanings(), is_example).ledger()


def filled(kind: LedgerKind, content: bytes, ledger: Ledger) -> bytes:
    """Raises Unfillable, or Unfit where it has become too large."""
    data = word_lists.with_loops(content, rules.block_of(kind), rules.SAME)
    return word_templates.with_breaks(word_templates.fill(data, rules.values(ledger), {}))


def sampled(kind: LedgerKind, content: bytes) -> bytes:
    return filled(kind, content, _made(kind, is_example=True))


def check(kind: LedgerKind, data: bytes, *, most: int) -> Layout:
    """The file looked through, each mark and where it stands, and filled once. Raises TemplateFaulty."""

    def faults_in(parts: Mapping[str, bytes], found: word_templates.Marks) -> list[Fault]:
        return rules.faults_of(kind, found, word_lists.places(parts, rules.block_of(kind)))

    return examined(
        data, most=most, marks_in=lambda parts: word_templates.marks(parts, named=DOTTED),
        faults_in=faults_in, fill=lambda content: sampled(kind, content),
    )  # fmt: skip


# --- editions


def may_keep(scope: Scope, body: Organization) -> bool:
    return scope.may(RIGHT, body)


@transaction.atomic
def upload(
    body: Organization, file: UploadedLayout, *, actor: User, scope: Scope, at: datetime
) -> LedgerTemplate:
    """The file as the next edition, in use from now on. Raises TemplateFaulty."""
    scope.demand(RIGHT, body)
    layout = check(file.kind, file.data, most=settings.WORD_TEMPLATE_MAX_BYTES)
    held = editions.locked_standing(body)
    rows = LedgerTemplate.unscoped.filter(organization=held, kind=file.kind)
    number = editions.next_edition(rows, actor=actor, at=at)
    made = LedgerTemplate.unscoped.create(
        organization=held, kind=file.kind, edition=number, file_name=kept_file_name(file.name),
        content=layout.content, size=len(layout.content), digest=layout.digest, state=TemplateState.CURRENT,
        uploaded_by=actor, uploaded_at=at,
    )  # fmt: skip
    editions.note("ledger_template.uploaded", made, actor, at)
    return made


@transaction.atomic
def retire(template: LedgerTemplate, *, actor: User, scope: Scope, at: datetime) -> LedgerTemplate:
    """Back to the layout of the body above, or the portal's own; the edition can be put to use again."""
    scope.demand(RIGHT, template.organization)
    editions.retire(template, actor=actor, at=at)
    editions.note("ledger_template.retired", template, actor, at)
    return LedgerTemplate.unscoped.without_file().get(pk=template.pk)


@transaction.atomic
def restore(template: LedgerTemplate, *, actor: User, scope: Scope, at: datetime) -> LedgerTemplate:
    """An earlier edition in use again, in place of the one that is. Raises TemplateFaulty."""
    scope.demand(RIGHT, template.organization)
    row = LedgerTemplate.unscoped.get(pk=template.pk)
    check(LedgerKind(row.kind), bytes(row.content), most=row.size)
    editions.restore(row, template.organization, actor=actor, at=at)
    editions.note("ledger_template.restored", row, actor, at)
    return LedgerTemplate.unscoped.without_file().get(pk=row.pk)


# --- in use


def nearest(kind: LedgerKind, branch: Organization) -> LedgerTemplate | None:
    """The layout in use of the branch itself, or of the body nearest above it that has one."""
    bodies = [branch.path, *ancestors(branch.path)]
    rows = LedgerTemplate.unscoped.current().filter(kind=kind, organization__path__in=bodies)
    return rows.order_by("-organization__path").first()


def in_own_layout(ledger: Ledger, branch: Organization) -> tuple[bytes, LedgerTemplate] | None:
    """The ledger in the layout it goes by; none where there is none, or the ledger has outgrown it.

    A paper that is asked for comes out in any case: then in the portal's own layout.
    """
    template = nearest(ledger.kind, branch)
    if template is None:
        return None
    try:
        with outgrown():
            return filled(ledger.kind, bytes(template.content), ledger), template
    except Refused:
        return None


def sample(template: LedgerTemplate) -> bytes:
    """The layout filled with an example nobody can take for a record."""
    with outgrown():
        return sampled(LedgerKind(template.kind), bytes(template.content))
