"""Reads for merging two records: who might be the same, their digest, all ids of a person."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Collection, Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

from members.models import BranchPeriod, CardCheck, LastSeen, Member, Post, StandingPeriod
from members.rules.merging import Span, Stand
from orgportal.core.scoping import Scope, within

RIGHT = "member.merge"
PERIOD = ("branch_id", "starts_on", "ends_on", "reason", "recorded_at")
STANDING = ("standing", "end_kind", "restriction", "starts_on", "ends_on", "basis", "recorded_at", "ground")
POST = ("id", "organization_id", "kind", "group_id", "starts_on", "ends_on", "cancelled_on")
SIGHTING = ("source", "on", "evidence")
# Rows of a member whose every change is work on the record.
WORK = (
    "arrivals", "cases", "confirmations", "contacts", "corrections", "host_attendances", "inflows", "papers",
    "spells", "standing_changes", "transfers",
)  # fmt: skip
SEALED = (bytes, memoryview)
SHOWN = 20


def ids_of(member_id: int | None) -> list[int]:
    """All ids the person is recorded under: their own, and those of records merged into it. None: none."""
    return [] if member_id is None else [member_id, *sorted(aliases_of([member_id]))]


def aliases_of(members: Collection[int]) -> dict[int, int]:
    """Ids of records merged into these members, however often, each with the id it stands for."""
    found: dict[int, int] = {}
    stands_for = {pk: pk for pk in members}
    while stands_for:
        rows = Member.unscoped.filter(merged_into__in=stands_for).values_list("pk", "merged_into_id")
        stands_for = {pk: stands_for[into] for pk, into in rows}
        found |= stands_for
    return found


def survivors_of(members: Collection[int | None]) -> dict[int, int]:
    """Of these ids those of records merged away, each with the id of the person now."""
    links: dict[int, int] = {}
    asked = {pk for pk in members if pk is not None}
    while asked:
        rows = Member.unscoped.filter(pk__in=asked, merged_into__isnull=False)
        links |= dict(rows.values_list("pk", "merged_into_id"))
        asked = {links[pk] for pk in asked & set(links)}
    return {pk: _last(pk, links) for pk in links if pk in members}


def people_of(members: Collection[int]) -> set[int]:
    """The persons these ids stand for today."""
    merged = survivors_of(members)
    return {merged.get(pk, pk) for pk in members}


def accounts_of(members: Collection[int | None]) -> dict[int, int]:
    """By id asked, the account of the person it stands for today; whoever has none is left out."""
    merged = survivors_of(members)
    person = {pk: merged.get(pk, pk) for pk in members if pk is not None}
    rows = Member.unscoped.filter(pk__in=person.values(), user__isnull=False)
    accounts = dict(rows.values_list("pk", "user_id"))
    return {pk: accounts[now] for pk, now in person.items() if now in accounts}


def _last(pk: int, links: dict[int, int]) -> int:
    while pk in links:
        pk = links[pk]
    return pk


def mergeable(scope: Scope) -> Any:
    """Records one person answers for and may merge: of present members and of those who left."""
    rows = Member.objects.visible_to(scope).filter(within("path", scope.roots_for(RIGHT)))
    return rows.filter(merged_into=None).select_related("branch")


def candidates(member: Member, scope: Scope, text: str = "") -> list[Member]:
    """Who might be the same: same name and day of birth, or the same mobile; or whom the person names."""
    like = Q(name=member.name, birth_on=member.birth_on)
    if member.mobile:
        like |= Q(mobile=member.mobile)
    if text:
        like = Q(number=text) | Q(name=text)
    rows = mergeable(scope).filter(like).exclude(pk=member.pk)
    return list(rows.order_by("name_key", "pk")[:SHOWN])


def spans_of(member: Member) -> list[Span]:
    rows = BranchPeriod.objects.filter(member=member).order_by("starts_on")
    return [
        Span(*row) for row in rows.values_list("branch_id", "starts_on", "ends_on", "reason", "recorded_at")
    ]


def stands_of(member: Member) -> list[Stand]:
    rows = StandingPeriod.objects.filter(member=member).order_by("starts_on")
    fields = ("standing", "end_kind", "restriction", "starts_on", "ends_on", "basis", "ground", "recorded_at")
    return [Stand(*row) for row in rows.values_list(*fields)]


def snapshot(member: Member) -> dict[str, Any]:
    """The record with its periods, posts and sightings, as plain values."""
    row: dict[str, Any] = dict(Member.unscoped.filter(pk=member.pk).values().get())
    sealed = row.pop("id_number_sealed")
    return {
        "row": {**row, "id_number_sealed": b64encode(bytes(sealed)).decode() if sealed else None},
        "branches": _values(BranchPeriod.objects.filter(member=member), PERIOD),
        "standings": [_but_empty(row, "ground") for row in _values(_standings(member), STANDING)],
        "posts": [_but_empty(row, "cancelled_on") for row in _values(_posts(member), POST)],
        "sightings": list(LastSeen.objects.filter(member=member).order_by("source").values(*SIGHTING)),
    }


def _standings(member: Member) -> Any:
    return StandingPeriod.objects.filter(member=member)


def _posts(member: Member) -> Any:
    return Post.unscoped.filter(member=member)


def _but_empty(row: dict[str, Any], name: str) -> dict[str, Any]:
    """Only where it says something: the digests of merges made before it was kept stay what they are."""
    return row if row[name] else {key: value for key, value in row.items() if key != name}


def _values(rows: Any, names: Iterable[str]) -> list[dict[str, Any]]:
    return list(rows.order_by("starts_on", "pk").values(*names))


def fingerprint(*members: Member) -> str:
    """A digest of everything a merge could have to give back; work on either record changes it."""
    whole = [
        {
            **snapshot(member),
            **{name: _facts(getattr(member, name)) for name in WORK},
            # What the night proposes is no work; what somebody said to it is.
            "proposals": _facts(member.proposals.filter(closed_by__isnull=False)),
            "checks": _facts(CardCheck.objects.filter(card__member=member)),
        }
        for member in members
    ]
    text = json.dumps(whole, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _facts(rows: Any) -> list[Any]:
    """The rows whole, without what is sealed and without when they changed: the change itself is in them."""
    found = rows.order_by("pk").values()
    return [
        {name: value for name, value in row.items() if name != "changed_at" and not isinstance(value, SEALED)}
        for row in found
    ]
