"""Pages that change the tree: typed, checked, done; refusals in words; rival saves compared."""

import re

import pytest
from django.utils import translation

from branches.models import Organization, PartyGroup
from branches.tests.factories import make_group, make_organization
from members.tests.factories import make_member, make_post

ON = {"on": "2026-03-01", "basis": "龙组〔2026〕3号"}
NEW = {"kind": "branch", "name": "新党支部", "code": "N1", "form": "regular", "sector": "village", **ON}


def steps(client, address, data):
    """The statuses of check and do, and the last response."""
    checked = client.post(address, {**data, "step": "check"})
    done = client.post(address, {**data, "step": "do"})
    return checked, done


@pytest.mark.django_db
def test_founding_is_checked_first_and_writes_only_then(world, as_, on_the_day):
    client, data = as_("qian"), {**NEW, "parent": world.committee_1.pk}
    form = client.get(f"/branches/create/?under={world.committee_1.pk}")
    checked = client.post("/branches/create/", {**data, "step": "check"})

    assert f'value="{world.committee_1.pk}" selected' in form.content.decode()
    assert checked.status_code == 200
    assert "2026年3月1日" in checked.content.decode()
    assert not Organization.unscoped.filter(code="N1").exists()
    edited = client.post("/branches/create/", {**data, "step": "edit"}).content.decode()
    assert 'value="新党支部"' in edited
    done = client.post("/branches/create/", {**data, "step": "do"})
    assert done.headers["Location"] == Organization.unscoped.get(code="N1").get_absolute_url()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("verb", "data", "field", "value"),
    [
        ("rename", {"name": "甲一党支部"}, "name", "甲一党支部"),
        ("edit", {"sector": "village", "form": "joint", "phone": "0437-9"}, "form", "joint"),
        ("move", {"parent": "committee_2"}, "parent", "committee_2"),
    ],
)
def test_orders_change_the_body(world, as_, on_the_day, verb, data, field, value):
    typed = {key: getattr(world, word).pk if key == "parent" else word for key, word in data.items()}
    address = f"/branches/{world.a.pk}/{verb}/"
    checked, done = steps(as_("qian"), address, {**typed, "version": 1, **ON})

    world.a.refresh_from_db()
    assert (checked.status_code, done.status_code) == (200, 302)
    assert getattr(world.a, field) == (world.committee_2 if field == "parent" else value)
    assert as_("qian").get(address).status_code == 200


@pytest.mark.django_db
def test_dissolving_says_what_is_in_the_way_before_the_check(world, as_, on_the_day):
    refused = as_("qian").post(f"/branches/{world.a.pk}/dissolve/", {"version": 1, **ON, "step": "check"})
    _checked, done = steps(as_("qian"), f"/branches/{world.b.pk}/dissolve/", {"version": 1, **ON})

    assert refused.status_code == 422
    assert "4" in re.search(r"error-summary__list.*?</ul>", refused.content.decode(), re.DOTALL).group()
    assert done.status_code == 302
    assert Organization.unscoped.get(pk=world.b.pk).is_dissolved
    page = as_("qian").get(world.b.get_absolute_url()).content.decode()
    assert "/dissolve/" not in page


@pytest.mark.django_db
def test_a_wrong_place_is_refused_with_the_kinds_allowed(world, as_, on_the_day):
    general = make_organization(world.committee_1, "总支", kind="general_branch")
    data = {**NEW, "kind": "committee", "parent": general.pk, "step": "check"}
    with translation.override("en"):
        client = as_("qian")
        world.qian.user.language = "en"
        world.qian.user.save()
        page = client.post("/branches/create/", data).content.decode()

    assert "It may stand under: Party committee, Party work committee." in page


@pytest.mark.django_db
def test_a_rival_save_is_shown_beside_mine(world, as_, on_the_day):
    address = f"/branches/{world.a.pk}/edit/"
    mine = {"sector": "village", "form": "regular", "phone": "0437-1", "version": 1, **ON}
    steps(as_("qian"), address, {**mine, "phone": "0437-2"})

    compared = as_("qian").post(address, {**mine, "step": "do"})
    page = compared.content.decode()

    assert compared.status_code == 409
    assert re.search(r"0437-2</td>\s*<td[^>]*>0437-1</td>", page)
    assert 'name="version" value="2"' in page
    assert as_("qian").post(address, {**mine, "version": 2, "step": "do"}).status_code == 302


@pytest.mark.django_db
def test_the_right_is_asked_at_the_place(world, as_, on_the_day):
    data = {"name": "新", "version": 1, **ON, "step": "do"}

    assert as_("zhao").post(f"/branches/{world.district.pk}/rename/", data).status_code == 404
    assert as_("li").post(f"/branches/{world.a.pk}/rename/", data).status_code == 403
    assert as_("zhao").post(f"/branches/{world.a.pk}/rename/", data).status_code == 302


@pytest.mark.django_db
def test_an_officer_of_one_place_who_sees_another_may_not_act_there(world, as_, on_the_day):
    create = {**NEW, "parent": world.district.pk, "step": "do"}

    make_post(world.zhao, world.committee_1, "officer")
    make_post(world.zhao, world.district, "discipline")

    assert as_("zhao").get(f"/branches/{world.organ.pk}/dissolve/").status_code == 403
    assert as_("zhao").post("/branches/create/", create).status_code == 403


@pytest.mark.django_db
def test_groups_are_founded_renamed_and_ended_by_the_secretary(world, as_, on_the_day):
    client = as_("li")
    steps(client, f"/branches/{world.a.pk}/groups/create/", {"name": "一组", "on": "2026-03-01"})
    group = PartyGroup.unscoped.get()
    steps(client, f"/branches/groups/{group.pk}/rename/", {"name": "二组", "on": "2026-03-01", "version": 1})
    checked, done = steps(client, f"/branches/groups/{group.pk}/end/", {"on": "2026-03-02", "version": 2})

    group.refresh_from_db()
    assert (group.name, str(group.ended_on)) == ("二组", "2026-03-02")
    assert (checked.status_code, done.headers["Location"]) == (200, f"{world.a.get_absolute_url()}#groups")
    again = client.post(f"/branches/groups/{group.pk}/end/", {"on": "2026-03-03", "version": 3, "step": "do"})
    assert again.status_code == 422


@pytest.mark.django_db
def test_groups_of_others_are_not_found_and_an_overseer_only_looks(world, as_, on_the_day):
    group = make_group(world.a)
    make_member(world.a, group=group)

    assert as_("wang").get(f"/branches/groups/{group.pk}/end/").status_code == 404
    assert as_("zhao").get(f"/branches/groups/{group.pk}/end/").status_code == 403
    refused = as_("li").post(
        f"/branches/groups/{group.pk}/end/", {"on": "2026-03-01", "version": 1, "step": "check"}
    )
    assert refused.status_code == 422


@pytest.mark.django_db
def test_a_form_with_gaps_comes_back_with_what_was_typed(world, as_, on_the_day):
    typed = {"name": "甲一党支部", "version": 1, "step": "check"}
    page = as_("qian").post(f"/branches/{world.a.pk}/rename/", typed)

    assert page.status_code == 422
    assert 'value="甲一党支部"' in page.content.decode()


@pytest.mark.django_db
def test_a_secretary_who_oversees_another_branch_leaves_its_groups_alone(world, as_, on_the_day):
    group = make_group(world.c)
    make_post(world.li, world.committee_2, "discipline")

    assert as_("li").get(f"/branches/groups/{group.pk}/rename/").status_code == 403
