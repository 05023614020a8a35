"""What the portal holds about me, who looked, and a copy of it."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from members.choices import LookKind
from members.models import Look
from members.tests.factories import make_transfer
from orgportal.core.models import AuditEntry

pytestmark = pytest.mark.usefixtures("on_the_day")


def test_own_page_says_who_looked_by_which_post_and_what_for(world, as_, on_the_day):
    Look.objects.create(
        member=world.chen,
        looker=world.li.user,
        looker_post="secretary|甲社区党支部",
        kind=LookKind.REVEAL,
        purpose="办理医保",
        at=on_the_day,
    )

    text = as_("chen").get(reverse("members:own")).content.decode()

    assert "李书记" in text
    assert "甲社区党支部" in text
    assert "办理医保" in text
    assert "2026年3月10日 09:00" in text


def test_own_page_shows_the_open_transfer(world, as_):
    make_transfer(world.chen, world.c, state="submitted")

    assert world.c.name in as_("chen").get(reverse("members:own")).content.decode()


@pytest.mark.parametrize("persona", ["sys", "sec", "aud"])
def test_desks_have_no_own_data(world, as_, persona):
    assert as_(persona).get(reverse("members:own")).status_code == 404


def test_own_copy_holds_ones_own_data_and_is_audited(world, as_):
    response = as_("chen").get(reverse("members:own-copy", args=["json"]))

    record = json.loads(response.content)
    assert record["member"]["name"] == "陈党员"
    assert record["branches"][0]["branch"] == "甲社区党支部"
    assert "李书记" not in response.content.decode()
    assert AuditEntry.objects.get(action="member.own_copy").changes == {"format": "json"}


def test_own_copy_opens_as_a_spreadsheet(world, as_):
    response = as_("li").get(reverse("members:own-copy", args=["xlsx"]))

    book = ZipFile(BytesIO(response.content))
    assert "李书记" in book.read("xl/sharedStrings.xml").decode()


def test_own_copy_knows_two_formats(world, as_):
    assert as_("chen").get(reverse("members:own-copy", args=["exe"])).status_code == 404
