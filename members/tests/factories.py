"""Members, posts, terms and transfers for tests: plain rows, nothing hidden."""

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
    user = User(user_name=user_name, display_name=display_name or user_name, created_at=NOW, **fields)
    user.set_password("Correct-horse-1")
    user.save()
    return user


@transaction.atomic  # its history is checked at the commit
def make_member(branch: Organization, name: str = "张三", **fields: Any) -> Member:
    since = fields.pop("since", date(2015, 7, 1))
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
    member = Member.unscoped.create(**{**defaults, **fields})
    BranchPeriod.objects.create(
        member=member, branch=branch, starts_on=since, reason=PeriodReason.LOADED, recorded_at=NOW
    )
    StandingPeriod.objects.create(
        member=member, standing=member.standing, starts_on=member.joined_on, recorded_at=NOW
    )
    return member


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
    defaults = {"starts_on": date(2025, 1, 1), "recorded_at": NOW}
    return Post.unscoped.create(member=member, organization=organization, kind=kind, **{**defaults, **fields})


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
