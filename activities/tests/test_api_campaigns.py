"""Campaigns for programs: the same workflows, the same sight."""

import pytest

from activities.models import Participation, Pledge
from activities.tests.campaigns import ENDS, make_campaign, make_pledge


@pytest.fixture
def campaign(world, on_the_day):
    return make_campaign(world.district, world.user("qian"), world.a, world.b)


def post(client, address, **body):
    return client.post(f"/api/v1/{address}", body, content_type="application/json")


@pytest.mark.django_db
def test_a_member_pledges_reports_and_is_commented_on(world, as_, campaign):
    place = Participation.unscoped.get(branch=world.a).pk
    made = post(
        as_("chen"), "pledges/", participation=place, member=world.chen.pk, text="结对", due_on=str(ENDS)
    )
    pk = made.json()["id"]
    reported = post(as_("chen"), f"pledges/{pk}/progress/", progress=100, version=1)
    commented = post(as_("li"), f"pledges/{pk}/comment/", good="好")
    again = post(
        as_("chen"), "pledges/", participation=place, member=world.chen.pk, text="x", due_on=str(ENDS)
    )

    assert (made.status_code, reported.json()["state"], commented.status_code) == (201, "done", 201)
    assert (again.status_code, again.json()["code"]) == (409, "pledge_exists")
    assert Pledge.unscoped.get().comments.get().good == "好"


@pytest.mark.django_db
def test_how_the_branches_stand(world, as_, campaign):
    make_pledge(campaign, world.a, progress=30)
    rows = as_("qian").get(f"/api/v1/campaigns/{campaign.pk}/branches/").json()["results"]
    missing = as_("qian").get(f"/api/v1/campaigns/{campaign.pk}/branches/?pledged=no").json()["results"]

    assert [(row["branch_name"], row["progress"], row["members_all"]) for row in rows] == [
        ("甲社区党支部", 30, 4), ("乙社区党支部", None, 0),
    ]  # fmt: skip
    assert [row["branch_id"] for row in missing] == [world.b.pk]
