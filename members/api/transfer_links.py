"""Where the flow of a transfer goes on, as OpenAPI links: from the check to its end."""

from typing import Any

from members.choices import TransferState
from members.rules import transfer as rules

Link = dict[str, Any]
HERE = {"id": "$response.body#/id"}
VERSION = "$response.body#/version"
LOOK: Link = {"operationId": "transfers_retrieve", "parameters": HERE}
# A start can have gone as far as this.
STARTED = (rules.DRAFT, rules.SUBMITTED, rules.SENT, rules.AT_RECEIVER)
MENDED = (rules.DRAFT, rules.RETURNED)
# What was looked over is started as it was asked.
START: Link = {"operationId": "transfers_create", "requestBody": "$request.body"}


def links_from(*states: TransferState) -> dict[str, Link]:
    """Every move a person can make from these states, the look at it, and the letters of the transfer."""
    names = {row.name for row in rules.MOVES if row.side != rules.Side.SYSTEM and row.from_states & {*states}}
    links = {str(name): _move(str(name)) for name in sorted(names)}
    if {*states} & {*MENDED}:
        links["correct"] = _move("correct")
    letters = {"operationId": "papers_list", "parameters": {"transfer": "$response.body#/id"}}
    return {**links, "look": LOOK, "letters": letters}


def _move(name: str) -> Link:
    return {
        "operationId": f"transfers_{name.replace('-', '_')}_create",
        "parameters": HERE,
        "requestBody": {"version": VERSION},
    }
