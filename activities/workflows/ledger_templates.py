"""A body's own Word layout of a ledger: looked through, put to use, taken out of use, filled.

The layout nearest to a branch up the tree is the one its ledgers are filled into; editions stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from activities.choices import LedgerKind
from activities.messages import LEDGER_LABELS, LEDGER_MARKS
from activities.models import LedgerTemplate
from activities.queries.ledger_templates import RIGHT
from activities.rules import ledger_templates as rules
from activities.rules.ledgers import Ledger
from activities.workflows.ledger_words import PAPERS, WIDE, word_of
from branches.choices import PostKind
from branches.models import Organization
from branches.rules import ancestors
from members.choices import TemplateState
from members.queries import users_with_posts
from members.workflows import editions
from orgportal.core import word_lists, word_templates
from orgportal.core.errors import Refused
from orgportal.core.inbox import notify
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
    # Looked through anew just now.
    LedgerTemplate.unscoped.filter(pk=row.pk).update(misfit_at=None, misfit_of=None)
    editions.note("ledger_template.restored", row, actor, at)
    return LedgerTemplate.unscoped.without_file().get(pk=row.pk)


# --- in use

# Whose posts keep the layouts of a body; where it has neither, those above stand in.
KEEPERS = (PostKind.SECRETARY, PostKind.ORGANISER)


def nearest(kind: LedgerKind, branch: Organization) -> LedgerTemplate | None:
    """The layout in use of the branch itself, or of the body nearest above it that has one."""
    bodies = [branch.path, *ancestors(branch.path)]
    rows = LedgerTemplate.unscoped.current().filter(kind=kind, organization__path__in=bodies)
    return rows.select_related("organization").order_by("-organization__path").first()


def layout_of(kind: LedgerKind, branch: Organization) -> LedgerTemplate | None:
    """The same without its bytes: whose layout a page names beside the file."""
    template = nearest(kind, branch)
    return template and LedgerTemplate.unscoped.without_file().get(pk=template.pk)


def in_own_layout(
    ledger: Ledger, branch: Organization, *, at: datetime
) -> tuple[bytes | None, LedgerTemplate] | None:
    """The ledger in the layout it goes by, and no bytes where it has outgrown it; none where there is none.

    A paper that is asked for comes out in any case: then in the portal's own layout, and whoever keeps
    the layout is told once.
    """
    template = nearest(ledger.kind, branch)
    if template is None:
        return None
    try:
        with outgrown():
            return filled(ledger.kind, bytes(template.content), ledger), template
    except Refused:
        _gives_way(template, branch, at)
        return None, template


def look_over(*, at: datetime) -> int:
    """Each layout in use filled once with its example: an upgrade may have left one behind. How many were."""
    found = 0
    for template in LedgerTemplate.unscoped.current().filter(misfit_at=None).order_by("pk").iterator(20):
        try:
            sample(template)
        except Refused:
            found += _gives_way(template, None, at)
    return found


@transaction.atomic
def _gives_way(template: LedgerTemplate, branch: Organization | None, at: datetime) -> int:
    """Kept with the edition the first time, and said to whoever keeps the layouts of the body."""
    rows = LedgerTemplate.unscoped.filter(pk=template.pk, misfit_at=None)
    if not rows.update(misfit_at=at, misfit_of=branch):
        return 0
    body = template.organization
    people = users_with_posts(body.path, KEEPERS, timezone.localdate(at), may=(RIGHT,))
    with translation.override(None):
        word = str(LedgerKind(template.kind).label)
    params = {"body": body.name, "ledger": {"word": word}, "file": template.file_name}
    key, url = f"misfit:{template.pk}", template.get_absolute_url()
    notify(people, "activities.layout_gives_way", key, params=params, url=url, at=at)
    return 1


def sample(template: LedgerTemplate) -> bytes:
    """The layout filled with an example nobody can take for a record."""
    with outgrown():
        return sampled(LedgerKind(template.kind), bytes(template.content))
