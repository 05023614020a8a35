"""The life of the demo records: confirmed as they were typed, and in the secretary's branch one of each."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from typing import cast as surely

from activities.choices import ActivityState, LifeMove, ReturnReason
from activities.models import Activity, ActivityStep, Decision
from activities.provisions import PROVISIONS
from activities.rules.life import locks_on
from activities.workflows.life import SentBack, send_back
from activities.workflows.stamps import UNCONFIRMED
from members.queries import scope_for
from orgportal.core.copying import copy_rows
from orgportal.core.models import User
from orgportal.core.rulebook import Rulebook
from orgportal.demo.records import Record
from orgportal.demo.workflows.posts import Cast

if TYPE_CHECKING:
    from members.models import Member

COLUMNS = ("confirmed_at", "confirmed_by_id", "paper_on", "locks_on")
BOOK = Rulebook.of(PROVISIONS)
REMARK = "请补充会议讨论情况，并核对请假人员名单"


def stamps(record: Record) -> tuple[object, ...]:
    """A meeting is confirmed on the day it is typed: by its chair, or on paper where that is nobody's account."""
    if record.state != ActivityState.HELD:
        return (None, None, None, None)
    typed_on = record.recorded_at.date()
    on = None if record.is_by_chair else record.held_on
    return (record.recorded_at, record.user_id, on, locks_on(typed_on, BOOK))


def load_steps(ids: Sequence[int], records: Sequence[Record]) -> None:
    copy_rows(
        ActivityStep._meta.db_table,  # noqa: SLF001
        ("activity_id", "move", "version", "at", "by_id", "paper_on", "locks_on", "reason", "remark"),
        _steps(ids, records),
    )


def _steps(ids: Sequence[int], records: Sequence[Record]) -> Iterator[tuple[object, ...]]:
    for pk, record in zip(ids, records, strict=True):
        at, by, on, day = stamps(record)
        if at is not None:
            move = LifeMove.CONFIRM if on is None else LifeMove.ON_PAPER
            yield (pk, str(move), 1, at, by, on, day, "", "")


def play(cast: Cast, now: datetime, today: date) -> int:
    """Of the secretary's branch: two records wait for their chairs, one locked long ago was sent back, and
    two follow-ups are due today; how many records."""
    own, member = (surely("Member", cast.named[name][1]) for name in ("secretary", "member"))
    held = Activity.unscoped.filter(branch=own.branch_id, state=ActivityState.HELD).order_by(
        "-held_on", "-pk"
    )
    first, second = held[1:3]
    _waits(first, {"recorded_by": _account(cast, "recorder")})
    _waits(second, {"chair": member} if member.pk in second.present_ids else {})
    locked = held.filter(locks_on__lte=today - timedelta(days=60)).select_related("branch")[0]
    above = _account(cast, "organiser")
    send_back(
        locked, SentBack(ReturnReason.INCOMPLETE, REMARK), seen_version=locked.version, actor=above,
        scope=scope_for(above, today), at=now - timedelta(days=2),
    )  # fmt: skip
    done = Decision.unscoped.filter(
        item__activity__branch=own.branch_id, item__activity__group=None, done_on__lt=today, votes_for=None
    )
    ids = list(done.order_by("-due_on", "pk").values_list("pk", flat=True)[:2])
    Decision.unscoped.filter(pk__in=ids).update(due_on=today, done_on=None, result="")
    return 3


def _account(cast: Cast, name: str) -> User:
    return User.objects.get(member__pk=surely("Member", cast.named[name][1]).pk)


def _waits(row: Activity, changes: dict[str, Any]) -> None:
    Activity.unscoped.filter(pk=row.pk).update(**UNCONFIRMED, **changes)
    row.steps.all().delete()
