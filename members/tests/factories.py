"""Members, posts, terms and transfers for tests: plain rows, nothing hidden."""

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from django.db import transaction

from branches.choices import PostKind
from branches.models import Organization
from branches.tests.factories import NOW
from members.choices import (
    Education,
    Gender,
    MobileReason,
    MobileState,
    Occupation,
    PeriodReason,
    Standing,
    TransferReason,
)
from members.models import BranchPeriod, Member, MobileSpell, Post, StandingPeriod, Term, Transfer
from orgportal.core.models import User
from orgportal.core.names import initials, name_key

_numbers = count(1)


def make_user(user_name: str, display_name: str = "", **fields: Any) -> User:
    user = user_row(user_name, display_name, **fields)
    user.save()
    return user


def user_row(user_name: str, display_name: str = "", **fields: Any) -> User:
    user = User(user_name=user_name, display_name=display_name or user_name, created_at=NOW, **fields)
    user.set_password("Correct-horse-1")
    return user


def make_member(branch: Organization, name: str = "张三", **fields: Any) -> Member:
    since = fields.pop("since", date(2015, 7, 1))
    (member,) = save_members([member_row(branch, name, **fields)], since)
    return member


@transaction.atomic  # their history is checked at the commit
def save_members(rows: Sequence[Member], since: date = date(2015, 7, 1)) -> list[Member]:
    """Members with the branch and the standing they have had so far."""
    made = Member.unscoped.bulk_create(rows)
    BranchPeriod.objects.bulk_create(
        BranchPeriod(
            member=row, branch=row.branch, starts_on=since, reason=PeriodReason.LOADED, recorded_at=NOW
        )
        for row in made
    )
    StandingPeriod.objects.bulk_create(
        StandingPeriod(member=row, standing=row.standing, starts_on=row.joined_on, recorded_at=NOW)
        for row in made
    )
    return made


def member_row(branch: Organization, name: str = "张三", **fields: Any) -> Member:
    number = f"M{next(_numbers):08d}"
    defaults = {
        "number": number,
        "branch": branch,
        "path": branch.path,
        "name": name,
        "name_key": name_key(name),
        "initials": initials(name),
        "gender": Gender.MALE,
        "birth_on": date(1980, 5, 17),
        "education": Education.COLLEGE,
        "occupation": Occupation.OTHER,
        "mobile": f"139{next(_numbers):08d}",
        "standing": Standing.FORMAL,
        "joined_on": date(2005, 7, 1),
        "confirmed_on": date(2006, 7, 1),
        "recorded_at": NOW,
    }
    return Member(**{**defaults, **fields})


def make_person(branch: Organization, user_name: str, name: str, **fields: Any) -> Member:
    """A member with an account."""
    return make_member(branch, name, user=make_user(user_name, name), **fields)


def make_spell(member: Member, **fields: Any) -> MobileSpell:
    """Away now, and said so on the roster."""
    defaults = {
        "state": MobileState.OUT,
        "reason": MobileReason.WORK,
        "place": "辽宁省大连市",
        "starts_on": date(2026, 1, 1),
        "recorded_at": NOW,
    }
    spell = MobileSpell.unscoped.create(member=member, **{**defaults, **fields})
    if spell.is_running:
        Member.unscoped.filter(pk=member.pk).update(mobile_state=spell.state)
    return spell


def make_post(member: Member, organization: Organization, kind: PostKind, **fields: Any) -> Post:
    post = post_row(member, organization, kind, **fields)
    post.save(force_insert=True)
    return post


def post_row(member: Member, organization: Organization, kind: PostKind, **fields: Any) -> Post:
    defaults = {"starts_on": date(2025, 1, 1), "recorded_at": NOW}
    return Post(member=member, organization=organization, kind=kind, **{**defaults, **fields})


def make_term(organization: Organization, **fields: Any) -> Term:
    defaults = {"starts_on": date(2025, 1, 1), "due_on": date(2028, 1, 1), "recorded_at": NOW}
    return Term.unscoped.create(organization=organization, **{**defaults, **fields})


def make_transfer(member: Member, target: Organization, **fields: Any) -> Transfer:
    defaults = {
        "source": member.branch,
        "reason": TransferReason.JOB,
        "started_by": member.user or make_user(f"starter{next(_numbers)}"),
        "started_at": NOW,
        "state_since": NOW,
    }
    return Transfer.unscoped.create(member=member, target=target, **{**defaults, **fields})
