"""The pages on which a body words reminders, and the same for programs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from branches.choices import Kind, PostKind
from branches.queries.texts import line_of
from branches.tests.factories import NOW, TODAY
from branches.tests.matrix_texts import EN, KEY, ZH
from branches.workflows import texts
from branches.workflows.texts import Text, Wording
from conftest import World
from members.models import Post
from members.tests.factories import make_post
from orgportal.core.errors import NotAllowed, Refused, StaleVersion, Unsound
from orgportal.core.models import AuditEntry, ReminderText
from orgportal.core.texts import entries

SHOWN_ZH = "【{党支部}】请于{期限}前完成{任务}。"


def at_(world: World, key: str = KEY) -> str:
    return f"/branches/{world.district.pk}/texts/{key}/"


def api(world: World, key: str = KEY) -> str:
    return f"/api/v1{at_(world, key)}"


def typed(zh: str = SHOWN_ZH, en: str = EN, version: int = 0, **more: Any) -> dict[str, Any]:
    return {"zh": zh, "en": en, "version": version, **more}


def by(world: World, who: str = "qian", at: Any = NOW) -> dict[str, Any]:
    return {"actor": world.user(who), "scope": world.scope(who), "at": at}


def errors_of(answer: Any) -> str:
    page = answer.content.decode()
    found = re.search(r'class="error-summary".*?</div>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", found[0]) if found else ""


def test_typed_previewed_used_taken_out_and_taken_back(world: World) -> None:
    client, page = world.client("qian"), at_(world)
    before = client.get(page).content.decode()
    assert "当前使用：系统用语" in before
    assert "{党支部}：{任务}应于{期限}前完成，尚无记录。" in before

    looked = client.post(page, typed(preview="1")).content.decode()

    assert "所填用语的预览" in looked
    assert looked.count("【示例党支部】请于2026年3月31日前完成示例任务。") == 2  # as a notice and in the mail
    assert looked.count("[Example branch] Please see to Example duty by 31 Mar 2026.") == 2
    assert not ReminderText.objects.exists()

    used = client.post(page, typed(), follow=True).content.decode()
    assert "用语已启用" in used
    made = ReminderText.objects.get()
    assert (made.path, made.zh, made.en, made.version) == (world.district.path, ZH, EN, 1)
    assert SHOWN_ZH in used

    out = client.post(f"{page}reset/", {"version": 1}, follow=True).content.decode()
    assert "本级用语已停用" in out
    assert "当前使用：系统用语" in out
    back = client.post(f"{page}1/restore/", {"version": 2}, follow=True).content.decode()
    assert "第1版用语已重新启用" in back
    assert "取自第1版" in back
    versions = ReminderText.objects.order_by("version").values_list("zh", "taken_from")
    assert list(versions) == [(ZH, None), ("", None), (ZH, 1)]
    actions = AuditEntry.objects.filter(action__startswith="text.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["text.written", "text.reset", "text.restored"]
    assert actions[0].path == world.district.path


@pytest.mark.parametrize(
    ("zh", "en", "said"),
    [
        ("{党支部}请办理", EN, "缺少占位符{任务}（应完成的任务）"),
        ("{党支部}{任务}{期限}{党组}", EN, "这里没有占位符{党组}，是否应为{党支部}？"),
        ("{党支部}{任务}{期限}{", EN, "花括号缺失或者多余"),
        (SHOWN_ZH, f"{EN}\nsecond", "此处只能写一行"),
        (SHOWN_ZH, f"{EN} <script>x</script>", "像是标记代码"),
        (SHOWN_ZH, f"{EN} http://x.example/", "是网址"),
        (f"{SHOWN_ZH}{'长' * 300}", EN, "最多300字"),
        ("", EN, "此项必填"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(world: World, zh: str, en: str, said: str) -> None:
    answer = world.client("qian").post(at_(world), typed(zh, en))

    assert answer.status_code == 422
    assert said in errors_of(answer) or said in answer.content.decode()
    assert not ReminderText.objects.exists()


def test_the_same_words_and_a_version_seen_by_nobody_are_refused(world: World) -> None:
    client, page = world.client("qian"), at_(world)
    client.post(page, typed())

    assert "内容没有变化" in client.post(page, typed(version=1)).content.decode()
    assert client.post(page, typed(en=f"{EN} Now.", version=0)).status_code == 422
    assert client.post(f"{page}1/restore/", {"version": 1}).status_code == 409
    assert client.post(f"{page}7/restore/", {"version": 1}).status_code == 404
    assert client.post(f"{page}reset/", {}).status_code == 409
    assert client.post(f"{page}reset/", {"version": 1}).status_code == 302
    assert "本级没有自拟用语" in client.post(f"{page}reset/", {"version": 2}).content.decode()
    assert client.get(at_(world, "core.waived")).status_code == 404
    assert client.get(f"/branches/{world.a.pk}/texts/").status_code == 404


def test_two_who_save_at_once(world: World) -> None:
    entry = entries()[KEY]
    texts.write(Text(world.district, entry, 0), Wording(ZH, EN), **by(world))

    with pytest.raises(StaleVersion):
        texts.write(Text(world.district, entry, 0), Wording(ZH, f"{EN} Now."), **by(world))
    with pytest.raises(StaleVersion):
        texts.write(Text(world.committee_1, entry, 4), Wording(ZH, f"{EN} Now."), **by(world))


def test_only_the_officer_words_and_only_what_can_be_filled(world: World) -> None:
    entry = entries()[KEY]
    with pytest.raises(NotAllowed):
        texts.write(Text(world.committee_1, entry, 0), Wording(ZH, EN), **by(world, "zhao"))
    with pytest.raises(Unsound) as unsound:
        texts.write(Text(world.district, entry, 0), Wording("{branch}", "{}"), **by(world))
    assert {fault.where for fault in unsound.value.faults} == {"zh", "en"}
    ReminderText.objects.create(
        path=world.district.path, key=KEY, version=1, zh="{gone}", en="{gone}", written_at=NOW,
        written_by=world.user("qian"),
    )  # fmt: skip
    with pytest.raises(Unsound):
        texts.restore(Text(world.district, entry, 1), 1, **by(world))
    page = world.client("qian").get(at_(world)).content.decode()
    assert "系统已经升级" in page
    listed = world.client("qian").get(f"/branches/{world.district.pk}/texts/").content.decode()
    assert "已不适用" in listed
    texts.reset(Text(world.district, entry, 1), **by(world))
    refused = world.client("qian").post(f"{at_(world)}1/restore/", {"version": 2})
    assert refused.status_code == 409
    assert "这里没有占位符{gone}" in refused.content.decode()


def test_a_version_once_written_is_kept_by_the_database(world: World) -> None:
    made = texts.write(Text(world.district, entries()[KEY], 0), Wording(ZH, EN), **by(world))
    for act in (
        lambda: ReminderText.objects.filter(pk=made.pk).update(zh="改"),
        lambda: ReminderText.objects.filter(pk=made.pk).delete(),
        lambda: ReminderText.objects.create(
            path=made.path,
            key=KEY,
            version=2,
            zh="只有中文",
            en="",
            written_at=NOW,
            written_by=made.written_by,
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    ReminderText.objects.filter(pk=made.pk).update(path=made.path)
    assert ReminderText.objects.count() == 1


def test_the_list_says_whose_words_each_is_in(world: World, django_assert_num_queries: Any) -> None:
    entry = entries()[KEY]
    texts.write(Text(world.district, entry, 0), Wording(ZH, EN), **by(world))
    frame = entries()["mail.subject"]
    texts.write(Text(world.committee_1, frame, 0), Wording("{count}项", "{count}"), **by(world))
    client = world.client("qian")

    page = client.get(f"/branches/{world.committee_1.pk}/texts/").content.decode()

    rows = dict(re.findall(r'<tr data-key="([^"]+)">(.*?)</tr>', page, re.DOTALL))
    assert list(rows) == list(entries())
    assert "示范区委" in rows[KEY]
    assert "本级自拟，第1版" in rows["mail.subject"]
    assert "系统用语" in rows["members.term_ending"]
    line = line_of(world.committee_1, entry, timezone.now())
    assert (line.is_own, line.version, line.body, line.words) == (False, 0, "示范区委", ZH)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_is_worded(
    world: World, count: int, django_assert_num_queries: Any
) -> None:
    for key in ("members.term_ending", KEY, "members.probation_due")[:count]:
        entry = entries()[key]
        zh = "".join(f"{{{name}}}" for name in entry.bounds.must)
        texts.write(Text(world.district, entry, 0), Wording(zh, zh), **by(world))
    client = world.client("qian")
    client.get(f"/branches/{world.district.pk}/texts/")

    with django_assert_num_queries(12):
        client.get(f"/branches/{world.district.pk}/texts/")


def test_who_oversees_several_bodies_chooses(world: World) -> None:
    qian = world.client("qian")
    assert qian.get("/branches/texts/").headers["Location"] == f"/branches/{world.district.pk}/texts/"

    Post.unscoped.filter(member=world.qian).update(ends_on=TODAY - timedelta(days=1))
    for body in (world.committee_1, world.committee_2):
        make_post(world.qian, body, PostKind.OFFICER)
    page = world.client("qian").get("/branches/texts/").content.decode()

    assert sorted(map(int, re.findall(r'data-id="(\d+)"', page))) == sorted(
        [world.committee_1.pk, world.committee_2.pk]
    )
    assert world.committee_1.kind == Kind.WORK_COMMITTEE


def test_a_program_words_looks_takes_out_and_takes_back(world: World) -> None:
    client, page = world.client("qian"), api(world)
    put = {"content_type": "application/json"}

    listed = client.get(f"/api/v1/branches/{world.district.pk}/texts/").json()["results"]
    (one,) = [row for row in listed if row["key"] == KEY]
    assert (one["version"], one["is_own"], one["from_body"], one["must"]) == (
        0, False, "", ["branch", "duty", "due_on"],
    )  # fmt: skip
    looked = client.post(f"{page}preview/", {"zh": SHOWN_ZH, "en": EN}, **put).json()
    assert looked["zh"]["notice"] == "【示例党支部】请于2026年3月31日前完成示例任务。"
    assert looked["en"]["subject"] == "1 reminder from the branch portal"
    refused = client.post(f"{page}preview/", {"zh": "{党支部}", "en": EN}, **put)
    assert refused.status_code == 409
    assert [(each["code"], each["field"]) for each in refused.json()["faults"]] == [
        ("text_mark_missing", "zh"), ("text_mark_missing", "zh"),
    ]  # fmt: skip
    assert "任务" in refused.json()["message"]

    made = client.put(page, {"zh": SHOWN_ZH, "en": EN, "version": 0}, **put).json()
    assert (made["version"], made["zh"], made["is_own"]) == (1, ZH, True)
    assert client.put(page, {"zh": SHOWN_ZH, "en": f"{EN}!", "version": 0}, **put).status_code == 412
    assert client.post(f"{page}reset/", {"version": 1}, **put).json()["is_own"] is False
    assert client.post(f"{page}9/restore/", {"version": 2}, **put).status_code == 404
    back = client.post(f"{page}1/restore/", {"version": 2}, **put).json()
    assert [(row["version"], row["taken_from"]) for row in back["versions"]] == [(3, 1), (2, None), (1, None)]
    assert client.get(api(world, "core.waived")).status_code == 404
    assert (
        world.client("zhao")
        .put(f"/api/v1/branches/{world.committee_1.pk}/texts/{KEY}/", {}, **put)
        .status_code
        == 403
    )


def test_parts_of_the_mail_are_looked_at_in_the_mail(world: World) -> None:
    client, page = world.client("qian"), at_(world, "mail.opening")

    looked = client.post(page, typed("{姓名}：\n你好", "{name}:\nhello", preview="1")).content.decode()

    assert "示例同志：\n你好" in looked
    assert "站内消息</h4>" not in looked
    assert "此处没有占位符" in client.get(at_(world, "mail.closing")).content.decode()
    assert client.post(page, typed("一\n二\n三\n四", "x")).status_code == 422
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_remindertext")
        assert cursor.fetchone()[0] == 0
    with pytest.raises(Refused):
        texts.reset(Text(world.district, entries()["mail.opening"], 0), **by(world))
