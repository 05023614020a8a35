"""What the year of the register calls in the rooms; imported once Django stands."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from activities.choices import ActivityState
from activities.models import Activity
from branches.models import Organization
from branches.rules import parent_of
from drills._year_oracle import Journal, Life, Office
from members.choices import ContactMethod, MobileState, Standing, TransferReason
from members.models import (
    BranchPeriod,
    Contact,
    ContactProposal,
    HostAttendance,
    Member,
    Post,
    StandingPeriod,
    Transfer,
)
from members.queries import scope_for
from members.rules import transfer as rules
from members.rules.transfer import Side
from members.workflows import contacts, lost, reminders, seen, transfer
from members.workflows.contacts import Talk
from members.workflows.standing import Decision, enter
from members.workflows.transfer import Details, Words
from members.workflows.transfer_notices import accounts_of
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import LocalProvision, Reminder, User
from orgportal.demo.workflows.load import load_demo


class Rooms:
    """The doors of the rooms, and what stays the same over the year."""

    Organization, Member, Transfer, Reminder, ContactProposal = (
        Organization, Member, Transfer, Reminder, ContactProposal,
    )  # fmt: skip
    Details, Decision, Words, Refused, NotAllowed, Side = Details, Decision, Words, Refused, NotAllowed, Side
    rules, seen, transfer, timezone, connection = rules, seen, transfer, timezone, connection
    accounts_of, parent_of = staticmethod(accounts_of), staticmethod(parent_of)
    reason, grounds = TransferReason.JOB, "not_here"
    # Written down here by hand: 本系统地方默认值, ten days a step, again after seven, above after fourteen.
    step_days, ladder = 10, (0, 7, 14)

    branches: list[Organization]
    people: list[int]
    users: dict[int, User]

    def __init__(self) -> None:
        self._scopes: dict[tuple[int, date], Any] = {}

    def load(self, at: datetime, members: int, accounts: int) -> None:
        """The demo's district; so many members without a post get an account, to move themselves."""
        call_command("migrate", verbosity=0)
        load_demo(at, members=members)
        self.branches = list(Organization.unscoped.branches().filter(dissolved_on=None).order_by("pk"))
        active = Member.unscoped.filter(standing__in=[Standing.FORMAL, Standing.PROBATIONARY])
        self.people = list(active.order_by("pk").values_list("pk", flat=True))
        for pk in (
            active.filter(posts=None, user=None).order_by("-pk").values_list("pk", flat=True)[:accounts]
        ):
            user = User.objects.create(user_name=f"member{pk}", display_name="党员", created_at=at)
            Member.unscoped.filter(pk=pk).update(user=user)
        self.users = {user.pk: user for user in User.objects.all()}

    def journal(self) -> Journal:
        """The raw events before the year: periods, attendance, guests, contacts, the stated takeover day."""
        stated = LocalProvision.objects.get(key="duty.taken_over_on").value
        came: dict[int, date] = {}
        periods = BranchPeriod.objects.exclude(reason="reorganised").order_by("starts_on")
        came.update(periods.values_list("member", "starts_on"))
        present = Member.unscoped.active().values_list("pk", flat=True)
        journal = Journal(date.fromisoformat(stated), {pk: Life(came[pk], []) for pk in present})
        rows = StandingPeriod.objects.filter(member__in=journal.lives).order_by("starts_on")
        for pk, day, standing, ground in rows.values_list("member", "starts_on", "standing", "ground"):
            journal.stands(pk, day, standing, ground)
        for day, people in self._sightings():
            journal.saw((pk for pk in people if pk in journal.lives), day)
        return journal

    @staticmethod
    def _sightings() -> Iterable[tuple[date, Any]]:
        held = Activity.unscoped.filter(state=ActivityState.HELD)
        yield from held.values_list("held_on", "present_ids")
        for rows in (HostAttendance.objects.all(), Contact.unscoped.filter(void_reason="")):
            yield from ((day, [pk]) for day, pk in rows.values_list("on", "member"))

    @staticmethod
    def offices() -> list[Office]:
        """Every post of somebody with an account, as the register has it tonight."""
        rows = Post.unscoped.filter(member__user__is_active=True, organization__dissolved_on=None)
        rows = rows.exclude(member__standing=Standing.ENDED)
        facts = ("organization__path", "kind", "member__user", "starts_on", "ends_on")
        return [Office(*row) for row in rows.values_list(*facts)]

    def acting(self, user: int, day: date) -> dict[str, Any]:
        """This person with the scope their posts give them that day."""
        if (user, day) not in self._scopes:
            self._scopes[user, day] = scope_for(self.users[user], day)
        return {"actor": self.users[user], "scope": self._scopes[user, day]}

    def forget(self) -> None:
        """Posts may have changed over night."""
        self._scopes.clear()

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
    def away() -> list[Member]:
        return list(Member.unscoped.active().exclude(mobile_state=MobileState.NONE).order_by("pk"))

    def decide(self, member: Member, kind: str, user: int, day: date, at: datetime, ground: str = "") -> bool:
        """A decision with effect today, by somebody who may take it; whether it took effect."""
        decision = Decision(
            kind=kind, decided_on=day, effect_on=day, document="演练决议", approval="演练批复", ground=ground
        )
        change = enter(member, decision, seen_version=member.version, at=at, **self.acting(user, day))
        return bool(change.state == "in_force")

    def call(self, member: Member, user: int, day: date, at: datetime) -> None:
        contacts.log(member, Talk(ContactMethod.PHONE, day), at=at, **self.acting(user, day))

    @staticmethod
    def clocks(day: date, at: datetime) -> None:
        """What the night does: expiry, reminders, proposals; each is safe to run twice."""
        for pk in transfer.lapsed(day):
            transfer.lapse(pk, on=day, at=at)
        reminders.plan(day, at=at)
        lost.propose(day, at=at)

    @staticmethod
    def propose(day: date, at: datetime) -> None:
        lost.propose(day, at=at)

    @staticmethod
    def states_of(transfers: Iterable[int]) -> dict[str, int]:
        return dict(Counter(Transfer.unscoped.filter(pk__in=list(transfers)).values_list("state", flat=True)))
