"""A district in which many transfers have waited too long or many duties are owed, and their reminders."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from activities.models import Duty
from branches.choices import Kind, PostKind, Sector
from branches.tests.factories import make_organization
from members.choices import TransferState
from members.tests.factories import make_member, make_person, make_post, make_transfer
from members.workflows import reminders
from orgportal.core.models import Reminder, User

PER_BRANCH = 20


def plan_waiting(size: int, *, at: datetime) -> int:
    """Make `size` waiting transfers and plan their reminders as due at `at`; return how many are in-app."""
    with transaction.atomic():
        district = make_organization(None, "示范区委", sector=Sector.TERRITORY)
        street = make_organization(
            district, "东街道党工委", kind=Kind.WORK_COMMITTEE, sector=Sector.TERRITORY
        )
        target = make_organization(street, "接收社区党支部")
        for number in range(-(-size // PER_BRANCH)):
            branch = make_organization(street, f"第{number}社区党支部")
            secretary = make_person(branch, f"secretary{number}", "李书记")
            make_post(secretary, branch, PostKind.SECRETARY)
            if number % 4 == 0:
                secretary.user.email = f"secretary{number}@example.org"
                secretary.user.save()
            for place in range(min(PER_BRANCH, size - number * PER_BRANCH)):
                make_transfer(
                    make_member(branch, f"党员{place}"), target, state=TransferState.SUBMITTED,
                    started_by=secretary.user, state_since=at - timedelta(days=10),
                )  # fmt: skip
    reminders.plan(timezone.localdate(at), at=at)
    # They are due now, whatever the hour the drill is run at.
    Reminder.objects.update(planned_for=at)
    return Reminder.objects.filter(channel="in_app").count()


def owed_duties(size: int) -> tuple[list[tuple[int, date]], User, datetime]:
    """That many duties of one branch with their due day, whom they are told, and when they are due."""
    at = timezone.now()
    due_on = timezone.localdate(at)
    with transaction.atomic():
        district = make_organization(None, "示范区委", sector=Sector.TERRITORY)
        branch = make_organization(district, "甲社区党支部")
        secretary = make_person(branch, "secretary", "李书记")
        make_post(secretary, branch, PostKind.SECRETARY)
        rows = [
            Duty(
                rule="themeday.freq", branch=branch, starts_on=due_on - timedelta(days=number),
                ends_on=due_on, due_on=due_on, recorded_at=at, decided_at=at,
            )
            for number in range(size)
        ]  # fmt: skip
        Duty.unscoped.bulk_create(rows)
    return [(row.pk, due_on) for row in rows], secretary.user, at
