"""What becomes of the records of the drill on ledgers: confirmed, put right, sent back, held jointly."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from drills._ledger_forms import Told


def moment(day: date, days: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time(18, 30)))


def lived(world: dict[str, Any], rows: Sequence[Any], entry: Any) -> None:
    """`rows`: the records of the first branch, `entry`: how one of them was typed."""
    themes = [row for row in rows if row.kind == "theme_day" and row.is_held]
    generals = [row for row in rows if row.kind == "general"]
    paper, returned, put_right, by_chair, host = themes[:5]
    for row in (paper, returned, put_right, generals[0]):
        on_paper(world, row)
    for row in (returned, generals[0]):
        sent_back(world, row)
    amended(world, put_right, typed(entry, world, put_right))
    own = typed(entry, world, by_chair)
    amended(world, by_chair, replace(own, chair_id=world["secretary"].pk))
    answered = typed(entry, world, generals[0])
    amended(world, generals[0], answered)
    on_paper(world, generals[0], days=40)
    pressed(world, generals[1])
    together(world, host, entry)


def typed(entry: Any, world: dict[str, Any], row: Any, branch: Any = None) -> Any:
    """The record as it was typed, once more."""
    from activities.choices import ActivityKind  # noqa: PLC0415

    also = tuple(ActivityKind(kind) for kind in row.also_kinds)
    return entry(world, branch or world["a"], ActivityKind(row.kind), row.held_on, also=also)


def how(world: dict[str, Any], who: str, at: datetime) -> dict[str, Any]:
    from members.queries import scope_for  # noqa: PLC0415

    user = world[who].user
    return {"actor": user, "scope": scope_for(user, timezone.localdate()), "at": at}


def now_of(row: Any) -> Any:
    from activities.models import Activity  # noqa: PLC0415

    return Activity.unscoped.select_related("branch").get(pk=row.pk)


def on_paper(world: dict[str, Any], row: Any, days: int = 3) -> None:
    from activities.workflows.life import confirm_on_paper  # noqa: PLC0415

    held, on = now_of(row), row.held_on + timedelta(days=2)
    asked = how(world, "secretary", moment(row.held_on, max(days, 65 if row.held_on.month == 4 else 3)))
    confirm_on_paper(held, on, seen_version=held.version, **asked)


def sent_back(world: dict[str, Any], row: Any) -> None:
    from activities.choices import ReturnReason  # noqa: PLC0415
    from activities.workflows.life import SentBack, send_back  # noqa: PLC0415

    held, said = now_of(row), SentBack(ReturnReason.COUNTS, '=HYPERLINK("http://x","到会人数")')
    send_back(held, said, seen_version=held.version, **how(world, "organiser", moment(row.held_on, 9)))


def amended(world: dict[str, Any], row: Any, said: Any) -> None:
    from activities.workflows.meetings import amend_meeting  # noqa: PLC0415

    held, place = now_of(row), f"{row.place}（更正）"
    asked = how(world, "secretary", moment(row.held_on, 70 if row.held_on.month == 4 else 12))
    amend_meeting(held, replace(said, place=place), seen_version=held.version, **asked)


def pressed(world: dict[str, Any], row: Any) -> None:
    from activities.workflows.life import confirm  # noqa: PLC0415

    held = now_of(row)
    confirm(held, seen_version=held.version, **how(world, "recorder", moment(row.held_on, 4)))


def together(world: dict[str, Any], row: Any, entry: Any) -> None:
    """Two are invited, one takes part."""
    from activities.workflows.joint import invite, take_up  # noqa: PLC0415

    asked = how(world, "secretary", moment(row.held_on, 1))
    guest, silent = world["branches"][1:3]
    invitation = invite(now_of(row), guest, **asked)
    invite(now_of(row), silent, **asked)
    take_up(invitation, replace(typed(entry, world, row, guest), title=row.title), **asked)


def says_its_life(told: Told) -> bool:
    """The record book names each road, the returns, the corrections and the other branch."""
    roads, steps, joint = set(), set(), []
    for part in told["parts"]:
        values = {fact["key"]: fact["value"] for fact in part["facts"]}
        roads.add(str(values.get("confirmed_how")).partition("，")[0])
        joint += [values["joint_with"]] if values.get("joint_with") else []
        for grid in part["tables"]:
            steps |= {row["step"] for row in grid["rows"]} if grid["key"] == "steps" else set()
    all_roads = {"已书面确认", "主持人更正时确认", "主持人已确认"}
    all_steps = {"已确认", "已退回", "更正", "原确认失效"}
    return all_roads <= roads and all_steps <= steps and joint == ["东街道第2社区党支部"]
