"""Votes and whom a meeting leaves out on every page of a record."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from activities.choices import ActivityKind, Majority, Outcome
from activities.models import Activity, Decision
from activities.queries.ledgers import record_ledger, sign_in_ledger
from activities.tests.pages import CREATE, page, row, typed
from members.choices import Standing
from members.models import StandingPeriod

pytestmark = pytest.mark.usefixtures("on_the_day")
As = Callable[[str], Any]
PREVIEW = "/activities/new/preview/"
PAPER = "/activities/paper/?month=2026-03"
LINE = "接收预备党员 => 同意接收 表决：赞成3 反对1 @陈党员 4-1"
EXCLUSION = {
    "exclusion_document": "区委组织部复函〔2026〕3号", "exclusion_agreed_on": "2026-02-20",
    "exclusion_adopted": "on",
}  # fmt: skip


def url(name: str, activity: Activity, **more: Any) -> str:
    return reverse(f"activities:{name}", kwargs={"pk": activity.pk, **more})


def recorded(client: Any, world: Any, **changes: Any) -> Activity:
    response = client.post(CREATE, typed(world, **{"away": "", "items": LINE, **changes}))
    assert response.status_code == 302, page(response)
    return Activity.unscoped.latest("pk")


def test_a_vote_typed_in_the_line_stands_on_every_page_and_paper(world: Any, as_: As) -> None:
    client = as_("li")
    activity = recorded(client, world)

    detail = page(client.get(url("activity-detail", activity)))
    papers = [
        page(client.get(url("activity-print", activity))),
        page(client.get(f"/activities/book/{world.a.pk}/?period=2026-Q1", follow=True)),
    ]

    for html in (detail, *papers):
        assert "通过" in html
        assert "须得3票以上" in html
        assert "第十一条" in html
    assert "赞成3票，反对1票，弃权0票" in detail
    for html in papers:
        assert "表决情况" in html
        assert "有表决权应到" in html


def test_an_election_without_four_fifths_is_saved_and_said_to_be_void(world: Any, as_: As) -> None:
    client = as_("li")
    activity = recorded(client, world, away="孙党员 病假", items="换届 => 李书记当选 选举：3:0:0 @陈党员 4-1")

    html = page(client.get(url("activity-detail", activity)))

    assert "无效" in html
    assert "只到会3人，须到会4人以上" in html
    assert "选举工作条例" in html


def test_boxes_hold_a_vote_too(world: Any, as_: As) -> None:
    boxes = {
        "row-0-topic": "换届", "row-0-decision": "李书记当选", "row-0-owner": "", "row-0-due_on": "",
        "row-0-votes_for": "4", "row-0-votes_against": "", "row-0-votes_abstained": "",
        "row-0-majority": "election",
    }  # fmt: skip

    recorded(as_("li"), world, items="", **boxes)

    decision = Decision.unscoped.get()
    assert (decision.votes_for, decision.votes_abstained) == (4, 0)
    assert (decision.majority, decision.outcome) == (Majority.ELECTION, Outcome.PASSED)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"items": "议题 => 决定 3:0:0"}, "票数合计 3，但有表决权的到会 4 人"),
        ({"items": "议题 => 决定 赞成3 赞成1"}, "只写一次表决"),
        ({"row-0-topic": "议题", "row-0-decision": "", "row-0-votes_for": "4"}, "请填写决定内容"),
        ({"row-0-topic": "议题", "row-0-decision": "决定", "row-0-votes_for": "-1"}, "错误"),
        ({"away": "孙党员 不计入"}, "六种情形之一"),
        ({"away": "孙党员 不计入 卧床"}, "须经上级党组织同意"),
        ({"away": "孙党员 不计入 卧床", **EXCLUSION, "exclusion_adopted": ""}, "已经本次大会通过"),
        (
            {"away": "孙党员 不计入 卧床", **EXCLUSION, "exclusion_agreed_on": "2026-03-06"},
            "晚于会议日期",
        ),
        (EXCLUSION, "没有标明人员"),
    ],
)
def test_what_is_wrong_with_a_vote_is_said_and_kept(
    world: Any, as_: As, changes: dict[str, str], words: str
) -> None:
    response = as_("li").post(CREATE, typed(world, **{"away": "", "items": "", **changes}))

    html = page(response)
    assert response.status_code == 422
    assert words in html
    assert "error-summary" in html
    assert not Activity.unscoped.exists()


def test_a_theme_day_has_no_boxes_for_votes_and_refuses_them_in_the_line(world: Any, as_: As) -> None:
    client, where = as_("li"), f"{CREATE}?kind={ActivityKind.LECTURE}"

    html = page(client.get(f"{CREATE}?kind={ActivityKind.GROUP}&branch={world.a.pk}"))
    refused = client.post(where, typed(world, away="", items="议题 => 决定 4:0:0"))
    inside = client.post(where, typed(world, away="", items="议题 => 决定 4:0:0", also_kinds=["general"]))

    assert html
    assert "此类会议不作表决" in page(refused)
    assert (inside.status_code, Decision.unscoped.get().outcome) == (302, Outcome.PASSED)


def test_the_page_says_while_one_types_whether_it_passed(world: Any, as_: As) -> None:
    StandingPeriod.objects.filter(member=world.sun).update(standing=Standing.PROBATIONARY)

    response = as_("li").post(
        PREVIEW,
        typed(world, away="", title="", items="议题 => 决定 表决：2:1:0"),
        headers={"HX-Request": "true"},
    )

    html = page(response)
    assert "赞成2票，反对1票，弃权0票" in html
    assert "通过" in html
    assert "2票以上通过" in html
    assert "data-ruled" in html


def test_counts_that_do_not_fit_are_told_without_a_verdict(world: Any, as_: As) -> None:
    response = as_("li").post(
        PREVIEW, typed(world, away="", items="议题 => 决定 3:0:0"), headers={"HX-Request": "true"}
    )

    html = page(response)
    assert "赞成3票" in html
    assert "票数合计 3" in html
    assert "须得" not in html


def test_the_quorum_follows_whom_the_line_leaves_out(world: Any, as_: As) -> None:
    response = as_("li").post(
        PREVIEW, typed(world, away="孙党员 不计入 卧床", items=""), headers={"HX-Request": "true"}
    )

    html = page(response)
    assert "不计入应到会" in html
    assert "年老体弱卧床不起或长期生病" in html
    assert "</strong> / 3" in html
    assert "须经上级党组织同意" in html


def test_whoever_is_left_out_is_named_with_ground_and_basis(world: Any, as_: As) -> None:
    client = as_("li")
    activity = recorded(
        client, world, away="孙党员 不计入 卧床：住院", items="议题 => 决定 2:1:0", **EXCLUSION
    )

    detail = page(client.get(url("activity-detail", activity)))
    paper = page(client.get(url("activity-print", activity)))

    for html in (detail, paper):
        assert "孙党员" in html
        assert "年老体弱卧床不起或长期生病" in html
        assert "区委组织部复函〔2026〕3号" in html
        assert "并经本次大会通过" in html


def test_amending_shows_vote_and_exclusion_as_typed_and_keeps_them(world: Any, as_: As) -> None:
    client = as_("li")
    activity = recorded(
        client, world, away="孙党员 不计入 卧床：住院", items="议题 => 决定 选举：2:1:0", **EXCLUSION
    )

    html = page(client.get(url("activity-amend", activity)))
    assert "决定 选举：赞成2 反对1 弃权0" in html
    assert "4 不计入 不能表达" not in html
    assert "4 不计入 卧床: 住院" in html
    assert 'value="区委组织部复函〔2026〕3号"' in html
    assert 'value="2026-02-20"' in html
    assert "</strong> / 3" in html

    again = typed(
        world, place="二楼", version="1", away="4 不计入 卧床: 住院",
        items="议题 => 决定 选举：赞成2 反对1 弃权0", **EXCLUSION,
    )  # fmt: skip
    assert client.post(url("activity-amend", activity), again).status_code == 302
    activity.refresh_from_db()
    assert (activity.place, activity.voters_expected, activity.version) == ("二楼", 3, 2)
    assert Decision.unscoped.get().majority == Majority.ELECTION


def test_two_versions_are_worded_with_votes_and_exclusions(world: Any, as_: As) -> None:
    client = as_("li")
    activity = recorded(client, world, away="孙党员 不计入 卧床", items="议题 => 决定 2:1:0", **EXCLUSION)
    client.post(
        url("activity-amend", activity), typed(world, version="1", away="", items="议题 => 决定 4:0:0")
    )

    html = page(client.get(url("revision-detail", activity, version=1)))

    assert "赞成2票，反对1票，弃权0票" in html
    assert "赞成4票，反对0票，弃权0票" in html
    assert "不计入应到会" in html


def test_of_two_who_amend_the_chosen_attendance_brings_its_exclusions(world: Any, as_: As) -> None:
    li, ran = as_("li"), as_("ran")
    activity = recorded(li, world, items="议题")
    theirs = typed(world, version="1", away="孙党员 不计入 卧床", items="议题", **EXCLUSION)
    assert ran.post(url("activity-amend", activity), theirs).status_code == 302
    mine = typed(world, version="1", away="", items="议题", place="三楼")
    assert li.post(url("activity-amend", activity), mine).status_code == 409

    kept = {**mine, "version": "2", "pick-attendance": "theirs", "pick-place": "mine"}
    assert li.post(url("activity-amend", activity), kept).status_code == 302

    activity.refresh_from_db()
    assert (activity.place, activity.voters_expected) == ("三楼", 3)
    assert activity.exceptions.get().agreed_on == date(2026, 2, 20)


def test_a_copy_brings_neither_votes_nor_exclusions(world: Any, as_: As) -> None:
    client = as_("li")
    activity = recorded(client, world, away="孙党员 不计入 卧床", items="议题 => 决定 2:1:0", **EXCLUSION)

    html = page(client.get(f"{CREATE}?branch={world.a.pk}&kind=general&copy={activity.pk}"))

    assert "议题" in html
    assert "决定" not in html.split('id="id_items"')[1].split("</textarea>")[0]
    assert "不计入 卧床" not in html.split('id="id_away"')[1].split("</textarea>")[0]
    assert "区委组织部复函" not in html


def test_paper_rows_take_votes_and_exclusions(world: Any, as_: As) -> None:
    line = row(world, away="4 不计入 卧床", items="议题 => 决定 2:1:0", **EXCLUSION)

    response = as_("li").post(PAPER, line)

    assert response.status_code == 302, page(response)
    assert Activity.unscoped.get().voters_expected == 3
    assert Decision.unscoped.get().outcome == Outcome.PASSED


def test_a_paper_row_says_what_its_exclusion_lacks(world: Any, as_: As) -> None:
    html = page(as_("li").post(PAPER, row(world, away="4 不计入 卧床")))

    assert "须经上级党组织同意" in html


def test_both_languages_word_a_vote(world: Any, as_: As) -> None:
    client = as_("li")
    activity = recorded(client, world)
    world.li.user.language = "en"
    world.li.user.save()

    html = page(client.get(url("activity-detail", activity)))

    assert "Ordinary vote: 3 for, 1 against, 0 abstained" in html
    assert "3 votes needed (those who should attend: 4)" in html


def test_programs_give_and_read_votes_and_exclusions(world: Any, as_: As) -> None:
    client = as_("li")
    data = {
        "branch": world.a.pk, "kind": "general", "title": "党员大会", "held_on": "2026-03-05",
        "chair_id": world.li.pk,
        "absences": [
            {"member_id": world.sun.pk, "presence": "leave", "reason": "illness", "ground": "bedridden"}
        ],
        "agreement": {"document": "复函", "agreed_on": "2026-02-20", "is_adopted": True},
        "items": [
            {
                "topic": "换届",
                "decisions": [{"text": "当选", "vote": {"votes_for": 3, "majority": "election"}}],
            }
        ],
    }  # fmt: skip

    def post(**changes: Any) -> Any:
        body = json.dumps({**data, **changes})
        return client.post(reverse("api-activities:activity-list"), body, content_type="application/json")

    created = post()
    assert created.status_code == 201, created.content
    told = created.json()
    assert (told["voters_expected"], told["voters_present"]) == (3, 3)
    assert told["exceptions"][0]["agreed_under"] == "复函"
    vote = told["items"][0]["decisions"][0]["vote"]
    assert (vote["votes_for"], vote["outcome"], vote["outcome_basis"]["base"]) == (3, "passed", "present")
    assert vote["outcome_basis"]["quorum_rule"]["key"] == "quorum.election"
    decisions = client.get(reverse("api-activities:decision-list")).json()["results"]
    assert [(each["votes_for"], each["outcome"]) for each in decisions] == [(3, "passed")]
    assert post(agreement=None).json()["code"] == "exclusion_without_basis"
    wrong = [{"topic": "换届", "decisions": [{"text": "当选", "vote": {"votes_for": 2}}]}]
    assert post(items=wrong, is_another=True).json()["code"] == "votes_not_those_present"


def votes_of(activity: Any, world: Any) -> Any:
    (part,) = record_ledger(activity, world.scope("li"), world.today).parts
    return next(grid for grid in part.grids if grid.key == "votes")


def test_ledgers_hold_votes_and_exclusions_as_facts(world: Any, as_: As) -> None:
    activity = recorded(
        as_("li"), world, away="孙党员 不计入 卧床", items="议题 => 决定 2:1:0\n另一项 => 存档", **EXCLUSION
    )
    early = recorded(
        as_("li"), world, items="换届 => 当选 选举：3:0:0", away="孙党员 病假", held_on="2026-03-04"
    )
    Decision.unscoped.filter(item__activity=early).update(outcome="", outcome_basis=None)

    here = (world.scope("li"), world.today)
    (part,) = record_ledger(activity, *here).parts
    grids = {grid.key: grid for grid in part.grids}
    facts = {fact.key: fact.value for fact in part.facts}
    (sheet,) = sign_in_ledger(activity, *here).parts
    signed = {row[1]: row[3] for row in sheet.grids[0].rows}
    bare = votes_of(early, world)

    assert grids["votes"].rows[0][1:7] == ("决定", "表决", 2, 1, 0, "通过")
    assert grids["votes"].rows[0][7] == (
        "须得2票以上；应到会有表决权的3人；中国共产党支部工作条例（试行）第十一条"
    )
    assert len(grids["votes"].rows) == 1
    assert grids["absences"].rows == (("孙党员", "不计入应到会", "年老体弱卧床不起或长期生病", None),)
    assert "区委组织部复函〔2026〕3号" in str(facts["left_out"])
    assert str(facts["left_out"]).startswith("孙党员（年老体弱卧床不起或长期生病）：")
    assert {fact.key: fact.value for fact in sheet.facts}["left_out"] == facts["left_out"]
    assert (facts["voters_expected"], facts["voters_present"]) == (3, 3)
    assert signed["孙党员"] == "不计入应到会、年老体弱卧床不起或长期生病"
    assert (bare.key, bare.rows[0][6:]) == ("votes", (None, None))


def test_a_paper_says_of_a_vote_without_quorum_how_many_were_missing(world: Any, as_: As) -> None:
    early = recorded(as_("li"), world, items="换届 => 当选 选举：3:0:0", away="孙党员 病假")

    row = votes_of(early, world).rows[0]

    assert row[6] == "无效"
    assert str(row[7]).startswith("有表决权的只到会3人，须到会4人以上；")
