"""How tests begin and move transfers in the small world."""

from datetime import date
from typing import Any

from branches.choices import PostKind
from branches.models import Organization
from branches.tests.factories import make_organization
from members.choices import RefusalReason, TransferReason, TransferState
from members.models import OPEN_STATES, Member, Transfer
from members.tests.factories import make_person, make_post, make_transfer
from members.workflows import transfer as work
from members.workflows.transfer import Details, Outside, Words

SENT_ON = date(2026, 3, 1)
ENDED = sorted(set(TransferState) - set(OPEN_STATES))
REASON = Words(remark="材料不全")
REFUSAL = Words(remark="不在本辖区", grounds=RefusalReason.NOT_HERE)


def add_yang(world: Any) -> Member:
    """Secretary of B."""
    world.yang = make_person(world.b, "yang", "杨书记")
    make_post(world.yang, world.b, PostKind.SECRETARY)
    return world.yang


def add_empty_d(world: Any) -> Organization:
    """A branch beside C in which nobody is."""
    world.d = make_organization(world.committee_2, "丁社区党支部")
    return world.d


def details(target: Organization | None, **fields: Any) -> Details:
    return Details(**{"target": target, "reason": TransferReason.JOB, **fields})


def begin(
    world: Any, persona: str, target: Organization | None, member: Member | None = None, **more: Any
) -> Transfer:
    keep = {"keep_draft": more.pop("keep_draft")} if "keep_draft" in more else {}
    return work.start(
        member or world.chen,
        details(target, **more),
        actor=world.user(persona),
        scope=world.scope(persona),
        at=world.now,
        **keep,
    )


def act(world: Any, persona: str, transfer: Transfer, name: str, words: Words | None = None) -> Transfer:
    return work.move(
        transfer, name, actor=world.user(persona), scope=world.scope(persona), at=world.now, words=words
    )


OUTSIDE = Outside(
    body="长春市南关区明珠社区党支部", committee="中共长春市南关区委组织部", address="长春市亚泰大街1号",
    postcode="130022", phone="0431-88880000",
)  # fmt: skip


def begin_outside(world: Any, persona: str = "li", **more: Any) -> Transfer:
    """A transfer of Chen to a body that is not in the portal."""
    return begin(world, persona, None, outside=OUTSIDE, **more)


def with_letter(world: Any, **words: Any) -> Transfer:
    """The same, with the letter issued today."""
    return act(world, "zhao", begin_outside(world), "issue", Words(**words))


def in_state(world: Any, state: TransferState, target: Organization, **fields: Any) -> Transfer:
    if state not in {TransferState.DRAFT, TransferState.SUBMITTED}:
        fields.setdefault("sent_on", SENT_ON)
    if state in ENDED:
        fields.setdefault("ended_at", world.now)
    if state == TransferState.REFUSED:
        fields.setdefault("refusal", RefusalReason.WRONG_TARGET)
    fields.setdefault("valid_until", date(2026, 5, 30))
    return make_transfer(world.chen, target, state=state, **fields)
