"""Holidays of a year: looked up by everybody, entered at the system desk, asked for before they run out."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from branches.tests.factories import NOW
from conftest import World
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.holidays import holiday_words, work_calendar
from orgportal.core.models import AuditEntry, HolidayNotice, Notification, Reminder, SpecialDay
from orgportal.core.planning import Draft, rows
from orgportal.core.tasks import ask_for_holidays
from orgportal.core.workdays import SpecialDate, WorkCalendar
from orgportal.core.workflows.holidays import ask_for_notice, save_notice

pytestmark = pytest.mark.usefixtures("on_the_day")
OFF = SpecialDate(date(2027, 1, 1), is_workday=False, name="元旦")
WORKED = SpecialDate(date(2027, 1, 3), is_workday=True, name="元旦")
TEXT = "元旦：1月1日（周五）放假。1月3日（周日）上班。"
EDIT = "/holidays/2027/edit/"
READING = "/holidays/2027/reading/"


def save(
    world: World, *days: SpecialDate, year: int = 2027, seen: int = 0, who: str = "sys"
) -> HolidayNotice:
    return save_notice(year, "国办发明电〔2026〕9号", days, seen_version=seen, actor=world.user(who), at=NOW)


def test_the_notice_comes_before_the_week(world: World) -> None:
    assert WorkCalendar().is_workday(date(2027, 1, 1))
    save(world, OFF, WORKED)

    calendar = work_calendar()

    assert not calendar.is_workday(date(2027, 1, 1))
    assert calendar.is_workday(date(2027, 1, 3))
    assert not calendar.is_workday(date(2027, 1, 2))
    assert calendar.is_workday(date(2027, 1, 4))
    assert calendar.special_days(2027) == [OFF, WORKED]


def test_the_notice_comes_before_the_table_that_is_shipped(world: World) -> None:
    save(world, SpecialDate(date(2026, 5, 4), is_workday=False, name="劳动节"), year=2026)

    calendar = work_calendar()

    assert not calendar.is_workday(date(2026, 5, 4))
    assert calendar.is_workday(date(2026, 5, 5))


def test_a_notice_reaches_into_the_year_beside_it(world: World) -> None:
    save(world, SpecialDate(date(2026, 12, 31), is_workday=False, name="元旦"), OFF)

    assert not work_calendar().is_workday(date(2026, 12, 31))


@pytest.mark.parametrize(
    ("today", "wanted"),
    [
        (date(2026, 11, 16), None),
        (date(2026, 11, 17), 2027),
        (date(2026, 12, 31), 2027),
        (date(2027, 1, 1), 2027),
        (date(2030, 6, 1), 2030),
    ],
)
def test_the_next_year_is_asked_for_in_time(today: date, wanted: int | None) -> None:
    assert WorkCalendar().asks_for(today) == wanted


def test_administrators_are_told_once(world: World) -> None:
    late = datetime(2026, 11, 20, 1, tzinfo=UTC)
    assert ask_for_notice(at=NOW) == 0

    with time_machine.travel(late, tick=False):
        ask_for_holidays()
        ask_for_holidays()

    notice = Notification.unscoped.get()
    assert (notice.recipient, notice.rule, notice.url) == (world.user("sys"), "core.holidays_wanted", EDIT)
    assert "2027" in world.client("sys").get("/inbox/").content.decode()
    save(world, OFF)
    assert ask_for_notice(at=late) == 0


def test_reminders_wait_for_the_first_working_day(world: World) -> None:
    save(world, OFF, WORKED)
    draft = Draft("members.term_ending", "x", date(2027, 1, 1), 0, "/", [world.user("li").pk])

    (row,) = rows([draft], at=NOW)

    assert row.planned_for == datetime(2027, 1, 3, 1, tzinfo=UTC)
    assert row.state == Reminder.State.PLANNED


def test_a_second_save_replaces_the_days_and_keeps_a_trail(world: World) -> None:
    notice = save(world, OFF)

    save(world, WORKED, seen=notice.version)

    assert SpecialDay.objects.get().on == WORKED.on
    changes = AuditEntry.objects.filter(action="holidays.entered").latest("id").changes
    assert changes["before"] == ["2027-01-01 元旦 free"]
    assert changes["after"] == ["2027-01-03 元旦 worked"]


@pytest.mark.parametrize("seen", [0, 5])
def test_somebody_was_faster(world: World, seen: int) -> None:
    save(world, OFF)

    with pytest.raises(StaleVersion):
        save(world, WORKED, seen=seen)

    assert SpecialDay.objects.get().on == OFF.on


def test_a_day_stands_in_one_notice(world: World) -> None:
    save(world, OFF)

    with pytest.raises(Refused) as refused:
        save(world, OFF, year=2026)

    assert (refused.value.code, refused.value.params) == (
        "day_of_other_notice", {"day": "2027-01-01", "year": 2027},
    )  # fmt: skip


def test_only_the_system_desk_enters_them(world: World) -> None:
    with pytest.raises(NotAllowed):
        save(world, OFF, who="qian")


def test_the_database_knows_what_can_be_worked_in_exchange(world: World) -> None:
    notice = save(world, OFF)

    with pytest.raises(IntegrityError), transaction.atomic():
        SpecialDay.objects.create(notice=notice, on=date(2027, 1, 4), is_workday=True, name="元旦")


def test_names_are_told_in_the_readers_language(settings: Any) -> None:
    assert holiday_words("国庆节、中秋节") == "中秋节 / 国庆节"
    assert holiday_words("抗战胜利纪念日") == "抗战胜利纪念日"


# --- pages


def test_everybody_looks_a_year_up(world: World) -> None:
    html = world.client("chen").get("/holidays/").content.decode()

    assert "2026年10月10日" in html
    assert "周六" in html
    assert "上班" in html
    assert EDIT not in html


def test_an_unknown_year_is_said_to_be_unknown(world: World) -> None:
    html = world.client("sys").get("/holidays/?year=2027").content.decode()

    assert "周一至周五" in html
    assert f'href="{EDIT}"' in html


@pytest.mark.parametrize("year", ["1999", "2029", "abc", "", "99999999"])
def test_a_year_out_of_reach_is_this_year(world: World, year: str) -> None:
    assert "2026年10月1日" in world.client("chen").get(f"/holidays/?year={year}").content.decode()


def test_the_desk_pastes_the_notice(world: World) -> None:
    client = world.client("sys")

    answer = client.post(EDIT, {"document": "国办通知", "text": TEXT, "version": "0"})

    assert answer["Location"] == "/holidays/?year=2027"
    html = client.get("/holidays/?year=2027").content.decode()
    assert "2027年1月3日" in html
    assert "国办通知" in html
    again = client.get(EDIT).content.decode()
    assert "1月1日（周五）放假。1月3日（周日）上班。" in again
    assert 'name="version" value="1"' in again


def test_a_shipped_year_opens_with_its_days(world: World) -> None:
    html = world.client("sys").get("/holidays/2026/edit/").content.decode()

    assert "10月1日（周四）至10月7日（周三）放假。" in html
    assert "<td>2026年10月7日</td>" in html


def test_what_is_wrong_is_said_with_its_line_and_nothing_is_kept(world: World) -> None:
    answer = world.client("sys").post(
        EDIT, {"document": "国办通知", "text": f"{TEXT}\n清明：4月5日（周六）放假", "version": "0"}
    )

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "第 2 行" in html
    assert "2027年4月5日" in html
    assert "清明：4月5日（周六）放假" in html
    assert not HolidayNotice.objects.exists()


def test_an_older_page_is_told_that_it_is_old(world: World) -> None:
    save(world, OFF)

    answer = world.client("sys").post(EDIT, {"document": "国办通知", "text": TEXT, "version": "0"})

    assert answer.status_code == 422
    assert TEXT in answer.content.decode()


def test_the_text_is_read_while_it_is_pasted(world: World) -> None:
    client = world.client("sys")

    html = client.post(READING, {"text": f"通知如下\n{TEXT}"}).content.decode()
    wrong = client.post(
        READING, {"text": "元旦：1月1日（周六）放假"}, headers={"hx-request": "true"}
    ).content.decode()

    assert "2027年1月3日" in html
    assert "通知如下" in html
    assert "春节" in html
    assert "第 1 行" in wrong


@pytest.mark.parametrize("year", [2003, 2029])
def test_a_year_nobody_means_is_not_there(world: World, year: int) -> None:
    assert world.client("sys").get(f"/holidays/{year}/edit/").status_code == 404


def test_the_month_shows_them(world: World) -> None:
    html = world.client("li").get("/activities/month/?month=2026-10").content.decode()

    assert html.count("calendar__special") == 8
    assert "国庆节" in html


def test_programs_read_them(world: World) -> None:
    save(world, OFF)

    answer = world.client("chen").get("/api/v1/holidays/?year=2027").json()

    assert answer == {
        "year": 2027, "is_known": True,
        "results": [{"on": "2027-01-01", "is_workday": False, "name": "元旦"}],
    }  # fmt: skip
