"""Addresses of the texts of reminders: the district's officer words them, nobody else."""

from typing import Any

from branches.tests.factories import NOW
from branches.workflows import texts
from orgportal.core.texts import entries
from orgportal.tests.matrix import Row

KEY = "activities.duty_due"
ZH = "【{branch}】请于{due_on}前完成{duty}。"
EN = "[{branch}] Please see to {duty} by {due_on}."
OTHERS = "li|ran|zhao|wang|chen|sun|sys|sec|aud"
OFFICER = f"anon:302 qian:200 {OTHERS}:403"
API_OFFICER = f"anon:401 qian:200 {OTHERS}:404"


def of_district(world: Any) -> dict[str, Any]:
    return {"pk": world.district.pk}


def of_duty(world: Any) -> dict[str, Any]:
    return {**of_district(world), "key": KEY}


def a_text(world: Any) -> dict[str, Any]:
    """The district has words of its own."""
    text = texts.Text(world.district, entries()[KEY], 0)
    by = {"actor": world.user("qian"), "scope": world.scope("qian"), "at": NOW}
    texts.write(text, texts.Wording(ZH, EN), **by)
    return of_duty(world)


def taken_out(world: Any) -> dict[str, Any]:
    where = a_text(world)
    by = {"actor": world.user("qian"), "scope": world.scope("qian"), "at": NOW}
    texts.reset(texts.Text(world.district, entries()[KEY], 1), **by)
    return {**where, "number": 1}


def words(world: Any) -> dict[str, Any]:
    return {"zh": ZH, "en": EN, "version": 0}


def seen(number: int) -> Any:
    return lambda world: {"version": number}


TEXT_ROWS = [
    Row("branches:text-bodies", OFFICER.replace("200", "302")),
    Row("branches:text-list", OFFICER, kwargs=of_district),
    Row("branches:text-edit", OFFICER, kwargs=of_duty),
    Row("branches:text-edit", OFFICER.replace("200", "422"), kwargs=of_duty, method="POST"),
    Row("branches:text-edit", OFFICER.replace("200", "302"), kwargs=of_duty, method="POST", data=words),
    Row("branches:text-reset", OFFICER.replace("200", "302"), kwargs=a_text, method="POST", data=seen(1)),
    Row(
        "branches:text-restore", OFFICER.replace("200", "302"), kwargs=taken_out, method="POST", data=seen(2)
    ),
    Row("api-branches:text-list", API_OFFICER, kwargs=of_district),
    Row("api-branches:text-detail", API_OFFICER, kwargs=of_duty),
    Row("api-branches:text-detail", API_OFFICER, kwargs=of_duty, method="PUT", data=words),
    Row("api-branches:text-preview", API_OFFICER, kwargs=of_duty, method="POST", data=words),
    Row("api-branches:text-reset", API_OFFICER, kwargs=a_text, method="POST", data=seen(1)),
    Row("api-branches:text-restore", API_OFFICER, kwargs=taken_out, method="POST", data=seen(2)),
]
