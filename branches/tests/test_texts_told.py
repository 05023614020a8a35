"""Whose words a reminder is told in, as a notice and as a mail; what was told keeps its words."""

from datetime import date, timedelta
from typing import Any

import pytest
from celery import current_app
from django.core import mail
from django.utils import translation

from branches.tests.factories import NOW, TODAY
from branches.tests.matrix_texts import EN, KEY, ZH
from branches.workflows import texts, tree
from branches.workflows.history import Order
from branches.workflows.texts import Text, Wording
from conftest import World
from members.models import Member
from orgportal.core import digests, reminders
from orgportal.core.models import Channel, Digest, Notification, Reminder, User
from orgportal.core.texts import chosen, entries

DUE = date(2026, 3, 31)
LATER = NOW + timedelta(hours=1)
SAID = {"branch": "甲社区党支部", "duty": {"word": "Theme day"}, "due_on": {"day": DUE.isoformat()}}


def word(world: World, body: Any, zh: str = ZH, en: str = EN, *, key: str = KEY, **how: Any) -> Any:
    by = {"actor": world.user("qian"), "scope": world.scope("qian"), "at": how.get("at", NOW)}
    return texts.write(Text(body, entries()[key], how.get("seen", 0)), Wording(zh, en), **by)


def remind(*people: User, channel: str = Channel.IN_APP, subject: str = "activities.duty:1") -> None:
    Reminder.objects.bulk_create(
        Reminder(
            rule=KEY, subject=subject, recipient=user, due_on=DUE, step=0, channel=channel, planned_for=NOW,
            params=SAID, url="/inbox/", recorded_at=NOW,
        )
        for user in people
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _open_duty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The duty of these reminders is owed whatever its row says."""
    monkeypatch.setitem(current_app.conf.reminder_checks, KEY, f"{__name__}.nothing_against_it")


def nothing_against_it(reminder: Reminder, at: Any) -> str:
    return ""


def read_by(user: User, language: str = "zh-hans") -> str:
    row = Notification.unscoped.select_related("text").filter(recipient=user).latest("pk")
    with translation.override(language):
        return reminders.sentence(row.rule, row.params, row.text)


def oracle(world: World, worded: dict[int, str]) -> dict[int, str]:
    """By account, read off the bodies themselves: up from the branch to the first that has words."""
    found = {}
    for member in Member.unscoped.exclude(user=None).select_related("branch"):
        body: Any = member.branch
        while body is not None and body.pk not in worded:
            body = body.parent
        if body is not None:
            found[member.user_id] = worded[body.pk]
    return found


def test_everybody_reads_the_words_of_the_nearest_body_above(world: World) -> None:
    worded = {
        world.district.pk: "区委：{branch}，{duty}，{due_on}",
        world.committee_1.pk: "东街道：{branch}，{duty}，{due_on}",
    }
    for body in (world.district, world.committee_1):
        word(world, body, worded[body.pk])

    people = list(User.objects.values_list("pk", flat=True))
    found = chosen([(pk, KEY) for pk in people], LATER)

    assert {user: text.zh for (user, _key), text in found.items()} == oracle(world, worded)
    assert {*people} - {user for user, _key in found} == {desk.pk for desk in world.desks.values()}


def test_a_notice_is_told_in_them_in_either_language_and_keeps_them(world: World) -> None:
    li, wang = world.user("li"), world.user("wang")
    word(world, world.committee_1)
    remind(li, wang)

    reminders.send_due(at=LATER)

    assert read_by(li) == "【甲社区党支部】请于2026年3月31日前完成主题党日。"
    assert read_by(li, "en") == "[甲社区党支部] Please see to Theme day by 31 Mar 2026."
    assert read_by(wang) == "甲社区党支部：主题党日应于2026年3月31日前完成，尚无记录。"

    word(world, world.committee_1, "另一种说法：{branch}{duty}{due_on}", seen=1, at=LATER)
    assert read_by(li) == "【甲社区党支部】请于2026年3月31日前完成主题党日。"
    page = world.client("li").get("/inbox/").content.decode()
    assert "【甲社区党支部】请于2026年3月31日前完成主题党日。" in page

    remind(li, subject="activities.duty:2")
    reminders.send_due(at=LATER + timedelta(minutes=1))
    assert read_by(li) == "另一种说法：甲社区党支部主题党日2026年3月31日"


@pytest.mark.parametrize("count", [1, 3])
def test_telling_many_costs_as_many_queries_as_telling_one(
    world: World, count: int, django_assert_num_queries: Any
) -> None:
    word(world, world.district)
    people = [world.user(name) for name in ("li", "chen", "wang")][:count]

    with django_assert_num_queries(2):
        found = chosen([(user.pk, KEY) for user in people], LATER)

    assert len(found) == count


def test_where_no_body_has_words_one_query_says_so(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert chosen([(world.user("li").pk, KEY)], LATER) == {}


def test_words_taken_out_of_use_and_of_another_moment_are_not_told(world: World) -> None:
    word(world, world.district)
    word(world, world.committee_1, "东街道：{branch}{duty}{due_on}")
    by = {"actor": world.user("qian"), "scope": world.scope("qian"), "at": LATER}
    texts.reset(Text(world.committee_1, entries()[KEY], 1), **by)
    asked = [(world.user("li").pk, KEY)]

    said = {
        moment: [text.zh for text in chosen(asked, moment).values()]
        for moment in (NOW - timedelta(seconds=1), NOW, LATER)
    }

    assert list(said.values()) == [[], ["东街道：{branch}{duty}{due_on}"], [ZH]]


# --- the mail


@pytest.fixture
def li(world: World) -> User:
    user = world.user("li")
    User.objects.filter(pk=user.pk).update(email="li@example.cn")
    user.refresh_from_db()
    return user


def test_the_mail_is_framed_in_the_bodys_words(world: World, li: User) -> None:
    word(world, world.district)
    for key, zh, en in (
        ("mail.subject", "示范区提醒：{count}项", "District: {count} to do"),
        ("mail.opening", "{name}同志：\n请办理下列{count}项。", "Dear {name},\nplease see to these."),
        ("mail.closing", "示范区委组织部", "The organisation department"),
    ):
        word(world, world.district, zh, en, key=key)
    remind(li, channel=Channel.EMAIL)

    digests.send_mails(at=LATER)

    (sent,) = mail.outbox
    assert sent.subject == "示范区提醒：1项"
    assert sent.body.splitlines()[0].strip() == "" or sent.body.startswith(f"{li.display_name}同志：")
    for words in (f"{li.display_name}同志：\n请办理下列1项。", "【甲社区党支部】请于", "示范区委组织部"):
        assert words in sent.body
    assert "/inbox/settings/" in sent.body
    assert "您收到这封邮件" not in sent.body


def test_a_mail_tried_again_says_the_same(world: World, li: User) -> None:
    """Gathered before the words changed, sent after: the words of when it was gathered."""
    word(world, world.district)
    remind(li, channel=Channel.EMAIL)
    digests.gather(LATER)
    word(world, world.district, "后来的：{branch}{duty}{due_on}", seen=1, at=LATER + timedelta(minutes=5))
    digest = Digest.objects.get()

    text = digests.digest_mail(digest, list(digest.reminders.all())).body

    assert "【甲社区党支部】请于2026年3月31日前完成主题党日。" in text


def test_words_that_ask_for_too_much_give_way_to_the_portals(world: World) -> None:
    made = word(world, world.district)
    made.zh = "{branch}{gone}"

    assert reminders.sentence(KEY, SAID, made) == "甲社区党支部：主题党日应于2026年3月31日前完成，尚无记录。"


def test_a_body_that_moves_takes_its_words_along(world: World) -> None:
    made = word(world, world.committee_1)
    order = Order(on=TODAY, basis="龙组〔2026〕3号", version=world.committee_1.version)
    by = {"actor": world.user("qian"), "scope": world.scope("qian"), "at": LATER}

    moved = tree.move(world.committee_1, world.committee_2, order, **by)

    made.refresh_from_db()
    assert made.path == moved.path != world.committee_1.path
