"""Accounts of members: opened in bulk by their secretary, reset by nobody who may do less than they may."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from members.models import Member
from members.models.register import MemberQuerySet
from members.queries import scope_for, users_who_may
from orgportal.core import audit, inbox
from orgportal.core.errors import Refused
from orgportal.core.models import Desk, User
from orgportal.core.scoping import Scope, within
from orgportal.core.slips import Slip
from orgportal.core.workflows.accounts import Applicant, new_slip, open_accounts, reopen_without_password
from orgportal.core.workflows.desks import demand_desk

RIGHT = "member.account"
MOST_AT_ONCE = 100


def members_served(scope: Scope) -> MemberQuerySet:
    """The members whose accounts this person looks after."""
    rows: MemberQuerySet = Member.objects.visible_to(scope)
    served = rows.active().filter(within("path", scope.roots_for(RIGHT)))
    return served.select_related("user", "branch").order_by("path", "name_key", "pk")


@transaction.atomic
def open_for_members(ids: Collection[int], *, actor: User, scope: Scope, at: datetime) -> list[Slip]:
    """An account and a slip for each chosen member without one; those of others are passed over."""
    waiting = members_served(scope).filter(pk__in=ids, user=None)
    members = list(waiting.select_for_update(of=("self",), no_key=True))
    if not members:
        raise Refused("accounts_none_chosen")
    if len(members) > MOST_AT_ONCE:
        raise Refused("accounts_too_many", limit=MOST_AT_ONCE)
    for member in members:
        scope.demand(RIGHT, member)
    slips = open_accounts([Applicant(member.name, member.mobile) for member in members], actor=actor, at=at)
    for member, slip in zip(members, slips, strict=True):
        member.user_id = slip.user_id
    Member.unscoped.bulk_update(members, ["user"])
    return slips


def reset_for_member(member: Member, *, actor: User, scope: Scope, at: datetime, today: date) -> Slip:
    """A new slip for a member of one's own. Whoever may do more than oneself is reset by the system desk."""
    scope.demand(RIGHT, member)
    user = member.user
    if user is None:
        raise Refused("account_missing")
    if user == actor:
        raise Refused("own_account")
    if not covers(scope, scope_for(user, today)):
        raise Refused("account_of_officer")
    return new_slip(user, actor=actor, at=at)


def reopen(member: Member, *, actor: User, at: datetime) -> bool:
    """Whoever comes back into the register may sign in again, once their branch has issued a slip."""
    user = member.user
    if user is None or not reopen_without_password(user, actor=actor, at=at):
        return False
    _tell_keepers(member, user, at)
    return True


def _tell_keepers(member: Member, user: User, at: datetime) -> None:
    """Whoever may issue the slip; where no post up to the top may, the system desk, which reads no branch."""
    key = f"account:{user.pk}:{user.version}"
    if told := users_who_may(RIGHT, member.path, timezone.localdate(at)):
        inbox.notify(
            told, "members.account_reopened", key,
            params={"name": member.name, "branch": member.branch.name},
            url=reverse("members:account-reset", args=[member.pk]), at=at,
        )  # fmt: skip
        return
    desk = User.objects.filter(desk=Desk.SYSTEM, is_active=True).values_list("pk", flat=True)
    inbox.notify(
        set(desk), "members.account_reopened_unkept", key,
        params={"name": user.display_name, "user_name": user.user_name},
        url=reverse("core:account-detail", args=[user.pk]), at=at,
    )  # fmt: skip


def covers(scope: Scope, other: Scope) -> bool:
    """Whether everything the other may do, this person may do as well."""
    return all(scope.may(right, grant.root) for grant in other.grants for right in grant.rights)


def open_by_number(number: str, name: str, *, actor: User, at: datetime) -> Slip:
    """The system desk opens an account for a member named exactly; a miss is recorded and tells nothing."""
    demand_desk(actor, Desk.SYSTEM)
    slip = _open_if_found(number, name, actor, at)
    if slip is None:
        changes = {"number": number}
        audit.record(actor=actor, action="account.not_opened", target=None, at=at, changes=changes)
        raise Refused("account_no_such_member")
    return slip


@transaction.atomic
def _open_if_found(number: str, name: str, actor: User, at: datetime) -> Slip | None:
    found = Member.unscoped.active().filter(number=number, name=name, user=None)
    member = found.select_for_update(no_key=True).first()
    if member is None:
        return None
    (slip,) = open_accounts([Applicant(member.name, member.mobile)], actor=actor, at=at)
    member.user_id = slip.user_id
    Member.unscoped.bulk_update([member], ["user"])
    return slip
