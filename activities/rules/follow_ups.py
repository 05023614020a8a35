"""Follow-ups on the agenda of a later meeting: closed, carried on, or only discussed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from activities.rules.agenda import LONGEST_TOPIC
from activities.rules.records import Fault, FollowUp, Item


@dataclass(frozen=True, slots=True)
class OpenFollowUp:
    """What an earlier meeting decided and nobody has closed."""

    id: int
    text: str
    owner_id: int
    owner: str
    due_on: date
    decided_on: date


def filled(items: Sequence[Item], known: Mapping[int, OpenFollowUp]) -> tuple[Item, ...]:
    """The items with the words of what they take up; one carried on is decided again for its new day.

    Filling twice is filling once.
    """
    return tuple(_filled(item, known) for item in items)


def _filled(item: Item, known: Mapping[int, OpenFollowUp]) -> Item:
    said = item.taken_up
    if said is None or said.decision_id not in known:
        return item
    earlier = known[said.decision_id]
    topic = item.topic or earlier.text[:LONGEST_TOPIC]
    if said.due_on is None or any(each.carries == earlier.id for each in item.decisions):
        return replace(item, topic=topic)
    again = FollowUp(earlier.text, earlier.owner_id, said.due_on, carries=earlier.id)
    return replace(item, topic=topic, decisions=(*item.decisions, again))


def faults_of_taken_up(
    items: Sequence[Item], known: Mapping[int, OpenFollowUp], held_on: date
) -> list[Fault]:
    """Everything wrong with what the items say about earlier follow-ups."""
    found: list[Fault] = []
    seen: set[int] = set()
    for item in items:
        said = item.taken_up
        if said is None:
            continue
        told = {"text": item.topic}
        if said.decision_id not in known:
            found.append(Fault("follow_up_not_open", "items", told))
        elif said.decision_id in seen:
            found.append(Fault("follow_up_twice", "items", told))
        elif said.result and said.due_on:
            found.append(Fault("follow_up_closed_and_carried", "items", told))
        elif said.due_on and said.due_on <= held_on:
            found.append(Fault("follow_up_not_later", "items", told))
        seen.add(said.decision_id)
    return found
