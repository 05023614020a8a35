"""Disposition files: steps in order at the right desks, seen by the fewest, every look noted."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse

from branches.choices import PostKind
from members.choices import CaseAct, CaseKind, CaseState, Standing
from members.models import Case, Member
from members.provisions import PROVISIONS
from members.rules import cases as rules
from members.rules.cases import Entry
from members.tests.factories import make_post
from members.tests.test_workflows_register import by, code_of
from members.workflows import cases as work
from members.workflows import standing
from members.workflows.cases import Proposal
from orgportal.core.errors import NotAllowed, StaleVersion
from orgportal.core.models import AuditEntry
from orgportal.core.rulebook import Rulebook

TODAY = date(2026, 3, 10)
BOOK = Rulebook.of(PROVISIONS)
LAZY = Proposal(
    kind="correct", grounds=("passive", "dues"), facts="长期不参加组织生活", proposed_on=date(2026, 2, 1)
)
STRIKE = replace(LAZY, kind="strike", grounds=("six_meetings",))


def open_(world, proposal=LAZY, persona="li", member=None):
    return work.open_case(member or world.chen, proposal, **by(world, persona))


def step(world, case, act, persona=None, **more):
    persona = persona or ("zhao" if CaseAct(act) in rules.ABOVE else "li")
    entry = Entry(
        **{"act": CaseAct(act), "on": date(2026, 3, 1), "document": "决议7号", "words": "已核实", **more}
    )
    return work.record_step(
        case, entry, seen_version=Case.unscoped.get(pk=case.pk).version, **by(world, persona)
    )


def through(world, case, last="approve", **more):
    for act in rules.STEPS:
        case = step(world, case, act, **(more if act == "approve" else {}))
        if act == last:
            return case
    return case


# --- rules


def test_each_kind_has_grounds_of_its_own_and_a_rule():
    assert set(rules.GROUNDS) == set(CaseKind) == set(rules.WHEN)
    assert all(BOOK.has(key, TODAY) for key in rules.WHEN.values())
    assert rules.ground_objection(CaseKind.STRIKE, ["dues"]).code == "case_grounds_do_not_fit"
    assert rules.ground_objection(CaseKind.STRIKE, []).code == "case_grounds_do_not_fit"
    assert rules.ground_objection(CaseKind.STRIKE, ["refuses"]) is None


CASE = rules.Case(CaseKind.CORRECT, CaseState.OPEN, [], date(2026, 2, 1))
CORRECTING = rules.Case(
    CaseKind.CORRECT, CaseState.CORRECTING, rules.STEPS, date(2026, 3, 1), date(2026, 9, 1)
)


def test_no_step_is_skipped():
    assert rules.open_acts(CASE) == (CaseAct.PREFILE, CaseAct.DROP)
    assert rules.open_acts(replace(CASE, done=rules.STEPS[:5])) == (
        CaseAct.APPROVE, CaseAct.APPEAL, CaseAct.DROP,
    )  # fmt: skip
    assert rules.open_acts(CORRECTING) == (
        CaseAct.CORRECTED, CaseAct.NOT_CORRECTED, CaseAct.APPEAL, CaseAct.DROP,
    )  # fmt: skip
    assert rules.open_acts(replace(CASE, state=CaseState.DONE)) == ()
    assert rules.next_step(replace(CASE, done=rules.STEPS)) is None


def test_the_correction_clock():
    assert rules.correction_end(date(2026, 3, 1), 6) == date(2026, 9, 1)
    assert not rules.is_over(CORRECTING, date(2026, 8, 31))
    assert rules.is_over(CORRECTING, date(2026, 9, 1))
    assert not rules.is_over(CASE, TODAY)


@pytest.mark.parametrize(
    ("entry", "case", "code"),
    [
        (Entry(CaseAct.FACTS, TODAY), CASE, "case_step_not_open"),
        (Entry(CaseAct.PREFILE, date(2026, 3, 11)), CASE, "date_in_future"),
        (Entry(CaseAct.PREFILE, date(2026, 1, 31)), CASE, "case_step_too_early"),
        (Entry(CaseAct.PREFILE, TODAY), CASE, ""),
        (Entry(CaseAct.DROP, TODAY), CASE, "case_needs_words"),
        (Entry(CaseAct.APPROVE, TODAY), replace(CASE, done=rules.STEPS[:5]), "case_needs_document"),
        (
            Entry(CaseAct.APPROVE, TODAY, "批复", "", 13),
            replace(CASE, done=rules.STEPS[:5]),
            "correction_out_of_range",
        ),
        (Entry(CaseAct.NOT_CORRECTED, TODAY, "", "无转变"), CORRECTING, "correction_runs"),
        (Entry(CaseAct.CORRECTED, TODAY), CORRECTING, ""),
    ],
)
def test_what_stands_against_a_step(entry, case, code):
    found = rules.objection(entry, case, BOOK, TODAY)

    assert (found.code if found else "") == code


# --- workflow


def test_a_correction_runs_its_period_and_leaves_the_standing_alone(world):
    case = through(world, open_(world), months=6)

    assert (case.state, case.correct_until, case.change) == (CaseState.CORRECTING, date(2026, 9, 1), None)
    assert Member.unscoped.get(pk=world.chen.pk).standing == Standing.FORMAL
    assert code_of(step, world, case, "not_corrected") == "correction_runs"
    case = step(world, case, "appeal")
    case = step(world, case, "corrected", on=TODAY)
    assert (case.state, case.closed_at) == (CaseState.CORRECTED, world.now)
    assert code_of(step, world, case, "drop") == "case_step_not_open"


def test_an_approved_strike_ends_the_membership_by_one_decision(world):
    case = through(world, open_(world, STRIKE), document="东街党批9号")

    change = case.change
    assert (case.state, change.kind, change.state) == (CaseState.DONE, "struck_off", "in_force")
    assert change.approval == "东街党批9号"
    assert not case.steps.filter(act=CaseAct.ENDED).exists()
    assert Member.unscoped.get(pk=world.chen.pk).standing == Standing.ENDED


def test_a_stopped_member_is_struck_off_as_having_left(world):
    Member.unscoped.filter(pk=world.chen.pk).update(standing=Standing.SUSPENDED)
    world.chen.standing_periods.update(standing=Standing.SUSPENDED)

    case = through(world, open_(world, replace(STRIKE, grounds=("stopped",))))

    assert case.change.kind == "gone"


def test_desks_are_kept_apart(world):
    case = open_(world)

    with pytest.raises(NotAllowed):
        step(world, case, "prefile", persona="li")
    case = step(world, case, "prefile")
    with pytest.raises(NotAllowed):
        step(world, case, "facts", persona="zhao")
    with pytest.raises(StaleVersion):
        work.record_step(case, Entry(CaseAct.FACTS, TODAY), seen_version=1, **by(world, "li"))


def test_one_file_at_a_time_and_none_about_oneself(world):
    open_(world)

    with transaction.atomic():
        assert code_of(open_, world) == "case_is_open"
    assert code_of(open_, world, member=world.li) == "not_oneself"
    assert (
        code_of(open_, world, replace(LAZY, grounds=("stopped",)), member=world.sun)
        == "case_grounds_do_not_fit"
    )
    assert (
        code_of(open_, world, replace(LAZY, proposed_on=date(2026, 3, 11)), member=world.sun)
        == "date_in_future"
    )
    with pytest.raises(NotAllowed):
        open_(world, persona="qian", member=world.sun)


def test_nobody_reads_a_file_about_themselves(world):
    mine = open_(world, persona="zhao", member=world.li)

    assert list(Case.objects.visible_to(world.scope("li"))) == []
    assert list(Case.objects.visible_to(world.scope("zhao"))) == [mine]
    assert list(Case.objects.visible_to(world.scope("sys"))) == []
    assert list(Case.objects.visible_to(world.scope("li")).open()) == []


# --- the membership ends, or moves, while a file is open


def die(world, **more):
    return standing.enter(
        world.chen,
        standing.Decision(
            kind="death", decided_on=TODAY, effect_on=date(2026, 3, 8), document="死亡证明", **more
        ),
        seen_version=Member.unscoped.get(pk=world.chen.pk).version,
        **by(world, "li"),
    )


def test_an_open_file_ends_with_the_membership(world):
    case = step(world, open_(world), "prefile")

    change = die(world)

    case.refresh_from_db()
    ended = case.steps.latest("pk")
    assert (case.state, case.closed_at, case.change, case.version) == ("ended", world.now, change, 3)
    assert (ended.act, ended.on, ended.document) == ("ended", date(2026, 3, 8), "死亡证明")
    assert ended.recorded_by is None
    line = AuditEntry.objects.get(action="case.ended")
    assert (line.actor, line.target_name) == (None, f"case {case.pk}")
    assert line.changes == {"on": "2026-03-08", "because": "death"}
    assert code_of(step, world, case, "facts") == "case_step_not_open"


@pytest.mark.usefixtures("on_the_day")
def test_the_page_of_an_ended_file_says_why_and_that_nobody_entered_it(world, as_):
    case = open_(world)
    change = die(world)

    text = as_("zhao").get(page(case)).content.decode()

    assert "党籍终止" in text
    assert "系统" in text
    assert change.get_absolute_url() in text


# --- pages


def page(case):
    return reverse("members:case-detail", args=[case.pk])


@pytest.mark.usefixtures("on_the_day")
def test_every_look_leaves_a_line_without_a_name(world, as_):
    case = open_(world)

    text = as_("zhao").get(page(case)).content.decode()

    assert "长期不参加组织生活" in text
    assert "不合格党员组织处置办法" in text
    entry = AuditEntry.objects.get(action="case.looked")
    assert (entry.actor, entry.target_name, entry.path) == (world.zhao.user, f"case {case.pk}", "")


@pytest.mark.usefixtures("on_the_day")
def test_only_keepers_learn_that_a_file_exists(world, as_):
    case = open_(world)
    make_post(world.sun, world.a, PostKind.DEPUTY_SECRETARY)
    standing = reverse("members:standing-of", args=[world.chen.pk])

    assert page(case) in as_("li").get(standing).content.decode()
    for persona in ("sun", "qian"):
        text = as_(persona).get(standing).content.decode()
        assert page(case) not in text
        assert reverse("members:case-open", args=[world.chen.pk]) not in text
        assert as_(persona).get(page(case)).status_code == 403


@pytest.mark.usefixtures("on_the_day")
def test_pages_from_opening_to_the_correction_period(world, as_):
    li, zhao = as_("li"), as_("zhao")
    opening = reverse("members:case-open", args=[world.chen.pk])
    values = {"kind": "correct", "grounds": ["passive"], "facts": "不做工作", "proposed_on": "2026-03-01"}

    assert li.get(opening).status_code == 200
    assert li.post(opening, {**values, "grounds": ["refuses"]}).status_code == 422
    url = li.post(opening, values).url
    said = {"on": "2026-03-02", "document": "文1号", "words": "属实"}
    for number, act in enumerate(rules.STEPS, 1):
        client = zhao if act in rules.ABOVE else li
        assert client.get(f"{url}{act}/").status_code == 200
        answer = client.post(f"{url}{act}/", {**said, "version": number, "months": 6})
        assert answer.url == url
    assert li.get(f"{url}facts/").status_code == 409
    assert li.post(f"{url}corrected/", {"version": 1, "on": "2026-03-10"}).status_code == 422
    assert li.get(f"{url}nonsense/").status_code == 404
    assert "2026年9月2日" in li.get(url).content.decode()
    assert "2026年9月2日" in li.get(reverse("members:case-list")).content.decode()
    assert "empty--first_use" in as_("wang").get(reverse("members:case-list")).content.decode()


@pytest.mark.usefixtures("on_the_day")
def test_api_opens_and_steps(world, as_):
    body = {
        "member": world.chen.pk, "kind": "correct", "grounds": ["passive"], "facts": "不做工作",
        "proposed_on": "2026-03-01",
    }  # fmt: skip
    made = as_("li").post(reverse("api-members:case-list"), body, content_type="application/json").json()

    assert (made["state"], made["acts"]) == ("open", ["drop"])
    entry = {"act": "prefile", "on": "2026-03-02", "version": 1}
    url = reverse("api-members:case-step", args=[made["id"]])
    answer = as_("zhao").post(url, entry, content_type="application/json").json()
    assert [each["act"] for each in answer["steps"]] == ["prefile"]
    assert as_("zhao").post(url, entry, content_type="application/json").status_code == 412
