"""Who is told of a spell, a match or a contact person: one line each, none for the one who did it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from members.models import Inflow, Member, MobileSpell
from members.queries import users_with_posts
from members.rules.mobile import KEEPS_TOUCH
from members.rules.transfer import BRANCH_POSTS
from orgportal.core import inbox
from orgportal.core.models import User


def registered(spell: MobileSpell, *, by_member: bool, actor: User, at: datetime) -> None:
    """Told by the member: the branch reads it. Entered by the branch: the member does."""
    params = {"name": spell.member.name, "place": spell.place, "since": _day(spell.starts_on)}
    key = f"mobile:{spell.pk}"
    if by_member:
        people = _home(spell, at) - {actor.pk}
        inbox.notify(people, "members.mobile_told", key, params=params, url=spell.get_absolute_url(), at=at)
    elif spell.member.user_id:
        own = reverse("members:own-mobile")
        people = {spell.member.user_id}
        inbox.notify(people, "members.mobile_registered", key, params=params, url=own, at=at)
    contact_person_named(spell, actor=actor, at=at)


def contact_person_named(spell: MobileSpell, *, actor: User, at: datetime) -> None:
    person = spell.contact_person
    if person is None or person.user_id is None:
        return
    params = {"name": spell.member.name, "place": spell.place}
    key = f"mobile-contact:{spell.pk}:{person.pk}"
    people, url = {person.user_id} - {actor.pk}, spell.get_absolute_url()
    inbox.notify(people, "members.mobile_contact_person", key, params=params, url=url, at=at)


def ended(spell: MobileSpell, *, by_member: bool, actor: User, at: datetime) -> None:
    if by_member:
        params = {"name": spell.member.name, "place": spell.place, "on": _day(spell.ends_on)}
        people, url = _home(spell, at) - {actor.pk}, spell.get_absolute_url()
        inbox.notify(people, "members.mobile_back", f"mobile-end:{spell.pk}", params=params, url=url, at=at)


def inflow_announced(row: Inflow, *, at: datetime) -> None:
    params = {"name": row.name, "host": row.host.name, "since": _day(row.since)}
    _put(_host(row, at), "members.inflow_announced", _key(row), params, row.get_absolute_url(), at)


def inflow_matched(row: Inflow, *, actor: User, at: datetime) -> None:
    """Both ends read it."""
    spell = _spell_of(row)
    params = {"name": row.name, "host": row.host.name}
    key = f"{_key(row)}:matched"
    me = {actor.pk}
    _put(_home(spell, at) - me, "members.mobile_matched", key, params, spell.get_absolute_url(), at)
    _put(_host(row, at) - me, "members.inflow_matched", key, params, row.get_absolute_url(), at)


def reported_to_home(row: Inflow, member: Member, *, at: datetime) -> None:
    """The home branch learns that a host has its member, whom it has not registered as away."""
    params = {"name": member.name, "host": row.host.name, "since": _day(row.since)}
    people = users_with_posts(member.path, BRANCH_POSTS, timezone.localdate(at), may=KEEPS_TOUCH)
    url = reverse("members:mobile-start", args=[member.pk])
    _put(people, "members.mobile_reported", _key(row), params, url, at)


def inflow_over(row: Inflow, *, at: datetime) -> None:
    params = {"name": row.name, "host": row.host.name}
    _put(_host(row, at), "members.inflow_over", f"{_key(row)}:over", params, row.get_absolute_url(), at)


def host_let_go(row: Inflow, *, actor: User, at: datetime) -> None:
    if row.spell_id is None:
        return
    spell = _spell_of(row)
    params = {"name": row.name, "host": row.host.name, "on": _day(row.ended_on)}
    people, key = _home(spell, at) - {actor.pk}, f"{_key(row)}:over"
    _put(people, "members.mobile_host_ended", key, params, spell.get_absolute_url(), at)


def _spell_of(row: Inflow) -> MobileSpell:
    return MobileSpell.unscoped.select_related("member").get(inflows=row)


def _home(spell: MobileSpell, at: datetime) -> set[int]:
    return users_with_posts(spell.member.path, BRANCH_POSTS, timezone.localdate(at), may=KEEPS_TOUCH)


def _host(row: Inflow, at: datetime) -> set[int]:
    return users_with_posts(row.host.path, BRANCH_POSTS, timezone.localdate(at), may=KEEPS_TOUCH)


def _key(row: Inflow) -> str:
    return f"inflow:{row.pk}:{row.version}"


def _day(day: date | None) -> dict[str, str]:
    return {"day": day.isoformat()} if day else {"word": "—"}


def _put(
    people: Collection[int], rule: str, key: str, params: dict[str, Any], url: str, at: datetime
) -> None:
    inbox.notify(people, rule, key, params=params, url=url, at=at)
