from datetime import timedelta
from typing import Any

import pytest

from branches.models import Organization
from members.choices import TransferState
from members.models import Post, Transfer
from members.tests.transfers import act, add_yang, begin, details, in_state
from members.workflows import transfer as work
from members.workflows.transfer import RivalTransfer
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import Notification

# --- starting


def test_member_starts_and_the_branch_is_asked(world: Any) -> None:
    transfer = begin(world, "chen", world.c, remark="已调动")

    assert (transfer.state, transfer.source, transfer.target) == ("submitted", world.a, world.c)
    assert (transfer.sent_on, transfer.valid_until) == (None, world.today + timedelta(days=90))
    step = transfer.steps.get()
    assert (step.move, step.from_state, step.to_state, step.remark) == ("start", "", "submitted", "已调动")
    notes = Notification.unscoped.values_list("recipient__user_name", "rule")
    assert list(notes) == [("li", "members.transfer_yours")]


def test_branch_starts_and_releases_at_once(world: Any) -> None:
    outside = begin(world, "li", world.c)
    inside = begin(world, "li", world.b, world.sun)

    assert (outside.state, outside.sent_on) == ("sent", world.today)
    assert (inside.state, inside.sent_on) == ("at_receiver", world.today)


def test_organiser_starts_and_the_branch_still_releases(world: Any) -> None:
    transfer = begin(world, "zhao", world.c)

    assert (transfer.state, transfer.is_by_member) == ("submitted", False)


@pytest.mark.parametrize("persona", ["ran", "sun", "wang"])
def test_start_is_refused_without_the_right(world: Any, persona: str) -> None:
    with pytest.raises(NotAllowed):
        begin(world, persona, world.c)

    assert Transfer.unscoped.count() == 0


def test_start_is_refused_when_the_post_ended_since_the_page_was_opened(world: Any) -> None:
    scope = world.scope("li")
    Post.unscoped.filter(member=world.li).update(ends_on=world.today - timedelta(days=1))

    with pytest.raises(NotAllowed):
        work.start(world.chen, details(world.c), actor=world.li.user, scope=scope, at=world.now)


def test_rival_start_carries_the_open_one(world: Any) -> None:
    first = begin(world, "chen", world.c)

    with pytest.raises(RivalTransfer) as refused:
        begin(world, "li", world.b)

    assert refused.value.rival == first
    assert refused.value.params == {"transfer": first.pk, "target": world.c.name}
    assert Transfer.unscoped.count() == 1


def test_other_broken_rules_of_the_table_are_not_taken_for_a_rival(world: Any) -> None:
    with pytest.raises(work.IntegrityError):
        work._insert(
            Transfer(
                member=world.chen, source=world.a, target=world.a, reason="job", started_by=world.chen.user,
                started_at=world.now, state_since=world.now,
            )
        )  # fmt: skip


def test_start_is_refused_towards_a_dissolved_branch(world: Any) -> None:
    Organization.unscoped.filter(pk=world.c.pk).update(dissolved_on=world.today)
    world.c.refresh_from_db()

    with pytest.raises(Refused, match="transfer_target_dissolved"):
        begin(world, "chen", world.c)


def test_a_target_dissolved_since_the_page_was_drawn_is_refused(world: Any) -> None:
    drawn = Organization.unscoped.get(pk=world.c.pk)
    draft = begin(world, "chen", world.b, keep_draft=True)
    Organization.unscoped.filter(pk=world.c.pk).update(dissolved_on=world.today)

    with pytest.raises(Refused, match="transfer_target_dissolved"):
        begin(world, "sun", drawn, world.sun)
    with pytest.raises(Refused, match="transfer_target_dissolved"):
        work.correct(
            draft, details(drawn), seen_version=draft.version, actor=world.chen.user,
            scope=world.scope("chen"), at=world.now,
        )  # fmt: skip


def test_objections_warn_before_the_start(world: Any) -> None:
    found = work.objections(world.li, details(world.c), at=world.now)

    assert [objection.code for objection in found] == ["transfer_posts_end", "transfer_dues_behind"]


def test_draft_is_seen_by_its_writer_alone(world: Any) -> None:
    add_yang(world)
    own = begin(world, "chen", world.b, keep_draft=True)
    branch = begin(world, "li", world.b, world.sun, keep_draft=True)

    seen = {
        persona: set(Transfer.objects.visible_to(world.scope(persona)).values_list("pk", flat=True))
        for persona in ("chen", "sun", "li", "zhao", "wang")
    }
    seen["yang"] = set(
        Transfer.objects.visible_to(work.scope_for(world.yang.user, world.today)).values_list("pk", flat=True)
    )
    assert seen == {
        "chen": {own.pk}, "sun": set(), "li": {branch.pk}, "zhao": {branch.pk}, "wang": set(), "yang": set(),
    }  # fmt: skip
    assert set(Notification.unscoped.values_list("rule")) == set()


# --- correcting


def test_returned_paper_is_corrected_and_sent_again(world: Any) -> None:
    transfer = in_state(world, TransferState.RETURNED, world.c)

    corrected = work.correct(
        transfer, details(world.b, remark="更正接收支部"), seen_version=1, actor=world.li.user,
        scope=world.scope("li"), at=world.now,
    )  # fmt: skip
    assert (corrected.target, corrected.state, corrected.version) == (world.b, "returned", 2)
    assert act(world, "li", corrected, "resubmit").state == "at_receiver"
    assert list(transfer.steps.order_by("pk").values_list("move", flat=True)) == ["correct", "resubmit"]


@pytest.mark.parametrize(
    ("state", "persona", "error"),
    [
        ("returned", "chen", NotAllowed),
        ("returned", "wang", NotAllowed),
        ("sent", "li", NotAllowed),
        ("draft", "li", NotAllowed),
    ],
)
def test_only_the_holder_corrects(world: Any, state: str, persona: str, error: type[Refused]) -> None:
    transfer = in_state(world, TransferState(state), world.c)

    with pytest.raises(error):
        work.correct(
            transfer, details(world.b), seen_version=1, actor=world.user(persona),
            scope=world.scope(persona), at=world.now,
        )  # fmt: skip


def test_member_corrects_the_own_draft(world: Any) -> None:
    draft = begin(world, "chen", world.c, keep_draft=True)

    changed = work.correct(
        draft,
        details(world.b),
        seen_version=1,
        actor=world.chen.user,
        scope=world.scope("chen"),
        at=world.now,
    )

    assert changed.target == world.b


def test_stale_correction_is_refused(world: Any) -> None:
    transfer = in_state(world, TransferState.RETURNED, world.c, version=3)

    with pytest.raises(StaleVersion):
        work.correct(
            transfer, details(world.b), seen_version=2, actor=world.li.user, scope=world.scope("li"),
            at=world.now,
        )  # fmt: skip
