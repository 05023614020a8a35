"""A body's own Word layout of a kind of paper: looked through, put to use, taken out of use, filled.

Editions are numbered and stay; whoever may issue papers in the body's name decides which one is in use.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction

from branches.models import Organization
from members.choices import PaperKind, TemplateState
from members.models import Paper, PaperTemplate
from members.queries.paper_templates import current_for
from members.rules import paper_templates as rules
from members.workflows import editions, papers
from orgportal.core import documents, word_templates
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import User
from orgportal.core.scoping import Placed, Scope
from orgportal.core.word_layouts import Layout, examined, kept_file_name, outgrown

# Where the code of an example leads: nowhere.
SAMPLE = "样例 SAMPLE"


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it came."""

    kind: PaperKind
    name: str
    data: bytes = field(repr=False)


def may_keep(scope: Scope, body: Placed) -> bool:
    """Whoever issues papers in the body's name says how they look."""
    return any(scope.may(right, body) for right in papers.PRINT_RIGHTS)


def issuing_roots(scope: Scope) -> set[str]:
    """The topmost bodies the person issues papers for."""
    return {root for right in papers.PRINT_RIGHTS for root in scope.roots_for(right)}


def check(kind: PaperKind, data: bytes, *, most: int) -> Layout:
    """The file looked through, its marks compared with the table, and filled once. Raises TemplateFaulty."""
    return examined(
        data, most=most, marks_in=word_templates.marks,
        faults_in=lambda _parts, found: rules.faults_of(kind, found),
        fill=lambda content: _sampled(kind, content),
    )  # fmt: skip


def sample(template: PaperTemplate) -> bytes:
    """The template filled with an example nobody can take for a paper."""
    with outgrown():
        return _sampled(PaperKind(template.kind), bytes(template.content))


def _sampled(kind: PaperKind, content: bytes) -> bytes:
    pictures = rules.pictures(kind, documents.qr_png(SAMPLE))
    return word_templates.fill(content, rules.examples(kind), pictures)


@transaction.atomic
def upload(
    body: Organization, file: UploadedFile, *, actor: User, scope: Scope, at: datetime
) -> PaperTemplate:
    """The file as the next edition, in use from now on. Raises TemplateFaulty."""
    demand_keeper(body, scope)
    checked = check(file.kind, file.data, most=settings.WORD_TEMPLATE_MAX_BYTES)
    held = editions.locked_standing(body)
    rows = PaperTemplate.unscoped.filter(organization=held, kind=file.kind)
    made = PaperTemplate.unscoped.create(
        organization=held,
        kind=file.kind,
        edition=editions.next_edition(rows, actor=actor, at=at),
        file_name=kept_file_name(file.name),
        content=checked.content,
        size=len(checked.content),
        digest=checked.digest,
        marks=list(rules.names_of(file.kind, checked.marks.names)),
        state=TemplateState.CURRENT,
        uploaded_by=actor,
        uploaded_at=at,
    )
    editions.note("paper_template.uploaded", made, actor, at)
    return made


@transaction.atomic
def retire(template: PaperTemplate, *, actor: User, scope: Scope, at: datetime) -> PaperTemplate:
    """Back to the portal's own layout; the edition stays and can be put to use again."""
    demand_keeper(template.organization, scope)
    editions.retire(template, actor=actor, at=at)
    editions.note("paper_template.retired", template, actor, at)
    return PaperTemplate.unscoped.without_file().get(pk=template.pk)


@transaction.atomic
def restore(template: PaperTemplate, *, actor: User, scope: Scope, at: datetime) -> PaperTemplate:
    """An earlier edition in use again, in place of the one that is. Raises TemplateFaulty."""
    demand_keeper(template.organization, scope)
    row = PaperTemplate.unscoped.get(pk=template.pk)
    check(PaperKind(row.kind), bytes(row.content), most=row.size)
    editions.restore(row, template.organization, actor=actor, at=at)
    editions.note("paper_template.restored", row, actor, at)
    return PaperTemplate.unscoped.without_file().get(pk=row.pk)


def demand_keeper(body: Organization, scope: Scope) -> None:
    if not may_keep(scope, body):
        raise NotAllowed(papers.PRINT_RIGHTS[0])


@transaction.atomic
def filled(paper: Paper, address: str, *, actor: User, scope: Scope, at: datetime) -> bytes:
    """The paper in the issuing body's own layout, asked for and written down as its print is.

    What stands on it comes from the paper as it was issued. `address` is where its code leads.
    The trail's lock is the last one taken: the file is made before.
    """
    template, opened = current_for(paper), papers.read_for_print(paper, scope)
    if template is None:
        raise Refused("template_none")
    if paper.is_ended:
        raise Refused("template_paper_ended", number=paper.number)
    kind = PaperKind(paper.kind)
    own = {"number": paper.number, "issued_on": paper.issued_on, "valid_until": paper.valid_until}
    pictures = rules.pictures(kind, documents.qr_png(address))
    with outgrown():
        made = word_templates.fill(bytes(template.content), rules.values(kind, {**opened, **own}), pictures)
    papers.note_print(paper, actor=actor, scope=scope, at=at, template_id=template.pk)
    return made
