"""Word layouts of a body's own for the ledgers of itself and the branches below it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from activities.choices import LedgerKind
from branches.models import Organization
from members.choices import TemplateState
from orgportal.core.models import User
from orgportal.core.scoping import ScopedManager, ScopedQuerySet


class LedgerTemplateQuerySet(ScopedQuerySet["LedgerTemplate"]):
    def current(self) -> "LedgerTemplateQuerySet":
        return self.filter(state=TemplateState.CURRENT)

    def without_file(self) -> "LedgerTemplateQuerySet":
        return self.defer("content").select_related("organization", "uploaded_by", "ended_by", "misfit_of")


LedgerTemplateManager = ScopedManager.from_queryset(LedgerTemplateQuerySet)


class LedgerTemplate(models.Model):
    """One edition of a body's own layout of a ledger. Never deleted; at most one is current."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("organization__path",)
    view_right: ClassVar[str] = "activity.view"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="ledger_templates")
    kind = models.CharField(_("kind"), max_length=12, choices=LedgerKind.choices)
    edition = models.PositiveIntegerField(_("edition"))
    file_name = models.CharField(_("file name"), max_length=120)
    content = models.BinaryField()
    size = models.PositiveIntegerField(_("size"))
    digest = models.CharField(max_length=64)  # SHA-256 of the content
    state = models.CharField(_("state"), max_length=8, choices=TemplateState.choices)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    # Since when it fits no more, and the branch whose ledger showed it; none where its own example does not.
    misfit_at = models.DateTimeField(null=True)
    misfit_of = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")

    unscoped = LedgerTemplateManager()
    objects = LedgerTemplateManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=LedgerKind.values), name="ledger_template_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state=TemplateState.CURRENT, ended_at=None, ended_by=None)
                | Q(
                    state__in=[TemplateState.REPLACED, TemplateState.RETIRED],
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                ),
                name="ledger_template_end_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(misfit_at__isnull=False) | Q(misfit_of=None),
                name="ledger_template_misfit_is_dated",
            ),
            models.UniqueConstraint(
                fields=["organization", "kind"],
                condition=Q(state=TemplateState.CURRENT),
                name="ledger_template_one_current",
            ),
            models.UniqueConstraint(
                fields=["organization", "kind", "edition"], name="ledger_template_edition_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.edition})"

    def get_absolute_url(self) -> str:
        return reverse("activities:layout-detail", args=[self.pk])

    @property
    def is_current(self) -> bool:
        return self.state == TemplateState.CURRENT

    @property
    def gives_way(self) -> bool:
        """In use, and ledgers come out in the portal's own layout all the same, at least some."""
        return self.is_current and self.misfit_at is not None
