"""From the list to the preview, the sending and what came of it; and the same over the API."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from activities.choices import DutyState
from activities.models import Duty
from branches.choices import PostKind
from branches.tests.factories import NOW, TODAY
from branches.workflows import texts
from branches.workflows.texts import Text, Wording
from conftest import World
from members.models import Post
from members.tests.factories import make_post, make_term
from orgportal.core import reminders
from orgportal.core.models import Reminder, User
from orgportal.core.texts import entries
from orgportal.health.models import Nudge, NudgeItem
from orgportal.health.queries import nudges as queries
from orgportal.health.tests.factories import make_duty
from orgportal.health.tests.matrix import a_month
from orgportal.health.tests.nudging import BY, MISSING, nudge_by
from orgportal.health.tests.reading import ids_of, text_of
from orgportal.health.workflows import nudges

pytestmark = pytest.mark.usefixtures("on_the_day")
JAN = date(2026, 1, 1)
NEW = f"/health/nudges/new/?{MISSING}&matter=duty"
API = f"/api/v1/nudges/?{MISSING}&matter=duty"


def owe(world: World, *names: str) -> list[int]:
    return [make_duty(getattr(world, name), DutyState.MISSING, month=JAN).pk for name in names]


def sent_fields(page: Any) -> dict[str, str]:
    """What the button of the preview would send."""
    fields = re.findall(
        r'<input type="hidden"\s+name="(answer_by|note|seen)"\s+value="([^"]*)"', page.content.decode()
    )
    return dict(fields)


# --- the button


@pytest.mark.parametrize(
    ("address", "matter"),
    [
        (f"/health/duties/?{MISSING}", "duty"),
        ("/health/transfers/?sector=community", "transfer"),
        ("/health/terms/", "election"),
        ("/health/?need=silent", "silent"),
    ],
)
def test_a_list_behind_a_number_leads_to_the_nudge_of_as_many(
    world: World, as_: Any, address: str, matter: str
) -> None:
    a_month(world)
    client = as_("qian")
    page = client.get(address)
    links = re.findall(r'href="(/health/nudges/new/[^"]+)"', page.content.decode())
    shown = len(ids_of(page))

    assert f"催办这{shown}项" in text_of(page)
    # Silent branches can be asked from the number itself as well.
    assert len(links) == (2 if matter == "silent" else 1)
    for link in (each.replace("&amp;", "&") for each in links):
        assert f"matter={matter}" in link
        preview = text_of(client.get(link))
        asked = int(re.findall(r"事项(\d+)项", preview)[0])
        left = int((re.findall(r"不催办：(\d+)项", preview) or ["0"])[0])
        assert asked + left == shown


def test_no_button_where_nothing_is_owed_or_for_who_oversees_nobody(world: World, as_: Any) -> None:
    a_month(world)

    for who, address in (
        ("li", f"/health/duties/?{MISSING}"),
        ("li", "/health/?need=silent"),
        ("qian", "/health/duties/?month=2026-01-01&state=on_time"),
        ("qian", "/health/?need=none"),
    ):
        assert "/health/nudges/new/" not in as_(who).get(address).content.decode()


def test_a_finding_is_looked_for_now_or_as_the_month_was_summed_up(world: World, as_: Any) -> None:
    Post.unscoped.filter(member=world.wang).update(ends_on=date(2026, 1, 10))
    a_month(world)
    client = as_("qian")

    assert ids_of(client.get("/health/?need=post")) == [world.c.pk]
    assert ids_of(client.get("/health/?need=post&month=2026-01-01")) == [world.c.pk]
    assert ids_of(client.get("/health/?need=pledge")) == []


# --- the preview


def test_the_preview_and_the_page_speak_in_the_bodys_own_words(world: World, as_: Any) -> None:
    """The district words it; committee 1 words it otherwise for its own branches."""
    owe(world, "a", "c")
    entry, marks = entries()["health.nudge_duty"], "{asker}{above}{body}{duty}{due_on}{answer_by}{note}"
    for body, zh in ((world.district, f"区里：{marks}"), (world.committee_1, f"街道：{marks}")):
        by = {"actor": world.user("qian"), "scope": world.scope("qian"), "at": NOW}
        texts.write(Text(body, entry, 0), Wording(zh, marks), **by)
    client = as_("qian")

    page = client.get(NEW)
    text = text_of(page)
    assert "区里：钱科长示范区委甲社区党支部主题党日2026年1月31日" in text
    assert "街道：钱科长示范区委甲社区党支部主题党日2026年1月31日" in text

    client.post(NEW, sent_fields(page))
    nudge = Nudge.unscoped.get()
    assert "街道：" not in text_of(client.get(nudge.get_absolute_url()))
    reminders.send_due(at=NOW + timedelta(days=1))
    assert "街道：钱科长示范区委甲社区党支部主题党日" in text_of(client.get(nudge.get_absolute_url()))


def test_the_preview_says_the_very_text_and_names_everybody(world: World, as_: Any) -> None:
    owe(world, "a", "c")
    make_duty(world.b, DutyState.EXCUSED, month=JAN)
    User.objects.filter(user_name="wang").update(language="en")

    page = as_("qian").get(f"/health/nudges/new/?month=2026-01-01&matter=duty&note=请周五前补&answer_by={BY}")

    text = text_of(page)
    assert "示范区委钱科长催办甲社区党支部：2026年1月31日到期的“主题党日”尚无任何说明" in text
    assert "钱科长 (示范区委) reminds 甲社区党支部: Theme day, due 31 Jan 2026" in text
    assert "党组织2个 · 事项2项 · 接收人2人" in text
    assert "李书记" in text
    assert "不催办：1项" in text
    assert "乙社区党支部 主题党日 · 2026年1月31日 已办理" in text
    fields = sent_fields(page)
    assert (fields["answer_by"], fields["note"]) == (BY.isoformat(), "请周五前补")


def test_what_was_previewed_is_what_is_sent(world: World, as_: Any) -> None:
    owe(world, "c")
    client = as_("qian")
    page = client.get(f"{NEW}&note=请补录")

    answer = client.post(NEW, sent_fields(page))

    nudge = Nudge.unscoped.get()
    assert answer.url == f"/health/nudges/{nudge.pk}/"
    assert (nudge.note, nudge.answer_by, nudge.organization) == (
        "请补录",
        TODAY + timedelta(7),
        world.district,
    )
    assert "催办已发出" in text_of(client.get(answer.url))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"answer_by": "2026-03-09"}, "请选择今天起60天以内的日期。"),
        ({"answer_by": "2026-05-10"}, "请选择今天起60天以内的日期。"),
        ({"answer_by": ""}, "此项必填"),
        ({"note": "很" * 101}, "100"),
        ({"seen": ""}, "名单中新增了您未预览的事项"),
    ],
)
def test_wrong_input_is_told_and_nothing_is_sent(
    world: World, as_: Any, changes: dict[str, str], told: str
) -> None:
    owe(world, "c")
    client = as_("qian")

    page = client.post(NEW, {**sent_fields(client.get(NEW)), **changes})

    assert page.status_code == 422
    assert told in text_of(page)
    assert not Nudge.unscoped.exists()
    assert not Reminder.objects.exists()


def test_a_wrong_day_in_the_preview_is_told_and_cannot_be_sent(world: World, as_: Any) -> None:
    owe(world, "c")

    page = as_("qian").get(f"{NEW}&answer_by=2020-01-01")

    assert page.status_code == 422
    assert sent_fields(page) == {}


def test_nobody_left_is_said(world: World, as_: Any) -> None:
    owe(world, "c")
    nudge_by(world)

    page = as_("qian").get(NEW)

    assert "没有需要催办的对象" in text_of(page)
    assert "近日已催办过" in text_of(page)
    assert as_("qian").get("/health/nudges/new/?matter=nothing").status_code == 404


def test_who_holds_two_bodies_chooses_one_first(world: World, as_: Any) -> None:
    make_post(world.zhao, world.committee_2, PostKind.ORGANISER)
    owe(world, "c")
    client = as_("zhao")

    assert "请先在列表中选定一个党组织" in text_of(client.get(NEW))
    assert client.get(API.replace("/?", "/preview/?")).json()["code"] == "no_committee"
    page = client.get(f"{NEW}&under={world.committee_2.pk}")
    assert "以西街道党工委名义" in text_of(page)


# --- what came of it


def test_the_page_of_a_nudge_says_what_is_done_and_not_who_has_read(world: World, as_: Any) -> None:
    _b, c = owe(world, "b", "c")
    nudge = nudge_by(world)
    Duty.unscoped.filter(pk=c).update(state=DutyState.EXCUSED)
    client, address = as_("qian"), nudge.get_absolute_url()

    page = client.get(address)

    text = text_of(page)
    assert ids_of(page) == list(nudge.items.order_by("body__path").values_list("pk", flat=True))
    assert re.findall(r"(乙|丙)社区党支部 主题党日 · 2026年1月31日 \w+ (\w+)", text) == [
        ("乙", "未完成"), ("丙", "已完成")
    ]  # fmt: skip
    NudgeItem.unscoped.filter(subject=f"duty:{c}").update(done_on=TODAY)
    assert "2026年3月10日" in text_of(client.get(address))
    assert "是否已读不向任何人显示" in text
    assert "撤回…" in text
    assert "撤回…" not in text_of(as_("zhao").get("/health/nudges/"))


def test_taken_back_on_the_page_once(world: World, as_: Any) -> None:
    owe(world, "c")
    nudge = nudge_by(world)
    client = as_("qian")
    address = reverse("health:nudge-withdraw", args=[nudge.pk])

    assert "已撤回" in text_of(client.post(address, follow=True))
    assert "已经撤销过了" in text_of(client.post(address, follow=True))
    page = text_of(client.get(nudge.get_absolute_url()))
    assert "由钱科长于" in page
    assert "已撤回" in text_of(client.get("/health/nudges/"))


def test_lists_are_empty_before_the_first(world: World, as_: Any) -> None:
    assert "可一键催办" in text_of(as_("qian").get("/health/nudges/"))
    assert "由上级党组织发出" in text_of(as_("li").get("/health/nudges/"))
    assert "本季度没有催办" in text_of(as_("li").get("/health/nudges/received/"))


def test_received_are_counted_for_each_body_in_the_order_of_the_tree(world: World) -> None:
    _b, c = owe(world, "b", "c")
    nudge_by(world)
    make_term(world.c, due_on=date(2026, 3, 1))
    nudge_by(world, matter="election", query="")
    Duty.unscoped.filter(pk=c).update(state=DutyState.EXCUSED)
    nudges.note_done(TODAY)

    counted = [
        (row.name, row.times, row.matters, row.settled)
        for row in queries.received(world.scope("qian"), date(2026, 1, 1)).order_by("path")
    ]

    assert counted == [("乙社区党支部", 1, 1, 0), ("丙社区党支部", 2, 2, 1)]
    assert not queries.received(world.scope("qian"), date(2025, 10, 1)).exists()
    assert [row.name for row in queries.received(world.scope("wang"), date(2026, 1, 1))] == ["丙社区党支部"]


def test_received_by_quarter(world: World, as_: Any) -> None:
    owe(world, "b", "c")
    nudge_by(world)
    client = as_("qian")

    assert ids_of(client.get("/health/nudges/received/")) == [world.b.pk, world.c.pk]
    assert ids_of(client.get("/health/nudges/received/?quarter=2025-10-01")) == []
    assert ids_of(client.get("/health/nudges/received/?quarter=nonsense")) == [world.b.pk, world.c.pk]
    assert ids_of(as_("wang").get("/health/nudges/received/")) == [world.c.pk]


@pytest.mark.parametrize(
    ("address", "number"),
    [
        (NEW, 15),
        ("/health/nudges/received/", 10),
        ("/health/nudges/{pk}/", 17),
    ],
)
def test_pages_take_the_same_queries_for_one_row_and_three(
    world: World, as_: Any, django_assert_num_queries: Any, address: str, number: int
) -> None:
    client = as_("qian")
    owe(world, "a")
    if address != NEW:
        nudge = nudge_by(world)
    counts = []
    for more in ((), ("b", "c")):
        owe(world, *more)
        if address != NEW and more:
            NudgeItem.unscoped.bulk_create(
                NudgeItem(
                    nudge=nudge, body=body, subject=f"duty:{at}", url="/", asked_on=TODAY,
                    quiet_until=TODAY, params={"duty": {"word": "Theme day"}},
                )
                for at, body in enumerate((world.b, world.c))
            )  # fmt: skip
        path = address.format(pk=Nudge.unscoped.first().pk if address != NEW else 0)
        client.get(path)
        with django_assert_num_queries(number):
            counts.append(client.get(path).content.decode().count("data-id="))
    assert counts == [1, 3]


# --- the API


def test_the_api_previews_sends_lists_and_takes_back(world: World, as_: Any) -> None:
    b, c = owe(world, "b", "c")
    client = as_("qian")
    preview = client.get(API.replace("/?", "/preview/?")).json()
    assert preview["on_behalf_of"] == world.district.pk
    assert [(each["subject"], each["people"]) for each in preview["targets"]] == [
        (f"duty:{b}", ["赵组织"]), (f"duty:{c}", ["王外人"])
    ]  # fmt: skip
    said = {"answer_by": BY.isoformat(), "subjects": [each["subject"] for each in preview["targets"]]}

    made = client.post(API, said, content_type="application/json")

    assert made.status_code == 201
    pk = made.json()["id"]
    assert (made.json()["bodies"], made.json()["matters"], made.json()["settled"]) == (2, 2, 0)
    again = client.post(API, said, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "nobody_to_nudge")
    assert "message" in again.json()
    assert [row["id"] for row in client.get("/api/v1/nudges/").json()["results"]] == [pk]
    items = client.get(f"/api/v1/nudges/{pk}/").json()["items"]
    assert [(each["subject"], each["is_open"]) for each in items] == [
        (f"duty:{b}", True),
        (f"duty:{c}", True),
    ]
    received = client.get("/api/v1/nudges/received/").json()["results"]
    assert {row["id"]: row["times"] for row in received} == {world.b.pk: 1, world.c.pk: 1}
    assert client.post(f"/api/v1/nudges/{pk}/withdraw/").json()["withdrawn_at"]


@pytest.mark.parametrize(
    ("who", "query", "body", "status"),
    [
        ("qian", "matter=nothing", {}, 404),
        ("qian", "matter=duty", {"subjects": []}, 400),
        ("qian", "matter=duty", {"subjects": [], "answer_by": "2020-01-01"}, 400),
        ("qian", f"{MISSING}&matter=duty", {"subjects": [], "answer_by": "2026-03-17"}, 409),
        ("li", "matter=duty", {"subjects": [], "answer_by": "2026-03-17"}, 403),
    ],
)
def test_the_api_refuses_as_the_page_does(
    world: World, as_: Any, who: str, query: str, body: dict[str, Any], status: int
) -> None:
    owe(world, "c")

    answer = as_(who).post(f"/api/v1/nudges/?{query}", body, content_type="application/json")

    assert answer.status_code == status
    assert not Nudge.unscoped.exists()
