"""Members who live away, the calls to them, and two whom nobody has seen: rows as the workflows write them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from typing import cast as surely

from activities.choices import ActivityState, Presence
from activities.models import Activity, AttendanceException
from members.choices import ContactMethod, MobileReason, MobileState, SeenSource, Standing
from members.models import Contact, LastSeen, Member, MobileSpell
from members.queries import scope_for
from members.workflows.contacts import evidence
from members.workflows.inflow import Told, register
from members.workflows.lost import propose
from orgportal.core.copying import copy_rows, reserve_ids
from orgportal.core.models import User
from orgportal.demo import words
from orgportal.demo.workflows.posts import Cast

SHARE, ABROAD = 0.05, 0.06
LOST, UNSEEN = 2, timedelta(days=215)
NOTES = (
    "在外工作稳定，已提醒按时交纳党费",
    "视频参加支部学习，收到学习资料",
    "通话了解近况，春节前返乡",
    "已转告支部近期安排",
    "工作单位有变动，地点未变",
)
REASONS = (
    (MobileReason.WORK, 60), (MobileReason.STUDY, 12), (MobileReason.HOME, 12), (MobileReason.JOB, 12),
    (MobileReason.OTHER, 4),
)  # fmt: skip
SPELL_COLUMNS = (
    "id", "member_id", "state", "reason", "place", "starts_on", "expected_on", "end_kind", "contact_person_id",
    "next_contact_on", "recorded_at", "recorded_by_id", "version",
)  # fmt: skip
CONTACT_COLUMNS = (
    "id", "member_id", "spell_id", "by_id", "method", "on", "note", "next_on", "void_reason", "recorded_at",
    "recorded_by_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stay:
    """One member away, and when the branch was last in touch."""

    member: int
    contact: int
    user: int
    is_abroad: bool
    reason: MobileReason
    since: date
    last: date
    place: str


def send_away(cast: Cast, random: Random, today: date, now: datetime) -> int:
    """One member in twenty lives away; some contacts are overdue, a few are abroad; two are out of contact."""
    stays = _stays(cast, random, today)
    spells, contacts = reserve_ids(MobileSpell, len(stays)), reserve_ids(Contact, len(stays))
    copy_rows(
        MobileSpell._meta.db_table,  # noqa: SLF001
        SPELL_COLUMNS,
        (_spell(pk, stay, now) for pk, stay in zip(spells, stays, strict=True)),
    )
    copy_rows(
        Contact._meta.db_table,  # noqa: SLF001
        CONTACT_COLUMNS,
        (
            _contact(pk, spell, stay, random, now)
            for pk, spell, stay in zip(contacts, spells, stays, strict=True)
        ),
    )
    copy_rows(
        LastSeen._meta.db_table,  # noqa: SLF001
        ("member_id", "source", "on", "evidence"),
        (
            (stay.member, SeenSource.CONTACT, stay.last, evidence(pk))
            for pk, stay in zip(contacts, stays, strict=True)
        ),
    )
    for state, is_abroad in ((MobileState.OUT, False), (MobileState.ABROAD, True)):
        ids = [stay.member for stay in stays if stay.is_abroad == is_abroad]
        Member.unscoped.filter(pk__in=ids).update(mobile_state=state)
    _lose(cast, {stay.member for stay in stays}, today)
    _host(stays, today, now)
    propose(today, at=now)
    return len(stays)


def _host(stays: list[Stay], today: date, now: datetime) -> None:
    """The demo secretary's branch looks after two: one matched with home, one whose number nobody knows."""
    keeper = User.objects.get(user_name="secretary")
    own = Member.unscoped.select_related("branch").get(user=keeper)
    elsewhere = Member.unscoped.exclude(branch=own.branch_id).filter(pk__in=[stay.member for stay in stays])
    guest = elsewhere.order_by("pk")[0]
    scope, since = scope_for(keeper, today), today - timedelta(days=60)
    for number, name in ((guest.number, guest.name), ("P9900000001", words.GUEST)):
        register(own.branch, Told(number, name, since), actor=keeper, scope=scope, at=now)


def _lose(cast: Cast, besides: set[int], today: date) -> None:
    """Two members of the demo secretary's branch have been absent for seven months, and nobody reached them."""
    own = surely("Member", cast.named["secretary"][1])
    plain = Member.unscoped.filter(branch=own.branch_id, posts=None, user=None, standing=Standing.FORMAL)
    lost = list(plain.exclude(pk__in=besides).order_by("id").values_list("pk", flat=True)[:LOST])
    since = today - UNSEEN
    rows = Activity.unscoped.filter(branch=own.branch_id, state=ActivityState.HELD).order_by("held_on", "pk")
    for pk in lost:
        missed = list(rows.filter(held_on__gt=since, present_ids__contains=[pk]))
        for row in missed:
            row.present_ids.remove(pk)
            row.absent_ids.append(pk)
            row.present, row.voters_present = row.present - 1, row.voters_present - 1
        Activity.unscoped.bulk_update(missed, ["present_ids", "absent_ids", "present", "voters_present"])
        AttendanceException.objects.bulk_create(
            AttendanceException(activity=row, member_id=pk, presence=Presence.ABSENT) for row in missed
        )
        for last in rows.filter(held_on__lte=since, present_ids__contains=[pk]).reverse()[:1]:
            seen = LastSeen.objects.filter(member=pk, source=SeenSource.ATTENDANCE)
            seen.update(on=last.held_on, evidence=f"activities.activity:{last.pk}")


def _stays(cast: Cast, random: Random, today: date) -> list[Stay]:
    own = cast.named["secretary"][1]
    accounts: dict[int, int] = dict(Member.unscoped.exclude(user=None).values_list("pk", "user_id"))
    fallback = accounts[min(accounts)]
    found = []
    for pk, branch in _plain_members():
        secretary = cast.secretaries.get(branch)
        if secretary is None or random.random() >= SHARE:
            continue
        is_abroad = random.random() < ABROAD
        since = today - timedelta(days=random.randint(190, 900))
        ago = random.randint(20, 200) if is_abroad else random.randint(10, 110)
        # The demo secretary has somebody to phone.
        ago = 100 if own and own.branch_id == branch else ago
        found.append(
            Stay(
                member=pk,
                contact=secretary.pk,
                user=accounts.get(secretary.pk, fallback),
                is_abroad=is_abroad,
                reason=random.choices([each[0] for each in REASONS], [each[1] for each in REASONS])[0],
                since=since,
                last=today - timedelta(days=ago),
                place=random.choice(words.COUNTRIES if is_abroad else words.PROVINCES),
            )
        )
    return found


def _plain_members() -> Any:
    rows = Member.unscoped.active().filter(posts=None, user=None).order_by("id")
    return rows.values_list("pk", "branch_id")


def _next(stay: Stay) -> date:
    return stay.last + timedelta(days=182 if stay.is_abroad else 91)


def _spell(pk: int, stay: Stay, now: datetime) -> tuple[Any, ...]:
    state = MobileState.ABROAD if stay.is_abroad else MobileState.OUT
    return (
        pk, stay.member, state, stay.reason, stay.place, stay.since, None, "", stay.contact, _next(stay), now,
        stay.user, 1,
    )  # fmt: skip


def _contact(pk: int, spell: int, stay: Stay, random: Random, now: datetime) -> tuple[Any, ...]:
    method = random.choice(
        [ContactMethod.PHONE, ContactMethod.PHONE, ContactMethod.MESSAGE, ContactMethod.VIDEO]
    )
    return (
        pk, stay.member, spell, stay.contact, method, stay.last, random.choice(NOTES), _next(stay), "", now,
        stay.user,
    )  # fmt: skip
