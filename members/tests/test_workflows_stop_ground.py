"""The ground of a stop: said with the decision, or once afterwards where the register did not keep it."""

import pytest
from django.urls import reverse

from members.choices import Standing
from members.models import Member, StandingChange, StandingPeriod
from members.queries.standing import file_of
from members.tests.matrix_standing import stopped
from members.tests.test_workflows_register import by, code_of
from members.tests.test_workflows_standing import STOP, enter
from members.workflows import stop_ground
from members.workflows.stop_ground import Stated
from orgportal.core.errors import NotAllowed, StaleVersion
from orgportal.core.models import AuditEntry

SETTLED = Stated("settled", " 决议8号 ")


def state(world, stated=SETTLED, version=1, persona="li"):
    return stop_ground.state(world.chen, stated, seen_version=version, **by(world, persona))


def test_a_stop_says_why_and_the_period_keeps_it(world):
    change = enter(world, STOP)

    assert change.ground == "lost"
    assert file_of(Member.unscoped.get(pk=world.chen.pk)).stop_ground == "lost"
    assert AuditEntry.objects.get(action="standing.entered").changes["ground"] == "lost"
    version = Member.unscoped.get(pk=world.chen.pk).version
    assert code_of(state, world, version=version) == "ground_not_open"


def test_the_ground_of_a_stop_taken_over_is_stated_once_with_its_document(world):
    stopped(world)

    member = state(world)

    period = StandingPeriod.objects.get(member=world.chen)
    assert (period.ground, period.basis, member.version) == ("settled", "决议8号", 2)
    entry = AuditEntry.objects.get(action="standing.ground_stated")
    assert entry.changes == {"ground": "settled", "document": "决议8号"}
    assert code_of(state, world, version=2) == "ground_not_open"


def test_stating_it_needs_the_desk_the_version_a_ground_and_a_document(world):
    stopped(world)

    with pytest.raises(NotAllowed):
        state(world, persona="wang")
    with pytest.raises(StaleVersion):
        state(world, version=2)
    assert code_of(state, world, Stated("", "决议")) == "stop_needs_ground"
    assert code_of(state, world, Stated("lost", " ")) == "ground_needs_document"
    assert StandingPeriod.objects.get(member=world.chen).ground == ""


def test_nobody_is_stopped_who_is_not(world):
    assert code_of(state, world) == "ground_not_open"


def test_the_page_asks_for_the_ground_and_shows_it(world, as_):
    stopped(world)
    page = reverse("members:standing-of", args=[world.chen.pk])
    form = reverse("members:stop-ground", args=[world.chen.pk])

    assert form in as_("li").get(page).content.decode()
    assert "第二十四条" in as_("li").get(form).content.decode()
    assert as_("li").post(form, {"ground": "study", "version": 1}).status_code == 422
    values = {"ground": "study", "document": "决议8号", "version": 1}
    assert as_("li").post(form, values).url == page
    shown = as_("li").get(page).content.decode()
    assert form not in shown
    assert "留学" in shown
    again = as_("li").post(form, {**values, "version": 2})
    assert again.status_code == 422


def test_a_stop_is_entered_with_its_ground_and_cites_its_rule(world, as_):
    url = reverse("members:change-enter", args=[world.chen.pk, "stop"])
    values = {"decided_on": "2026-03-10", "effect_on": "2026-03-10", "document": "决议3号", "version": 1}

    assert 'value="settled" checked' not in as_("li").get(url).content.decode()
    assert as_("li").post(url, values).status_code == 422
    decided = as_("li").post(url, {**values, "ground": "settled"}).url
    assert "出国（境）定居" in as_("li").get(decided).content.decode()
    assert StandingChange.unscoped.get().ground == "settled"
    assert Member.unscoped.get(pk=world.chen.pk).standing == Standing.SUSPENDED
