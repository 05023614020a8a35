"""The tree's writers: what they write, what they refuse and why."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import translation

from branches.choices import EventKind, Form, Kind, PostKind, Sector
from branches.models import Organization, OrganizationEvent, PartyGroup
from branches.rules import MAX_DEPTH, child_path, parent_of
from branches.tests.factories import NOW, TODAY, make_group, make_organization
from branches.workflows import tree
from branches.workflows.history import Order
from branches.workflows.tree import Details, Names, NewBody
from members.choices import TransferState
from members.models import Member
from members.tests.factories import make_member, make_post, make_transfer, make_user
from orgportal.core.errors import NotAllowed, Refused, StaleVersion
from orgportal.core.models import AuditEntry, LocalProvision, Notification, OutboxEvent
from orgportal.core.scoping import Grant, Scope

DAY = date(2026, 3, 1)
ORDER = Order(on=DAY, basis="龙组〔2026〕3号", version=1)
ALL = frozenset(
    {"branch.view", "branch.create", "branch.edit", "branch.move", "branch.dissolve", "group.edit"}
)
ANYWHERE = Scope(grants=(Grant("", ALL),))


def body(name="新党支部", kind=Kind.BRANCH, code="N1", **details):
    return NewBody(
        code=code, kind=kind, names=Names(name=name), details=Details(sector=Sector.COMMUNITY, **details)
    )


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.code


def assert_tree_is_sound():
    """Every path is its parent's path and four digits more, and every member's path is its branch's."""
    for row in Organization.unscoped.select_related("parent"):
        assert parent_of(row.path) == (row.parent.path if row.parent else "")
    for member in Member.unscoped.select_related("branch"):
        assert member.path == member.branch.path


@pytest.fixture
def by(world):
    return {"actor": world.user("qian"), "scope": world.scope("qian"), "at": NOW}


@pytest.mark.django_db
def test_found_body_stands_under_its_parent_with_history_and_audit(world, by):
    row = tree.found_body(world.committee_1, body(phone="0437-1"), ORDER, **by)

    assert (row.parent, row.path) == (world.committee_1, child_path(world.committee_1.path, 3))
    assert (row.name, row.short_name, row.initials, row.phone) == ("新党支部", "新党支部", "xdzb", "0437-1")
    assert list(row.events.values_list("kind", "on", "basis")) == [(EventKind.CREATED, DAY, ORDER.basis)]
    assert AuditEntry.objects.get().action == "branch.found"
    assert OutboxEvent.objects.get().payload == {"branch_id": row.pk}
    assert_tree_is_sound()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parent", "new", "code"),
    [
        ("a", body(), "parent_kind_wrong"),
        ("committee_1", body(kind=Kind.GENERAL_BRANCH, form=Form.JOINT), "form_not_allowed"),
        ("committee_1", body(kind=Kind.GENERAL_BRANCH, has_committee=True), "only_branches_have_committees"),
        ("committee_1", body(ends_on=date(2020, 1, 1)), "ends_before_founding"),
        ("committee_1", body(name="甲社区党支部"), "name_taken"),
    ],
)
def test_found_body_is_refused_with_the_reason(world, by, parent, new, code):
    assert refusal(tree.found_body, getattr(world, parent), new, ORDER, **by) == code
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_found_body_names_the_kinds_that_are_allowed(world, by):
    with translation.override("en"), pytest.raises(Refused) as caught:
        tree.found_body(world.a, body(), ORDER, **by)

    assert caught.value.params == {"allowed": "Party committee, Party work committee, General branch"}


@pytest.mark.django_db
def test_found_body_refuses_a_taken_code_a_future_day_and_a_dissolved_parent(world, by):
    taken = refusal(tree.found_body, world.committee_1, body(code=world.a.code), ORDER, **by)
    future = refusal(tree.found_body, world.committee_1, body(), Order(on=TODAY + timedelta(1)), **by)
    gone = make_organization(world.district, "旧党委", kind=Kind.COMMITTEE, dissolved_on=DAY)

    assert (taken, future) == ("code_taken", "date_in_future")
    assert refusal(tree.found_body, gone, body(), ORDER, **by) == "parent_dissolved"


@pytest.mark.django_db
def test_found_body_needs_the_right_at_the_place_and_sight_of_the_row(world, by):
    with pytest.raises(NotAllowed):
        tree.found_body(world.committee_1, body(), ORDER, **{**by, "scope": world.scope("zhao")})
    blind = Scope(grants=(Grant(world.district.path, frozenset({"branch.create"})),))
    with pytest.raises(NotAllowed):
        tree.found_body(world.committee_1, body(), ORDER, **{**by, "scope": blind})

    assert not Organization.unscoped.filter(code="N1").exists()


@pytest.mark.django_db
def test_found_body_refuses_a_full_level_and_too_deep_a_tree(world, by):
    make_organization(world.committee_1, "末党支部", path=world.committee_1.path + "zzzz")
    full = refusal(tree.found_body, world.committee_1, body(), ORDER, **by)
    deep = world.committee_2
    while len(deep.path) < 4 * MAX_DEPTH:
        deep = make_organization(deep, kind=Kind.COMMITTEE)

    assert full == "level_full"
    assert refusal(tree.found_body, deep, body(), ORDER, **by) == "too_deep"
    high = make_organization(world.district, "高党委", kind=Kind.COMMITTEE)
    make_organization(high)
    almost = deep.parent
    assert refusal(tree.move, high, almost, ORDER, **by) == "too_deep"


@pytest.mark.django_db
def test_rename_keeps_the_old_name_in_the_history_and_tells_the_secretary(world, by):
    row = tree.rename(world.a, Names(name="甲一社区党支部", short_name="甲一"), ORDER, **by)

    event = OrganizationEvent.objects.get()
    assert (row.name, row.short_name, row.version, row.initials) == ("甲一社区党支部", "甲一", 2, "jysqdzb")
    assert (event.kind, event.before["name"], event.after["name"]) == (
        "renamed",
        "甲社区党支部",
        "甲一社区党支部",
    )
    notice = Notification.unscoped.get()
    assert (notice.recipient, notice.rule) == (world.user("li"), "branches.renamed")


@pytest.mark.django_db
def test_rename_refuses_a_sibling_name_a_day_before_founding_and_an_old_version(world, by):
    sibling = refusal(tree.rename, world.a, Names(name="乙社区党支部"), ORDER, **by)
    early = refusal(tree.rename, world.a, Names(name="新"), Order(on=date(1999, 1, 1), version=1), **by)
    with pytest.raises(StaleVersion):
        tree.rename(world.a, Names(name="新"), Order(on=DAY, version=7), **by)

    assert (sibling, early) == ("name_taken", "date_before_founding")


@pytest.mark.django_db
def test_the_root_can_be_renamed(world, by):
    assert tree.rename(world.district, Names(name="新区委"), ORDER, **by).name == "新区委"


@pytest.mark.django_db
def test_change_details_writes_down_only_what_changed(world, by):
    details = Details(sector=Sector.VILLAGE, has_committee=True, phone="0437-2")

    row = tree.change_details(world.a, details, ORDER, **by)

    assert (row.sector, row.has_committee, row.version) == ("village", True, 2)
    event = OrganizationEvent.objects.get()
    assert event.before == {"sector": "community", "phone": "", "has_committee": False}
    assert event.after == {"sector": "village", "phone": "0437-2", "has_committee": True}


@pytest.mark.django_db
def test_change_details_refuses_a_form_of_branches_above_branches(world, by):
    details = Details(sector=Sector.TERRITORY, form=Form.MOBILE)

    assert refusal(tree.change_details, world.committee_1, details, ORDER, **by) == "form_not_allowed"


@pytest.mark.django_db
def test_move_carries_bodies_members_and_local_rules_along(world, by):
    LocalProvision.objects.create(
        key="lecture.freq", path=world.a.path, value=2, instrument="x", valid_from=DAY, recorded_at=NOW
    )

    row = tree.move(world.committee_1, world.committee_2, ORDER, **by)

    world.a.refresh_from_db()
    world.chen.refresh_from_db()
    assert (row.parent, row.path) == (world.committee_2, child_path(world.committee_2.path, 2))
    assert world.a.path == world.chen.path == LocalProvision.objects.get().path == child_path(row.path, 1)
    event = OrganizationEvent.objects.get()
    assert (event.other, event.before["under"], event.after["under"]) == (
        world.district, "示范区委", "西街道党工委",
    )  # fmt: skip
    assert set(OutboxEvent.objects.values_list("key", flat=True)) == {str(world.a.pk), str(world.b.pk)}
    assert_tree_is_sound()


@pytest.mark.django_db
def test_move_never_gives_the_number_of_a_body_that_moved_away_again(world, by):
    old = world.organ.path

    tree.move(world.organ, world.committee_1, ORDER, **by)
    fresh = tree.found_body(world.district, body(), ORDER, **by)

    assert fresh.path == child_path(world.district.path, 4) != old


@pytest.mark.django_db
def test_move_refuses_circles_the_same_place_wrong_kinds_and_lost_sight(world, by):
    circle = refusal(tree.move, world.district, world.committee_1, ORDER, **{**by, "scope": ANYWHERE})
    same = refusal(tree.move, world.a, world.committee_1, ORDER, **by)
    wrong = refusal(tree.move, world.b, world.a, ORDER, **by)
    namesake = make_organization(world.committee_2, "甲社区党支部")
    twice = refusal(tree.move, world.a, world.committee_2, ORDER, **by)
    here = Grant(world.committee_1.path, frozenset({"branch.move", "branch.view"}))
    there = Grant(world.committee_2.path, frozenset({"branch.move"}))
    with pytest.raises(NotAllowed):
        tree.move(world.b, world.committee_2, ORDER, **{**by, "scope": Scope(grants=(here, there))})

    assert (circle, same, wrong) == ("cycle", "already_there", "parent_kind_wrong")
    assert namesake
    assert twice == "name_taken"


@pytest.mark.django_db
def test_move_needs_the_right_on_both_sides(world, by):
    only_here = Scope(grants=(Grant(world.committee_1.path, ALL),))

    with pytest.raises(NotAllowed):
        tree.move(world.a, world.committee_2, ORDER, **{**by, "scope": only_here})


@pytest.mark.django_db
def test_move_of_a_root_under_another_body(world, by):
    root = make_organization(None, "另一党委")

    row = tree.move(root, world.district, ORDER, **{**by, "scope": ANYWHERE})

    assert row.parent == world.district
    assert OrganizationEvent.objects.get().before["under"] == ""
    assert_tree_is_sound()


@pytest.mark.django_db
def test_dissolve_ends_an_empty_body_and_its_groups(world, by):
    group = make_group(world.b)

    row = tree.dissolve(world.b, ORDER, **by)

    group.refresh_from_db()
    assert (row.dissolved_on, group.ended_on, row.version) == (DAY, DAY, 2)
    assert row.events.get().kind == EventKind.DISSOLVED
    assert refusal(tree.dissolve, world.b, Order(on=DAY, version=2), **by) == "already_dissolved"


@pytest.mark.django_db
def test_dissolve_is_refused_while_anything_depends_on_the_body(world, by):
    make_transfer(make_member(world.a), world.b, state=TransferState.SENT)
    members = refusal(tree.dissolve, world.a, ORDER, **by)
    bodies = refusal(tree.dissolve, world.committee_1, ORDER, **by)
    transfers = refusal(tree.dissolve, world.b, ORDER, **by)

    assert (members, bodies, transfers) == ("has_members", "has_bodies", "has_open_transfers")


@pytest.mark.django_db
def test_mark_merged_tells_both_histories(world, by):
    make_post(world.li, world.b, PostKind.SECRETARY, starts_on=date(2025, 1, 1))

    tree.mark_merged(world.b, world.a, ORDER, **by)

    world.b.refresh_from_db()
    assert world.b.dissolved_on == DAY
    assert list(world.b.events.values_list("kind", "other")) == [("merged_into", world.a.pk)]
    assert list(world.a.events.values_list("kind", "other")) == [("absorbed", world.b.pk)]
    assert Notification.unscoped.filter(recipient=world.user("li")).count() == 2


@pytest.mark.django_db
def test_mark_merged_refuses_other_kinds_itself_and_a_dissolved_heir(world, by):
    gone = make_organization(world.committee_1, dissolved_on=DAY)
    kinds = refusal(tree.mark_merged, world.b, world.committee_2, ORDER, **by)
    itself = refusal(tree.mark_merged, world.b, world.b, ORDER, **by)
    dead = refusal(tree.mark_merged, world.b, gone, ORDER, **by)

    assert (kinds, itself, dead) == ("only_branches_merge", "only_branches_merge", "parent_dissolved")


@pytest.mark.django_db
def test_paths_and_names_of_a_long_tree_stay_within_their_columns(world, by):
    row = tree.found_body(world.committee_1, body(name="长" * 120), ORDER, **by)

    assert (len(row.short_name), len(row.initials)) == (40, 120)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM branches_organization WHERE path = %s", [row.path])
        assert cursor.fetchone() == (1,)
    assert make_user("unused")
    assert not PartyGroup.unscoped.exists()
