"""One press asks exactly those who owe something, once; asked again when it is told; taken back; counted."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from activities.choices import DutyState
from activities.models import Duty
from activities.tests.factories import make_activity
from branches.choices import PostKind
from branches.queries import directory
from branches.tests.factories import NOW, TODAY
from conftest import World
from members.choices import TransferState
from members.models import Post, Term, Transfer
from members.tests.factories import make_post, make_transfer
from orgportal.core import digests, reminders
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry, Channel, LocalProvision, Notification, Reminder, User
from orgportal.health.models import CurrentAssessment, Nudge, NudgeItem
from orgportal.health.queries import nudges as queries
from orgportal.health.rules.nudges import MOST
from orgportal.health.tasks import note_nudges
from orgportal.health.tests.factories import make_campaign, make_decision, make_duty
from orgportal.health.tests.matrix import LONG_AGO, a_month
from orgportal.health.tests.nudging import BY, left_out, nudge_by, selection_of, told
from orgportal.health.workflows import nudges
from orgportal.health.workflows.assessments import assess_all

pytestmark = pytest.mark.usefixtures("on_the_day")
JAN = date(2026, 1, 1)


def missing(world: World, *names: str) -> list[Duty]:
    return [make_duty(getattr(world, name), DutyState.MISSING, month=JAN) for name in names]


def rows(**asked: Any) -> list[Reminder]:
    return list(Reminder.objects.filter(rule__startswith="health.nudge_", **asked).order_by("pk"))


# --- whom it asks


def test_exactly_those_of_the_list_that_owe_something(world: World) -> None:
    a, b, c = missing(world, "a", "b", "c")
    met = make_duty(world.a, DutyState.EXCUSED, rule="lecture.freq", month=JAN)
    coming = make_duty(world.c, DutyState.NOT_DUE, rule="lecture.freq", month=JAN)

    selection = selection_of(world, "qian", query="month=2026-01-01")

    # B has nobody of its own: who oversees it stands in, as reminders do.
    assert told(selection) == {f"duty:{a.pk}": ["li"], f"duty:{b.pk}": ["zhao"], f"duty:{c.pk}": ["wang"]}
    assert left_out(selection) == {f"duty:{met.pk}": "already_done", f"duty:{coming.pk}": "not_due_yet"}
    assert (selection.bodies, [user.user_name for user in selection.people]) == (3, ["li", "wang", "zhao"])


def test_recipients_equal_an_oracle_read_off_the_cast(world: World) -> None:
    """Whoever asks reaches nobody outside what they oversee; those who may not ask are refused."""
    missing(world, "a", "b", "c", "organ")
    below = {"zhao": {"a", "b"}, "qian": {"a", "b", "c", "organ"}}
    stands = {"a": {"li"}, "b": {"zhao"}, "c": {"wang"}, "organ": {"qian"}}
    for who, names in below.items():
        selection = selection_of(world, who)
        asked = {name: stands[name] - {who} for name in names}
        expected = {getattr(world, name).pk: people for name, people in asked.items() if people}
        found = {
            target.thing.body_id: {user.user_name for user in selection.told(target)}
            for target in selection.targets
        }
        assert found == expected
        assert {left.thing.body_id for left in selection.left_out} == {
            getattr(world, name).pk for name in names
        } - set(expected)
    for who in ("li", "wang"):
        selection = selection_of(world, "qian")
        with pytest.raises(NotAllowed):
            nudge_by(world, who, selection=selection)


def test_elections_transfers_and_findings_each_ask_who_can_settle_them(world: World) -> None:
    a_month(world)
    Term.unscoped.filter(organization=world.c).update(extension_basis="区委组织部〔2026〕3号")
    transfer = Transfer.unscoped.get()
    elections = selection_of(world, "qian", "election", "")
    transfers = selection_of(world, "qian", "transfer", "")
    silent = selection_of(world, "qian", "silent", "")
    terms = {term.organization_id: term.pk for term in Term.unscoped.all()}

    assert told(elections) == {
        f"election:{terms[world.a.pk]}": ["li"], f"election:{terms[world.b.pk]}": ["zhao"]
    }  # fmt: skip
    assert left_out(elections) == {f"election:{terms[world.c.pk]}": "postponed"}
    assert told(transfers) == {f"transfer:{transfer.pk}:{transfer.version}": ["zhao"]}  # it waits at B
    assert transfers.targets[0].thing.body_id == world.b.pk
    assert told(silent) == {
        f"silent:{world.a.pk}": ["li"], f"silent:{world.b.pk}": ["zhao"], f"silent:{world.c.pk}": ["wang"]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "side"),
    [
        (TransferState.SUBMITTED, "a"),
        (TransferState.SENT, "committee_1"),
        (TransferState.AT_RECEIVER, "c"),
    ],
)
def test_a_transfer_is_asked_for_where_its_turn_is(world: World, state: str, side: str) -> None:
    make_transfer(world.chen, world.c, state=state, state_since=LONG_AGO, started_at=LONG_AGO)

    district = selection_of(world, "qian", "transfer", "")
    street = selection_of(world, "zhao", "transfer", "")

    assert [target.thing.body_id for target in district.targets] == [getattr(world, side).pk]
    reasons = {"a": [], "committee_1": ["nobody"], "c": ["elsewhere"]}
    assert [left.reason for left in street.left_out] == reasons[side]


def test_findings_lead_to_where_they_are_put_right(world: World) -> None:
    make_post(world.wang, world.c, PostKind.DEPUTY_SECRETARY)
    Post.unscoped.filter(member=world.wang, kind=PostKind.SECRETARY).update(ends_on=date(2026, 1, 31))
    campaign = make_campaign(world.district, world.qian.user, world.c)
    meeting = make_activity(world.c, world.wang.user, held_on=date(2026, 2, 20))
    make_decision(meeting, world.wang, date(2026, 3, 1))
    assess_all(TODAY, at=NOW)

    found = {
        matter: selection_of(world, "qian", matter, f"under={world.committee_2.pk}")
        for matter in ("post", "pledge", "follow_up", "contact", "silent")
    }

    urls = {matter: [target.thing.url for target in selection.targets] for matter, selection in found.items()}
    assert urls == {
        "post": [f"/members/bodies/{world.c.pk}/posts/"],
        "pledge": [f"/activities/campaigns/{campaign.pk}/"],
        "follow_up": ["/activities/follow-ups/"],
        "contact": [],
        "silent": [],
    }
    assert found["post"].targets[0].thing.params == {"since": {"day": "2026-02-01"}}
    for matter in ("post", "pledge", "follow_up"):
        assert nudge_by(world, selection=found[matter]).matter == matter
    # Put right meanwhile: the finding is gone, and so is what it asked for.
    CurrentAssessment.unscoped.filter(branch=world.c).update(findings=[])
    assert queries.still_open(list(NudgeItem.unscoped.all())) == set()
    said = queries.select(
        queries.MATTERS["contact"], directory().filter(pk=world.c.pk), world.district, 0, TODAY
    )
    assert left_out(said) == {f"contact:{world.c.pk}": "already_done"}


# --- sent once


def test_one_press_is_items_and_planned_reminders_and_a_line_of_the_trail(world: World) -> None:
    b, c = missing(world, "b", "c")
    User.objects.filter(user_name="wang").update(email="wang@example.cn")

    nudge = nudge_by(world, note="请于周五前补录")

    assert {item.subject for item in nudge.items.all()} == {f"duty:{b.pk}", f"duty:{c.pk}"}
    assert {(row.recipient.user_name, row.channel) for row in rows()} == {
        ("zhao", Channel.IN_APP), ("wang", Channel.IN_APP), ("wang", Channel.EMAIL)
    }  # fmt: skip
    assert {row.due_on for row in rows()} == {BY}
    entry = AuditEntry.objects.get(action="nudge.sent")
    assert entry.changes == {"matter": "duty", "matters": 2, "bodies": 2, "people": 2}

    reminders.send_due(at=NOW)
    notice = Notification.unscoped.get(recipient=world.wang.user)
    assert reminders.sentence(notice.rule, notice.params) == (
        "示范区委钱科长催办丙社区党支部：2026年1月31日到期的“主题党日”尚无任何说明，"
        "请于2026年3月17日前补录，未开展的请如实说明。附言：请于周五前补录"
    )
    assert notice.url == f"/activities/new/?branch={world.c.pk}&duty={c.pk}"


def test_mail_of_it_goes_with_the_one_of_the_day(world: World) -> None:
    missing(world, "c")
    User.objects.filter(user_name="wang").update(email="wang@example.cn", language="en")
    nudge_by(world)

    digests.send_mails(at=NOW + timedelta(days=1))

    (letter,) = mail.outbox
    assert letter.to == ["wang@example.cn"]
    assert "钱科长 (示范区委) reminds 丙社区党支部: Theme day, due 31 Jan 2026" in letter.body.replace(
        "\n", " "
    )


def test_twice_asks_once_and_is_left_alone_for_the_days_of_the_rule(world: World) -> None:
    (c,) = missing(world, "c")
    nudge_by(world)
    again = selection_of(world, "qian")

    assert left_out(again) == {f"duty:{c.pk}": "asked_lately"}
    with pytest.raises(Refused, match="nobody_to_nudge"):
        nudge_by(world)
    assert Nudge.unscoped.count() == 1
    item = NudgeItem.unscoped.get()
    assert (item.asked_on, item.quiet_until) == (TODAY, TODAY + timedelta(days=7))
    NudgeItem.unscoped.update(asked_on=TODAY - timedelta(days=7), quiet_until=TODAY)
    assert nudge_by(world).items.count() == 1


def test_the_days_a_body_is_left_alone_are_its_own_local_value(world: World) -> None:
    missing(world, "b", "c")
    LocalProvision.objects.create(
        key="nudge.wait_days", path=world.committee_2.path, value=14, instrument="西街道党工委〔2026〕5号",
        article="第三条", valid_from=JAN, recorded_at=NOW,
    )  # fmt: skip

    nudge_by(world)

    waits = dict(NudgeItem.unscoped.values_list("body__name", "quiet_until"))
    assert waits == {
        "乙社区党支部": TODAY + timedelta(days=7), "丙社区党支部": TODAY + timedelta(days=14)
    }  # fmt: skip


def test_two_presses_in_one_moment_ask_once(world: World) -> None:
    """Both saw the list before either was sent: the database lets one matter in once."""
    missing(world, "c")
    mine, theirs = selection_of(world, "qian"), selection_of(world, "qian")
    nudge_by(world, selection=mine)

    with pytest.raises(Refused, match="nobody_to_nudge"), transaction.atomic():
        nudge_by(world, selection=theirs)

    assert (Nudge.unscoped.count(), NudgeItem.unscoped.count(), len(rows())) == (1, 1, 1)
    item = NudgeItem.unscoped.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        NudgeItem.unscoped.create(
            nudge=item.nudge,
            body=world.c,
            subject=item.subject,
            asked_on=TODAY,
            quiet_until=TODAY + timedelta(1),
        )


def test_only_what_was_seen_is_sent(world: World) -> None:
    missing(world, "b", "c")
    selection = selection_of(world, "qian")

    with pytest.raises(Refused, match="nudge_list_grew"):
        nudge_by(world, seen=selection.subjects[:1])
    # Fewer than were seen is no surprise to anybody.
    nudge = nudge_by(world, seen=[*selection.subjects, "duty:1"])

    assert nudge.items.count() == 2


def test_too_many_at_once_are_refused(world: World) -> None:
    missing(world, "c")
    selection = selection_of(world, "qian")
    many = queries.Selection(
        selection.matter, selection.body, selection.targets * (MOST + 1), [], selection.names
    )

    with pytest.raises(Refused, match="nudge_too_many"):
        nudge_by(world, selection=many)


# --- asked again, and what came of it


def test_asked_again_when_it_is_told(world: World) -> None:
    a, _b, _c = missing(world, "a", "b", "c")
    nudge_by(world)
    Duty.unscoped.filter(pk=a.pk).update(state=DutyState.EXCUSED)
    Post.unscoped.filter(member=world.wang).update(ends_on=TODAY - timedelta(days=1))

    reminders.send_due(at=NOW)

    outcome = {row.recipient.user_name: (row.state, row.outcome) for row in rows()}
    assert outcome == {
        "li": ("cancelled", "already_done"),
        "wang": ("cancelled", "not_in_office"),
        "zhao": ("sent", ""),
    }
    assert nudges.place_of(rows()[0].subject) == world.a.path
    assert nudges.place_of("health.nudge:0") == ""


def test_done_is_noted_by_the_day_it_is_seen_and_stays(world: World) -> None:
    _b, c = missing(world, "b", "c")
    nudge = nudge_by(world)
    Duty.unscoped.filter(pk=c.pk).update(state=DutyState.EXCUSED)

    note_nudges()
    Duty.unscoped.filter(pk=c.pk).update(state=DutyState.MISSING)
    note_nudges()

    assert dict(nudge.items.values_list("body__name", "done_on")) == {
        "乙社区党支部": None, "丙社区党支部": TODAY
    }  # fmt: skip
    counted = queries.sent(world.scope("qian")).get()
    assert (counted.bodies, counted.matters, counted.settled) == (2, 2, 1)


def test_every_matter_can_be_seen_to_be_done(world: World) -> None:
    a_month(world)
    for matter in ("election", "transfer", "silent", "duty"):
        nudge_by(world, matter=matter, query="month=2026-01-01&state=missing" if matter == "duty" else "")
    items = list(NudgeItem.unscoped.all())
    assert queries.still_open(items) == {item.pk for item in items}

    Term.unscoped.update(ended_on=TODAY)
    Transfer.unscoped.update(version=9)
    CurrentAssessment.unscoped.update(findings=[])
    Duty.unscoped.update(state=DutyState.EXCUSED)

    assert queries.still_open(items) == set()


def test_questions_at_send_time_do_not_grow_with_rows(world: World, django_assert_num_queries: Any) -> None:
    missing(world, "a", "b", "c")
    nudge_by(world)
    found = rows()

    for some in (found[:1], found):
        with django_assert_num_queries(3):
            assert nudges.objections(some, NOW) == {}


# --- taken back


def test_taken_back_before_it_is_told_nobody_hears_of_it(world: World) -> None:
    (c,) = missing(world, "c")
    nudge = nudge_by(world)

    nudges.withdraw(nudge, actor=world.user("qian"), scope=world.scope("qian"), at=NOW)
    reminders.send_due(at=NOW)

    assert [(row.state, row.outcome) for row in rows()] == [("cancelled", "withdrawn")]
    assert not Notification.unscoped.exists()
    assert AuditEntry.objects.get(action="nudge.withdrawn").changes == {"stopped": 1, "told": 0}
    assert told(selection_of(world, "qian")) == {f"duty:{c.pk}": ["wang"]}  # and may be asked again at once
    with pytest.raises(Refused, match="already_withdrawn"):
        nudges.withdraw(nudge, actor=world.user("qian"), scope=world.scope("qian"), at=NOW)


def test_what_was_told_says_that_it_was_taken_back_while_a_mail_waits(world: World, as_: Any) -> None:
    missing(world, "c")
    User.objects.filter(user_name="wang").update(email="wang@example.cn")
    nudge = nudge_by(world)
    reminders.send_due(at=NOW)
    assert nudges.is_withdrawable(nudge)

    nudges.withdraw(nudge, actor=world.user("qian"), scope=world.scope("qian"), at=NOW)
    digests.send_mails(at=NOW + timedelta(days=1))

    assert mail.outbox == []
    assert Notification.unscoped.get().withdrawn_at == NOW
    page = as_("wang").get("/inbox/?show=all").content.decode()
    assert "发出人已撤回" in page
    assert "data-id" not in as_("wang").get("/inbox/").content.decode()
    assert not nudges.is_withdrawable(nudge)


def test_a_row_planned_before_it_was_taken_back_is_caught_when_it_is_told(world: World) -> None:
    missing(world, "c")
    nudge_by(world)
    NudgeItem.unscoped.update(is_withdrawn=True)

    assert set(nudges.objections(rows(), NOW).values()) == {"withdrawn"}


def test_once_every_mail_is_gone_it_cannot_be_taken_back(world: World) -> None:
    missing(world, "c")
    User.objects.filter(user_name="wang").update(email="wang@example.cn")
    nudge = nudge_by(world)
    digests.send_mails(at=NOW + timedelta(days=1))

    with pytest.raises(Refused, match="nudge_gone_out"):
        nudges.withdraw(nudge, actor=world.user("qian"), scope=world.scope("qian"), at=NOW)
    with pytest.raises(NotAllowed):
        nudges.withdraw(nudge, actor=world.user("zhao"), scope=world.scope("zhao"), at=NOW)
