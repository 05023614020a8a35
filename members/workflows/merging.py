"""Merges two records of one person and gives them back while untouched; no id and no number is lost.

What was recorded under the other id (attendance, looks, transfers) stays there: the other record remains as
an alias, and readers ask `queries.merging.ids_of`.
"""

from base64 import b64decode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.dateparse import parse_date, parse_datetime

from members.choices import MobileState, PeriodReason, Standing
from members.models import BranchPeriod, LastSeen, Member, Merge, Post, StandingPeriod
from members.queries import merging as reads
from members.rules.merging import DAY, Joined, JoinedStands, Span, Stand, cut, join, join_stands, prefer
from members.workflows import checks, versions
from orgportal.core import audit
from orgportal.core.errors import Refused, StaleVersion
from orgportal.core.models import User
from orgportal.core.scoping import Scope
from orgportal.core.sealing import blind

# What may be chosen from either record; a group of columns goes together.
CHOICES: dict[str, tuple[str, ...]] = {
    "name": ("name", "name_key", "initials", "reading"),
    "gender": ("gender",),
    "birth_on": ("birth_on",),
    "ethnicity": ("ethnicity",),
    "education": ("education",),
    "occupation": ("occupation",),
    "employer": ("employer",),
    "mobile": ("mobile",),
    "id_number": ("id_number_sealed", "id_number_digest", "id_number_end"),
    "standing": ("joined_on", "confirmed_on", "probation_until"),
}
DATES = ("birth_on", "joined_on", "confirmed_on", "probation_until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the person decided: which fields come from the other record, and from which day it counts."""

    from_merged: Collection[str]
    basis: str
    # From this day on the history of `later` counts ("kept" or "merged"), before it the other one's.
    cut_on: date | None = None
    later: str = "kept"
    # Whose standing counts on days of which the records tell differently; "" refuses such days.
    counts: str = ""


@transaction.atomic
def merge(  # noqa: PLR0913  two records, each at the version the person saw
    kept: Member, merged: Member, choice: Choice, *, versions: tuple[int, int], actor: User, scope: Scope,
    at: datetime,
) -> Merge:  # fmt: skip
    """Make two records one. Raises Refused naming the exact days where the histories contradict."""
    if kept.pk == merged.pk:
        raise Refused("merge_same_record")
    locked = {each.pk: checks.locked(each) for each in sorted((kept, merged), key=lambda row: row.pk)}
    one, other = locked[kept.pk], locked[merged.pk]
    _demand_both(one, other, versions, scope)
    stands = joined_stands(one, other, choice)
    _demand_stands(one, other, stands)
    joined = joined_history(one, other, choice, stands.stands)
    _demand_joined(joined, stands.stands[-1])
    taken = {"kept": reads.snapshot(one), "merged": reads.snapshot(other)}
    _take_over(one, other, choice, stands.stands[-1])
    _write_stands(one, other, stands.stands, at)
    _write_history(one, joined.spans, at)
    _let_alias_follow(one, other)
    _move_posts(one, other, at)
    _move_sightings(one, other)
    row = Merge.unscoped.create(
        kept=one, merged=other, basis=choice.basis, taken=taken, fingerprint="", made_by=actor, made_at=at
    )
    row.fingerprint = reads.fingerprint(one, other)
    Merge.unscoped.filter(pk=row.pk).update(fingerprint=row.fingerprint)
    changes = {"merged": other.pk, "number": other.number, "basis": choice.basis}
    chosen = sorted(choice.from_merged)
    audit.record(
        actor=actor, action="member.merged", target=one, at=at, changes={**changes, "chosen": chosen}
    )
    checks.announce({one.branch_id, other.branch_id}, at)
    return row


def joined_history(kept: Member, merged: Member, choice: Choice, stands: Collection[Stand] = ()) -> Joined:
    """How the times in branches would join under this choice."""
    one, other = reads.spans_of(kept), reads.spans_of(merged)
    if choice.cut_on:
        if choice.later == "kept":
            other, one = cut(other, one, choice.cut_on)
        else:
            one, other = cut(one, other, choice.cut_on)
    return join(one, other, stands)


def joined_stands(kept: Member, merged: Member, choice: Choice) -> JoinedStands:
    """How the standings would join under this choice."""
    one, other = reads.stands_of(kept), reads.stands_of(merged)
    if choice.counts == "kept":
        one, other = prefer(one, other)
    elif choice.counts == "merged":
        other, one = prefer(other, one)
    return join_stands(one, other)


def _demand_both(one: Member, other: Member, versions: tuple[int, int], scope: Scope) -> None:
    for member, seen in zip((one, other), versions, strict=True):
        scope.demand(reads.RIGHT, member)
        if member.merged_into_id:
            raise Refused("merge_is_alias", number=member.number)
        if member.pk == scope.member_id:
            raise Refused("not_oneself")
        if member.version != seen:
            raise StaleVersion(member)
        if (
            member.transfers.open().exists()
            or member.standing_changes.open().exists()
            or member.cases.open().exists()
            # Its held value and its answer are of this record alone.
            or member.corrections.open().exists()
        ):
            raise Refused("merge_open_business", name=member.name, number=member.number)
    if other.spells.running().exists():
        raise Refused("merge_open_business", name=other.name, number=other.number)
    if one.user_id and other.user_id and other.user.is_active:  # type: ignore[union-attr]
        raise Refused("merge_two_accounts")


def _demand_stands(one: Member, other: Member, joined: JoinedStands) -> None:
    if joined.overlaps:
        mine, theirs = joined.overlaps[0]
        words = {"mine": _said(mine), "theirs": _said(theirs)}
        raise Refused("merge_standing_overlap", one=mine.days(), other=theirs.days(), **words)
    if joined.stands[-1].has_ended and (one.is_present or other.is_present):
        raise Refused("merge_ends_membership")


def _said(stand: Stand) -> str:
    return str(Standing(stand.standing).label)


def _demand_joined(joined: Joined, last: Stand) -> None:
    if joined.overlaps:
        found = joined.overlaps[0]
        raise Refused("merge_overlap", one=found.one.days(), other=found.other.days())
    if joined.gap:
        raise Refused("merge_gap", day=joined.gap.isoformat())
    closed_on = joined.spans[-1].ends_on
    if closed_on and not last.has_ended:
        raise Refused("merge_gap", day=(closed_on + DAY).isoformat())


def _take_over(one: Member, other: Member, choice: Choice, last: Stand) -> None:
    """Chosen columns cross over; the other record becomes an alias and lets go of what must be unique."""
    rows: dict[int, dict[str, Any]] = {
        each.pk: dict(Member.unscoped.filter(pk=each.pk).values().get()) for each in (one, other)
    }
    columns: dict[str, Any] = {
        column: rows[other.pk][column] for name in choice.from_merged for column in CHOICES[name]
    }
    alias: dict[str, Any] = {
        "standing": Standing.ENDED, "merged_into": one, "group": None, "mobile_state": MobileState.NONE,
    }  # fmt: skip
    if "id_number" in choice.from_merged:
        # The digest is unique: both numbers are kept, each on the other record.
        alias |= {column: rows[one.pk][column] for column in CHOICES["id_number"]}
        Member.unscoped.filter(pk__in=[one.pk, other.pk]).update(id_number_digest=None)
    if other.user_id and not one.user_id:
        columns["user_id"], alias["user_id"] = other.user_id, None
    columns["standing"] = last.standing
    _demand_dates({**rows[one.pk], **columns})
    Member.unscoped.filter(pk=other.pk).update(**alias, version=F("version") + 1)
    Member.unscoped.filter(pk=one.pk).update(**columns, version=F("version") + 1)


def _demand_dates(row: dict[str, Any]) -> None:
    """A formal member was confirmed, a probationary one was not yet."""
    is_confirmed = row["confirmed_on"] is not None
    if row["standing"] == (Standing.PROBATIONARY if is_confirmed else Standing.FORMAL):
        raise Refused("merge_dates_do_not_fit", standing=str(Standing(row["standing"]).label))


def _write_stands(one: Member, other: Member, stands: Collection[Stand], at: datetime) -> None:
    versions.take_back(StandingPeriod.objects.filter(member__in=[one, other]), at)
    StandingPeriod.objects.bulk_create(
        StandingPeriod(
            member=one, standing=each.standing, end_kind=each.end_kind, restriction=each.restriction,
            starts_on=each.starts_on, ends_on=each.ends_on, basis=each.basis,
            ground=each.ground,
            recorded_at=each.recorded_at or at, changed_at=at,
        )
        for each in stands
    )  # fmt: skip


def _write_history(member: Member, spans: Collection[Span], at: datetime) -> None:
    last = list(spans)[-1]
    versions.take_back(
        BranchPeriod.objects.filter(member__in=[member, *Member.unscoped.filter(merged_into=member)]), at
    )
    BranchPeriod.objects.bulk_create(
        BranchPeriod(
            member=member, branch_id=span.branch_id, starts_on=span.starts_on, ends_on=span.ends_on,
            reason=span.reason or PeriodReason.CORRECTED, recorded_at=span.recorded_at or at, changed_at=at,
        )
        for span in spans
    )  # fmt: skip
    if last.branch_id != member.branch_id:
        branch = (
            BranchPeriod.objects.select_related("branch").get(member=member, starts_on=last.starts_on).branch
        )
        Member.unscoped.filter(pk=member.pk).update(branch=branch, path=branch.path, group=None)


def _let_alias_follow(one: Member, other: Member) -> None:
    """What was recorded under the other id is read by whoever reads the person now."""
    now = Member.unscoped.values("branch_id", "path").get(pk=one.pk)
    Member.unscoped.filter(pk__in=[other.pk, *reads.aliases_of([other.pk])]).update(**now)


def _move_posts(one: Member, other: Member, at: datetime) -> None:
    """Rights follow the person; the same post twice at once is refused by the table."""
    try:
        with transaction.atomic():
            versions.amend(Post.unscoped.filter(member=other), at, member=one)
    except IntegrityError as failure:
        raise Refused("merge_post_twice") from failure


def _move_sightings(one: Member, other: Member) -> None:
    """The latest sighting of each source holds for the person; the older one stays where it was."""
    own = {row.source: row for row in LastSeen.objects.filter(member=one)}
    for seen in LastSeen.objects.filter(member=other):
        known = own.get(seen.source)
        if known is None:
            LastSeen.objects.create(member=one, source=seen.source, on=seen.on, evidence=seen.evidence)
        elif known.on < seen.on:
            LastSeen.objects.filter(pk=known.pk).update(on=seen.on, evidence=seen.evidence)


def bring_number(person: Member, id_number: str) -> None:
    """A number kept on a record merged into this one can be written here: the record takes the one here."""
    aliases = Member.unscoped.filter(pk__in=reads.aliases_of([person.pk]))
    held = aliases.filter(id_number_digest=blind(id_number)).first()
    if held is None:
        return
    own = Member.unscoped.values(*CHOICES["id_number"]).get(pk=person.pk)
    # The digest is unique: it is let go before the record takes it.
    Member.unscoped.filter(pk=person.pk).update(id_number_digest=None)
    Member.unscoped.filter(pk=held.pk).update(**own)


# --- giving back


def seal_merges(named: Collection[int]) -> None:
    """Somebody worked on what these ids stand for: a merge that made one of them an alias stays."""
    persons = set(reads.survivors_of(named).values())
    Member.unscoped.filter(pk__in=persons).update(version=F("version") + 1)


@transaction.atomic
def undo(row: Merge, *, actor: User, scope: Scope, at: datetime) -> Merge:
    """Two records again, as they were; refused once somebody has worked on either."""
    pair = Member.unscoped.filter(pk__in=[row.kept_id, row.merged_id]).order_by("pk")
    locked = {each.pk: checks.locked(each) for each in pair}
    current = Merge.unscoped.select_for_update().get(pk=row.pk)
    kept, merged = locked[row.kept_id], locked[row.merged_id]
    scope.demand(reads.RIGHT, kept)
    if current.is_undone:
        raise Refused("merge_undone_already")
    if reads.fingerprint(kept, merged) != current.fingerprint:
        raise Refused("merge_touched")
    _give_back(kept, merged, current.taken, at)
    Merge.unscoped.filter(pk=row.pk).update(undone_by=actor, undone_at=at)
    audit.record(actor=actor, action="member.unmerged", target=kept, at=at, changes={"merged": merged.pk})
    checks.announce({kept.branch_id, merged.branch_id}, at)
    return Merge.unscoped.get(pk=row.pk)


def _give_back(kept: Member, merged: Member, taken: dict[str, Any], at: datetime) -> None:
    pair = (kept, "kept"), (merged, "merged")
    both = [kept.pk, merged.pk]
    posts = [post["id"] for post in taken["merged"]["posts"]]
    versions.amend(Post.unscoped.filter(pk__in=posts), at, member=merged)
    LastSeen.objects.filter(member__in=both).delete()
    versions.take_back(BranchPeriod.objects.filter(member__in=both), at)
    versions.take_back(StandingPeriod.objects.filter(member__in=both), at)
    Member.unscoped.filter(pk__in=both).update(id_number_digest=None, user=None)
    for member, name in pair:
        Member.unscoped.filter(pk=member.pk).update(**_columns(taken[name]["row"]), version=F("version") + 1)
        for model, part in ((BranchPeriod, "branches"), (StandingPeriod, "standings")):
            for period in taken[name][part]:
                model.objects.create(member=member, changed_at=at, **_dated(period))
        for seen in taken[name]["sightings"]:
            LastSeen.objects.create(member=member, **{**seen, "on": parse_date(seen["on"])})


def _columns(row: dict[str, Any]) -> dict[str, Any]:
    sealed = row["id_number_sealed"]
    values = {name: value for name, value in row.items() if name not in {"id", "version", "recorded_at"}}
    dates = {name: parse_date(row[name]) if row[name] else None for name in DATES}
    return {**values, **dates, "id_number_sealed": b64decode(sealed) if sealed else None}


def _dated(period: dict[str, Any]) -> dict[str, Any]:
    return {
        **period,
        "starts_on": parse_date(period["starts_on"]),
        "ends_on": parse_date(period["ends_on"]) if period["ends_on"] else None,
        "recorded_at": parse_datetime(period["recorded_at"]),
    }
