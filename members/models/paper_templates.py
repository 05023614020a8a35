"""Word templates of a body's own for the papers it issues."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organization
from members.choices import TEMPLATE_KINDS, TemplateState
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet

KINDS = [(kind.value, kind.label) for kind in TEMPLATE_KINDS]


class PaperTemplateQuerySet(ScopedQuerySet["PaperTemplate"]):
    def current(self) -> "PaperTemplateQuerySet":
        return self.filter(state=TemplateState.CURRENT)

    def without_file(self) -> "PaperTemplateQuerySet":
        return self.defer("content").select_related("organization", "uploaded_by", "ended_by")


PaperTemplateManager = ScopedManager.from_queryset(PaperTemplateQuerySet)


class PaperTemplate(models.Model):
    """One edition of a body's own layout of a kind of paper. Never deleted; at most one is current."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("organization__path",)
    view_right: ClassVar[str] = "transfer.view"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="paper_templates")
    kind = models.CharField(_("kind"), max_length=12, choices=KINDS)
    edition = models.PositiveIntegerField(_("edition"))
    file_name = models.CharField(_("file name"), max_length=120)
    content = models.BinaryField()
    size = models.PositiveIntegerField(_("size"))
    digest = models.CharField(max_length=64)  # SHA-256 of the content
    marks = models.JSONField(default=list)  # names of the placeholders it holds
    state = models.CharField(_("state"), max_length=8, choices=TemplateState.choices)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    unscoped = PaperTemplateManager()
    objects = PaperTemplateManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in TEMPLATE_KINDS]),
                name="paper_template_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(state=TemplateState.CURRENT, ended_at=None, ended_by=None)
                | Q(
                    state__in=[TemplateState.REPLACED, TemplateState.RETIRED],
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                ),
                name="paper_template_end_is_dated",
            ),
            models.UniqueConstraint(
                fields=["organization", "kind"],
                condition=Q(state=TemplateState.CURRENT),
                name="paper_template_one_current",
            ),
            models.UniqueConstraint(
                fields=["organization", "kind", "edition"], name="paper_template_edition_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.edition})"

    def get_absolute_url(self) -> str:
        return reverse("members:template-detail", args=[self.pk])

    @property
    def is_current(self) -> bool:
        return self.state == TemplateState.CURRENT
