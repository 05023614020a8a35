"""Operations of the API: the same workflows, the same scope."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from branches.models import Organization
from branches.tests.factories import make_group, make_organization

ON = {"on": "2026-03-01", "basis": "龙组〔2026〕3号"}


def post(client, address, **body):
    return client.post(f"/api/v1/{address}", body, content_type="application/json")


@pytest.mark.django_db
def test_list_and_detail_stay_in_scope(world, as_):
    listed = as_("zhao").get("/api/v1/branches/?kind=branch").json()
    one = as_("li").get(f"/api/v1/branches/{world.a.pk}/").json()

    assert [row["id"] for row in listed["results"]] == [world.a.pk, world.b.pk]
    assert (one["name"], one["formal"], one["probationary"], one["branches"]) == ("甲社区党支部", 4, 0, 1)
    assert as_("wang").get(f"/api/v1/branches/{world.a.pk}/").status_code == 404


@pytest.mark.django_db
def test_a_body_lives_its_life_through_the_api(world, as_, on_the_day):
    client = as_("qian")
    made = post(
        client,
        "branches/",
        parent=world.committee_1.pk,
        code="N1",
        kind="branch",
        name="新",
        sector="village",
        **ON,
    )
    pk = made.json()["id"]
    renamed = post(client, f"branches/{pk}/rename/", name="更新", version=1, **ON)
    changed = post(client, f"branches/{pk}/change/", sector="community", phone="0437-1", version=2, **ON)
    moved = post(client, f"branches/{pk}/move/", parent=world.committee_2.pk, version=3, **ON)
    ended = post(client, f"branches/{pk}/dissolve/", version=4, **ON)

    answers = (made, renamed, changed, moved, ended)
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200, 200]
    body = ended.json()
    assert (body["name"], body["phone"], body["parent_id"]) == ("更新", "0437-1", world.committee_2.pk)
    assert (body["dissolved_on"], body["version"]) == ("2026-03-01", 5)


@pytest.mark.django_db
def test_refusals_come_as_codes(world, as_, on_the_day):
    client = as_("qian")
    members = post(client, f"branches/{world.a.pk}/dissolve/", version=1, **ON)
    stale = post(client, f"branches/{world.a.pk}/rename/", name="新", version=9, **ON)
    wrong = post(client, f"branches/{world.a.pk}/rename/", version=1, **ON)
    right = post(as_("li"), f"branches/{world.a.pk}/rename/", name="新", version=1, **ON)

    assert (members.status_code, members.json()) == (409, {"code": "has_members", "count": 4})
    assert (stale.status_code, wrong.status_code, right.status_code) == (412, 400, 403)


@pytest.mark.django_db
def test_parents_out_of_scope_are_no_choice(world, as_, on_the_day):
    other = make_organization(None, "外区委")

    answer = post(as_("qian"), f"branches/{world.a.pk}/move/", parent=other.pk, version=1, **ON)

    assert (answer.status_code, list(answer.json())) == (400, ["parent"])
    assert Organization.unscoped.get(pk=world.a.pk).parent == world.committee_1


@pytest.mark.django_db
def test_groups_through_the_api(world, as_, on_the_day):
    make_group(world.c)
    client = as_("li")
    made = post(client, "groups/", branch=world.a.pk, name="一组", **ON)
    pk = made.json()["id"]
    renamed = post(client, f"groups/{pk}/rename/", name="二组", version=1, **ON)
    ended = post(client, f"groups/{pk}/end/", version=2, **ON)
    listed = client.get("/api/v1/groups/").json()["results"]

    assert (made.status_code, renamed.json()["name"], ended.json()["ended_on"]) == (201, "二组", "2026-03-01")
    assert [row["id"] for row in listed] == [pk]


@pytest.mark.django_db
def test_directory_shows_three_facts_of_every_existing_body(world, as_):
    make_organization(world.district, "旧党委", dissolved_on="2020-01-01")

    rows = as_("chen").get("/api/v1/directory/").json()["results"]
    found = as_("chen").get("/api/v1/directory/?q=jsq").json()["results"]

    assert {row["id"] for row in rows} == set(Organization.unscoped.current().values_list("pk", flat=True))
    assert found == [{"id": world.a.pk, "name": "甲社区党支部", "kind": "branch", "phone": ""}]


# --- history and import

HEAD = "code,name,kind,sector,parent_code,established_on\n"


def send(client, text, address="branches/import/", **headers):
    file = SimpleUploadedFile("bodies.csv", text.encode("gbk"))
    return client.post(f"/api/v1/{address}", {"file": file}, headers=headers)


@pytest.mark.django_db
def test_history_tells_each_change_with_its_document(world, as_, on_the_day):
    post(as_("qian"), f"branches/{world.a.pk}/rename/", name="新甲党支部", version=1, **ON)

    lines = as_("li").get(f"/api/v1/branches/{world.a.pk}/history/").json()["results"]

    assert (lines[0]["kind"], lines[0]["on"], lines[0]["basis"]) == ("renamed", "2026-03-01", ON["basis"])
    assert (lines[0]["before"], lines[0]["after"]) == ({"name": "甲社区党支部"}, {"name": "新甲党支部"})
    assert as_("wang").get(f"/api/v1/branches/{world.a.pk}/history/").status_code == 404


@pytest.mark.django_db
def test_a_file_is_looked_through_then_loaded_as_a_whole_and_once(world, as_, on_the_day):
    text = HEAD + "".join(
        f"N{n},新{n}党支部,branch,village,{world.committee_1.code},2020-01-01\n" for n in range(3)
    )
    client, key = as_("qian"), {"Idempotency-Key": "0b8f0d9a-1111-4222-8333-444455556666"}

    checked = send(client, text, "branches/import/check/")
    before = Organization.unscoped.filter(code__startswith="N").count()
    loaded, again = send(client, text, **key), send(client, text, **key)

    assert (checked.status_code, checked.json()["kinds"]) == (200, [{"kind": "branch", "bodies": 3}])
    assert (before, loaded.status_code, again.json()) == (0, 201, loaded.json())
    assert loaded.json()["digest"] == checked.json()["digest"]
    assert Organization.unscoped.filter(code__startswith="N").count() == 3


@pytest.mark.django_db
def test_faults_are_named_by_row_and_column_and_nothing_is_loaded(world, as_, on_the_day):
    text = HEAD + "N1,新,brunch,village,ZZ,2020-01-01\n"

    refused, told = send(as_("qian"), text), send(as_("qian"), text, "branches/import/check/").json()

    assert (refused.status_code, refused.json()) == (409, {"code": "file_has_faults", **told})
    assert [(each["row"], each["column"], each["code"]) for each in told["faults"]] == [
        (2, "kind", "kind_unknown"), (2, "parent_code", "orphan"),
    ]  # fmt: skip
    assert (told["bodies"], told["fault_count"]) == (0, 2)


@pytest.mark.django_db
def test_a_file_too_large_or_none_at_all_is_refused(world, as_, on_the_day):
    assert send(as_("qian"), "x" * (2 * 1024 * 1024 + 1)).json() == {"file": ["too_large"]}
    assert set(as_("qian").post("/api/v1/branches/import/", {}).json()) == {"file"}
    assert send(as_("li"), HEAD).json() == {"code": "not_allowed", "right": "branch.import"}
