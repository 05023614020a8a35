"""Leave asked before a planned meeting: one row a member and meeting, for the day it then had."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.choices import LeaveReason
from activities.models.records import Activity
from members.models import Member
from members.queries.merging import ids_of
from orgportal.core.scoping import Scope, ScopedManager, ScopedQuerySet, reach


class LeaveRequestQuerySet(ScopedQuerySet["LeaveRequest"]):
    def visible_to(self, scope: Scope) -> Self:
        """For those who record the meeting, a group's leader included, and for the person."""
        condition = reach(self.model, scope) | Q(member__in=ids_of(scope.member_id))
        if scope.groups:
            condition |= Q(activity__group__in=scope.groups)
        narrowed = self.filter(condition)
        narrowed._narrowed = True  # noqa: SLF001
        return narrowed

    def standing(self) -> "LeaveRequestQuerySet":
        """Not withdrawn."""
        return self.filter(withdrawn_at=None)

    def for_the_day(self) -> "LeaveRequestQuerySet":
        """Asked for the day the meeting now has: who cannot come on one day may come on another."""
        return self.standing().filter(for_day=F("activity__held_on"))


LeaveRequestManager = ScopedManager.from_queryset(LeaveRequestQuerySet)


class LeaveRequest(models.Model):
    """A member says beforehand that they cannot come, and why; only the record makes it leave."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("activity__branch__path",)
    view_right: ClassVar[str] = "activity.record"

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="leave_requests")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="leave_requests")
    for_day = models.DateField()
    reason = models.CharField(_("reason"), max_length=8, choices=LeaveReason.choices)
    remark = models.CharField(_("remark"), max_length=120, blank=True)
    asked_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    unscoped = LeaveRequestManager()
    objects = LeaveRequestManager(guarded=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "member"], name="leave_request_once"),
            models.CheckConstraint(
                condition=Q(reason__in=LeaveReason.values), name="leave_request_reason_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} for {self.activity_id}"

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None

    @property
    def words(self) -> str:
        """Reason and remark."""
        return " · ".join(filter(None, (str(self.get_reason_display()), self.remark)))
