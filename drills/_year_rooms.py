"""What the year of the register calls in the rooms; imported once Django stands."""

from collections import Counter, defaultdict
from datetime import date, datetime

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from branches.models import Organization
from members.choices import MobileState, SeenSource, Standing, TransferReason
from members.models import ContactProposal, LastSeen, Member, Post, StandingPeriod, Transfer
from members.queries import scope_for
from members.rules import transfer as rules
from members.workflows import lost, reminders, seen, transfer
from members.workflows.transfer import Details
from members.workflows.transfer_notices import accounts_of
from orgportal.core.errors import Refused
from orgportal.core.models import Reminder, User
from orgportal.demo.workflows.load import load_demo


class Rooms:
    """The doors of the rooms, and what stays the same over the year."""

    Organization, Member, Transfer, Reminder, ContactProposal = (
        Organization, Member, Transfer, Reminder, ContactProposal,
    )  # fmt: skip
    Details, Refused, SeenSource = Details, Refused, SeenSource
    rules, seen, transfer, timezone, connection = rules, seen, transfer, timezone, connection
    scope_for, accounts_of = staticmethod(scope_for), staticmethod(accounts_of)
    reason = TransferReason.JOB
    # Written down here by hand: 区委组织部本地约定, ten days a step, again after seven, above after fourteen.
    step_days, ladder = 10, (0, 7, 14)

    branches: list[Organization]
    people: list[int]

    def load(self, at: datetime, members: int) -> None:
        call_command("migrate", verbosity=0)
        load_demo(at, members=members)
        self.branches = list(Organization.unscoped.branches().filter(dissolved_on=None).order_by("pk"))
        active = Member.unscoped.filter(standing__in=[Standing.FORMAL, Standing.PROBATIONARY])
        self.people = list(active.order_by("pk").values_list("pk", flat=True))

    @staticmethod
    def officer() -> User:
        return User.objects.get(user_name="officer")

    @staticmethod
    def first_sightings() -> dict[int, date]:
        """The latest of each member's sightings before the year."""
        found: dict[int, date] = {}
        for pk, on in LastSeen.objects.values_list("member", "on"):
            found[pk] = max(on, found.get(pk, on))
        return found

    @staticmethod
    def standings() -> dict[int, tuple[str, date]]:
        """Standing of everybody in the register, and since when."""
        since = dict(StandingPeriod.objects.filter(ends_on=None).values_list("member", "starts_on"))
        rows = Member.unscoped.active().values_list("pk", "standing", "joined_on")
        return {pk: (standing, since.get(pk, joined_on)) for pk, standing, joined_on in rows}

    @staticmethod
    def roster() -> dict[int, list[int]]:
        """Members at home today, by branch."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for branch, pk in (
            Member.unscoped.active().filter(mobile_state=MobileState.NONE).values_list("branch", "pk")
        ):
            found[branch].append(pk)
        return found

    @staticmethod
    def away() -> list[int]:
        rows = Member.unscoped.active().exclude(mobile_state=MobileState.NONE)
        return list(rows.order_by("pk").values_list("pk", flat=True))

    @staticmethod
    def clocks(day: date, at: datetime) -> None:
        """What the night does: expiry, reminders, proposals; each is safe to run twice."""
        for pk in transfer.lapsed(day):
            transfer.lapse(pk, on=day, at=at)
        reminders.plan(day, at=at)
        lost.propose(day, at=at)

    def any_above(self, users: set[int], transfer_pk: int, state: str) -> bool:
        """Whether one of these people holds a post in a body above the one that owns the state."""
        row = Transfer.unscoped.select_related("source", "target").get(pk=transfer_pk)
        place = row.target.path if state == "at_receiver" else row.source.path
        posts = Post.unscoped.filter(member__user__in=users).values_list("organization__path", flat=True)
        return any(place.startswith(path) and path != place for path in posts)

    @staticmethod
    def states_of(transfers: dict[int, bool]) -> dict[str, int]:
        return dict(Counter(Transfer.unscoped.filter(pk__in=transfers).values_list("state", flat=True)))
