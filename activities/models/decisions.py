"""What was discussed and decided, by what vote, and how each follow-up ended or was carried on."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.choices import Majority, Outcome
from activities.models.records import Activity
from activities.rules.votes import Vote, vote_from
from members.models import Member
from members.queries.merging import ids_of
from orgportal.core.scoping import Scope, ScopedManager, ScopedQuerySet, reach

# What a vote is kept in, by the names it has as plain values.
VOTE_COLUMNS = ("votes_for", "votes_against", "votes_abstained", "majority", "outcome", "outcome_basis")


class AgendaItem(models.Model):
    """What was discussed."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    topic = models.CharField(_("item"), max_length=200)
    discussion = models.TextField(_("discussion"), blank=True)
    # The earlier follow-up this item takes up again.
    follow_up = models.ForeignKey(
        "Decision", on_delete=models.SET_NULL, null=True, blank=True, related_name="taken_up"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "position"], name="agenda_item_position")]

    def __str__(self) -> str:
        return self.topic


class DecisionQuerySet(ScopedQuerySet["Decision"]):
    def visible_to(self, scope: Scope) -> "DecisionQuerySet":
        """Also what was decided under a record merged into one's own: it is for the same person to do."""
        narrowed = self.filter(reach(self.model, scope) | Q(owner__in=ids_of(scope.member_id)))
        narrowed._narrowed = True  # noqa: SLF001
        return narrowed

    def open(self) -> "DecisionQuerySet":
        return self.filter(done_on=None, carried_to=None)


DecisionManager = ScopedManager.from_queryset(DecisionQuerySet)


class Decision(models.Model):
    """What was decided on an item, and the follow-up: who does it by when, and how it ended."""

    scope_lookups: ClassVar[tuple[str, ...]] = ("item__activity__branch__path",)
    view_right: ClassVar[str] = "activity.view"

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="decisions")
    position = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(_("decision"), max_length=300)
    owner = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    votes_for = models.PositiveSmallIntegerField(_("votes for"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("votes against"), null=True, blank=True)
    votes_abstained = models.PositiveSmallIntegerField(_("abstentions"), null=True, blank=True)
    majority = models.CharField(
        _("majority"), max_length=12, choices=Majority.choices, blank=True, default="", db_default=""
    )
    # Decided once, when the record was saved; empty for a day before the rules.
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=Outcome.choices, blank=True, default="", db_default=""
    )
    outcome_basis = models.JSONField(null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=300, blank=True)
    # Carried on at a later meeting: the same words, the same person, a later day.
    carried_to = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="carried_from"
    )
    version = models.PositiveIntegerField(default=1)

    unscoped = DecisionManager()
    objects = DecisionManager(guarded=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner=None, due_on=None) | Q(owner__isnull=False, due_on__isnull=False),
                name="decision_owner_with_date",
            ),
            models.CheckConstraint(
                condition=Q(
                    votes_for=None,
                    votes_against=None,
                    votes_abstained=None,
                    majority="",
                    outcome="",
                    outcome_basis__isnull=True,
                )
                | (
                    Q(
                        votes_for__isnull=False,
                        votes_against__isnull=False,
                        votes_abstained__isnull=False,
                        majority__in=Majority.values,
                    )
                    & (
                        Q(outcome="", outcome_basis__isnull=True)
                        | Q(outcome__in=Outcome.values, outcome_basis__isnull=False)
                    )
                ),
                name="decision_vote_whole",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(carried_to=None), name="decision_done_or_carried"
            ),
        ]
        indexes = [models.Index(fields=["owner", "due_on"], condition=Q(done_on=None), name="decision_open")]

    def __str__(self) -> str:
        return self.text

    @property
    def vote(self) -> Vote | None:
        """The counts and how they were ruled on when the record was saved."""
        if self.votes_for is None:
            return None
        return vote_from({name: getattr(self, name) for name in VOTE_COLUMNS})

    def is_overdue(self, day: date) -> bool:
        is_open = self.done_on is None and self.carried_to_id is None
        return is_open and self.due_on is not None and self.due_on < day
