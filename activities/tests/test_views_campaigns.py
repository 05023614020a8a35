"""Pages of campaigns: the office's table, the branch's and the member's pledge in few steps."""

import re

import pytest

from activities.choices import CampaignState
from activities.models import Campaign, LeaderComment, Participation, Pledge
from activities.tests.campaigns import ENDS, STARTS, make_campaign, make_pledge
from branches.tests.factories import make_organization
from members.tests.factories import make_member, make_post


def ids(response):
    return [int(pk) for pk in re.findall(r'data-id="(\d+)"', response.content.decode())]


@pytest.fixture
def campaign(world, on_the_day):
    return make_campaign(world.district, world.user("qian"), world.a, world.b, world.c)


def part(world, name):
    return Participation.unscoped.get(branch=getattr(world, name))


@pytest.mark.django_db
def test_an_officer_lays_out_rolls_out_and_ends(world, as_, on_the_day):
    client = as_("qian")
    typed = {
        "organization": world.district.pk, "title": "创先争优", "aim": "办实事",
        "starts_on": STARTS, "ends_on": ENDS, "stage-TOTAL_FORMS": 4, "stage-INITIAL_FORMS": 0,
        "stage-0-title": "公开承诺", "stage-0-starts_on": STARTS, "stage-0-ends_on": ENDS,
    }  # fmt: skip
    assert client.get("/activities/campaigns/create/").status_code == 200
    wrong = client.post("/activities/campaigns/create/", {**typed, "ends_on": "2025-01-01"})
    made = client.post("/activities/campaigns/create/", typed)
    campaign = Campaign.unscoped.get()
    page = client.get(made.headers["Location"]).content.decode()
    assert (wrong.status_code, made.status_code, "roll-out" in page) == (422, 302, True)

    rolled = client.post(f"/activities/campaigns/{campaign.pk}/roll-out/", {"version": 1}, follow=True)
    assert len(ids(rolled)) == 4
    ended = client.post(f"/activities/campaigns/{campaign.pk}/end/", {"version": 2}, follow=True)
    campaign.refresh_from_db()
    assert (ended.status_code, campaign.state) == (200, CampaignState.ENDED)
    refused = client.post(f"/activities/campaigns/{campaign.pk}/roll-out/", {"version": 3}, follow=True)
    again = client.post(f"/activities/campaigns/{campaign.pk}/end/", {"version": 3}, follow=True)
    assert (refused.status_code, again.status_code) == (200, 200)


@pytest.mark.django_db
def test_the_table_puts_who_has_not_pledged_first_and_ranks_nobody(world, as_, campaign):
    make_pledge(campaign, world.a, progress=10)
    make_pledge(campaign, world.b, progress=90)
    make_pledge(campaign, world.a, world.chen)
    page = as_("qian").get(campaign.get_absolute_url())

    assert ids(page) == [part(world, "c").pk, part(world, "a").pk, part(world, "b").pk]
    text = page.content.decode()
    assert re.search(r"1 / 4|1 of 4", text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("pledged=no", "b c"),
        ("pledged=yes", "a"),
        ("commented=yes", "a"),
        ("commented=no", "b c"),
        ("q=bsq", "c"),
    ],
)
def test_the_table_is_filtered_by_the_address(world, as_, campaign, query, names):
    pledge = make_pledge(campaign, world.a)
    LeaderComment.objects.create(
        participation=pledge.participation,
        pledge=pledge,
        author=world.user("zhao"),
        good="好",
        at=pledge.recorded_at,
    )
    page = as_("qian").get(f"{campaign.get_absolute_url()}?{query}", headers={"HX-Request": "true"})

    assert sorted(ids(page)) == sorted(part(world, name).pk for name in names.split())


@pytest.mark.django_db
@pytest.mark.parametrize("extra", [0, 2])
def test_the_table_takes_the_same_queries_for_one_and_three_rows(
    world, as_, django_assert_num_queries, on_the_day, extra
):
    branches = [world.a, *(make_organization(world.committee_1) for _ in range(extra))]
    campaign = make_campaign(world.district, world.user("qian"), *branches)
    client = as_("qian")

    with django_assert_num_queries(TABLE_QUERIES):
        page = client.get(campaign.get_absolute_url())

    assert len(ids(page)) == 1 + extra


TABLE_QUERIES = 15


@pytest.mark.django_db
def test_a_member_sees_the_own_branch_and_pledges_from_the_campaign_page(world, as_, campaign):
    client = as_("chen")
    listed = client.get("/activities/campaigns/")
    page = client.get(campaign.get_absolute_url())
    action = re.search(r'action="([^"]*/pledge/\?member=\d+)"', page.content.decode()).group(1)

    assert (ids(listed), ids(page)) == ([campaign.pk], [part(world, "a").pk])
    # Campaigns, the campaign, the text, the button: four interactions.
    made = client.post(action, {"text": "结对帮扶", "due_on": ENDS})
    pledge = Pledge.unscoped.get(member=world.chen)
    assert made.headers["Location"] == pledge.get_absolute_url()
    reported = client.post(f"{pledge.get_absolute_url()}progress/", {"progress": 40, "version": 1})
    assert reported.status_code == 302
    stale = client.post(f"{pledge.get_absolute_url()}progress/", {"progress": 60, "version": 1})
    refused = client.post(
        f"{pledge.get_absolute_url()}progress/", {"progress": 60, "version": 2, "gives_up": "on"}
    )
    assert (stale.status_code, refused.status_code) == (409, 422)
    assert "40%" in client.get(campaign.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_colleague_reads_a_pledge_and_changes_nothing(world, as_, campaign):
    pledge = make_pledge(campaign, world.a, world.chen)
    address, client = pledge.get_absolute_url(), as_("sun")

    assert client.get(address).status_code == 200
    assert client.post(f"{address}progress/", {"progress": 5, "version": 1}).status_code == 403
    assert client.post(f"{address}comment/", {"good": "好"}).status_code == 403
    assert as_("wang").get(address).status_code == 404


@pytest.mark.django_db
def test_the_secretary_sees_who_is_missing_and_enters_a_pledge(world, as_, campaign):
    make_pledge(campaign, world.a, world.chen)
    own = part(world, "a")
    client = as_("li")
    page = client.get(own.get_absolute_url()).content.decode()
    form = client.get(f"{own.get_absolute_url()}pledge/")
    wrong = client.post(f"{own.get_absolute_url()}pledge/", {"text": "修路", "due_on": "2030-01-01"})
    done = client.post(
        f"{own.get_absolute_url()}pledge/?member={world.sun.pk}", {"text": "修路", "due_on": ENDS}
    )

    assert ("孙党员" in page, "?member=" in page) == (True, True)
    assert (form.status_code, wrong.status_code, done.status_code) == (200, 422, 302)


@pytest.mark.django_db
def test_names_without_a_pledge_are_shown_to_those_who_keep_the_register(world, as_, campaign):
    make_member(world.a, "贺无名")
    address = part(world, "a").get_absolute_url()

    assert "贺无名" in as_("li").get(address).content.decode()
    assert "贺无名" not in as_("chen").get(address).content.decode()


@pytest.mark.django_db
def test_leaders_comment_good_lacking_and_next(world, as_, campaign):
    pledge = make_pledge(campaign, world.a)
    address = pledge.get_absolute_url()
    empty = as_("zhao").post(f"{address}comment/", {"good": ""})
    done = as_("zhao").post(
        f"{address}comment/", {"good": "认真", "lacking": "进度慢", "next_step": "月底前完成"}
    )
    page = as_("li").get(address).content.decode()

    assert (empty.status_code, done.status_code) == (422, 302)
    assert all(words in page for words in ("认真", "进度慢", "月底前完成", "赵组织"))
    Campaign.unscoped.update(state=CampaignState.ENDED)
    assert as_("zhao").post(f"{address}comment/", {"good": "好"}).status_code == 422


@pytest.mark.django_db
def test_a_draft_is_seen_by_those_who_run_it_only(world, as_, on_the_day):
    campaign = make_campaign(world.district, world.user("qian"), state=CampaignState.DRAFT)

    assert as_("qian").get(campaign.get_absolute_url()).status_code == 200
    assert as_("li").get(campaign.get_absolute_url()).status_code == 404
    assert ids(as_("chen").get("/activities/campaigns/")) == []
    assert as_("zhao").post(f"{campaign.get_absolute_url()}end/").status_code == 403  # no such right at all


@pytest.mark.django_db
def test_an_officer_below_may_not_end_what_the_district_runs(world, as_, campaign):

    make_post(world.zhao, world.committee_1, "officer")

    assert as_("zhao").post(f"{campaign.get_absolute_url()}end/", {"version": 1}).status_code == 403
    assert as_("zhao").get(campaign.get_absolute_url()).status_code == 200


@pytest.mark.django_db
def test_a_word_on_the_branch_as_a_whole_stands_with_its_pledge(world, as_, campaign):
    pledge = make_pledge(campaign, world.a)
    LeaderComment.objects.create(
        participation=pledge.participation, author=world.user("zhao"), good="总体认真", at=pledge.recorded_at
    )
    of_chen = make_pledge(campaign, world.a, world.chen)

    assert "总体认真" in as_("li").get(pledge.get_absolute_url()).content.decode()
    assert "总体认真" not in as_("li").get(of_chen.get_absolute_url()).content.decode()
    assert ids(as_("qian").get(f"{campaign.get_absolute_url()}?commented=yes")) == [part(world, "a").pk]


@pytest.mark.django_db
def test_progress_that_is_no_number_and_a_pledge_for_another_are_refused(world, as_, campaign):
    pledge = make_pledge(campaign, world.a, world.chen)
    wrong = as_("chen").post(f"{pledge.get_absolute_url()}progress/", {"progress": "much", "version": 1})
    address = f"{part(world, 'a').get_absolute_url()}pledge/"

    assert wrong.status_code == 422
    assert as_("sun").get(address).status_code == 403
    assert as_("sun").get(f"{address}?member={world.chen.pk}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["²", "-1", "x", ""])
def test_a_member_that_is_no_number_is_nobody(world, as_, campaign, wanted):
    address = f"{part(world, 'a').get_absolute_url()}pledge/"

    assert as_("li").get(address, {"member": wanted}).status_code == 200
