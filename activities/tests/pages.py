"""What the page tests share: a meeting as typed, and what a page says."""

from typing import Any

CREATE = "/activities/new/"


def typed(world: Any, **changes: Any) -> dict[str, Any]:
    ids = [world.chen.pk, world.li.pk, world.ran.pk, world.sun.pk]
    return {
        "held_on": "2026-03-05",
        "starts_at": "09:00",
        "ends_at": "10:30",
        "place": "党群活动室",
        "chair": str(world.li.pk),
        "recorder": str(world.ran.pk),
        "title": "第一季度支部党员大会",
        "away": "孙党员 病假：住院",
        "items": "经费公开 => 公示一季度账目 @陈党员 4-1\n其他",
        "note": "",
        "roster": ",".join(map(str, ids)),
        **{f"p-{pk}": "here" for pk in ids},
        **changes,
    }


def row(world: Any, number: int = 0, **changes: Any) -> dict[str, Any]:
    """One meeting of the page for paper; the roster is what the page had read back."""
    ids = (world.chen.pk, world.li.pk, world.ran.pk, world.sun.pk)
    values = {"what": "general", "day": "5", "away": "4 病假", "roster": ",".join(map(str, ids)), **changes}
    return {f"m-{number}-{name}": value for name, value in values.items()}


def page(response: Any) -> str:
    return str(response.content.decode())


def ids_on(html: str) -> list[int]:
    return [int(part.split('"')[0]) for part in html.split('data-id="')[1:]]
