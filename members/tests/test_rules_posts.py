"""Which posts a body has, whom each may go to, and for how long."""

from dataclasses import replace
from datetime import date

import pytest

from branches.choices import Kind, PostKind
from branches.provisions import RIGHTS
from members.choices import Standing
from members.rules.posts import Appointment, Holder, Stand, exceeds, objection_to, posts_of, standing_for

SOUND = Appointment(
    kind=PostKind.PUBLICITY,
    body=Kind.BRANCH,
    standing=Standing.FORMAL,
    is_of_body=True,
    has_group=False,
    starts_on=date(2026, 3, 10),
    ends_on=None,
)
RECORDER = replace(SOUND, kind=PostKind.RECORDER, ends_on=date(2027, 3, 10))


def test_posts_follow_the_structure_table():
    assert PostKind.GROUP_LEADER in posts_of(Kind.BRANCH)
    assert PostKind.OFFICER not in posts_of(Kind.BRANCH)
    assert PostKind.RECORDER not in posts_of(Kind.COMMITTEE)
    assert posts_of(Kind.BRANCH)[0] == PostKind.SECRETARY


@pytest.mark.parametrize(
    ("post", "objection"),
    [
        (SOUND, None),
        (RECORDER, None),
        (replace(RECORDER, standing=Standing.PROBATIONARY), None),
        (replace(SOUND, kind=PostKind.SECRETARY, is_of_body=False), None),
        (replace(SOUND, kind=PostKind.ORGANISER, body=Kind.COMMITTEE, is_of_body=False), None),
        (replace(SOUND, kind=PostKind.GROUP_LEADER, has_group=True), None),
        (replace(SOUND, kind=PostKind.OFFICER), "post_not_in_body"),
        (replace(SOUND, standing=Standing.PROBATIONARY), "post_needs_formal_member"),
        (replace(RECORDER, standing=Standing.SUSPENDED), "post_needs_formal_member"),
        (replace(SOUND, standing=Standing.ENDED), "post_needs_formal_member"),
        (replace(SOUND, is_of_body=False), "post_needs_own_member"),
        (replace(SOUND, kind=PostKind.GROUP_LEADER), "leader_needs_group"),
        (replace(SOUND, has_group=True), "group_without_leader"),
        (replace(SOUND, ends_on=date(2026, 3, 9)), "ends_before_start"),
        (replace(RECORDER, ends_on=None), "recorder_needs_end"),
        (replace(RECORDER, ends_on=date(2027, 3, 11)), "recorder_too_long"),
    ],
)
def test_each_objection_has_its_code(post, objection):
    assert objection_to(post) == objection


def test_nobody_gives_more_than_they_have():
    own = RIGHTS[PostKind.ORGANISER]

    assert exceeds(PostKind.OFFICER, Kind.COMMITTEE, own)
    assert not exceeds(PostKind.ORGANISER, Kind.COMMITTEE, own)


# --- who stands for a body

BRANCH, TOWN, DISTRICT = "000100010001", "00010001", "0001"
SECRETARY = Holder(BRANCH, Kind.BRANCH, PostKind.SECRETARY, "li")
RECORDS = Holder(BRANCH, Kind.BRANCH, PostKind.RECORDER, "ran")
DEPUTY = Holder(BRANCH, Kind.BRANCH, PostKind.DEPUTY_SECRETARY, "fu")
ORGANISATION = Holder(BRANCH, Kind.BRANCH, PostKind.ORGANISATION, "zu")
PUBLICITY = Holder(BRANCH, Kind.BRANCH, PostKind.PUBLICITY, "bao")
DISCIPLINE = Holder(BRANCH, Kind.BRANCH, PostKind.DISCIPLINE, "ji")
ORGANISER = Holder(TOWN, Kind.COMMITTEE, PostKind.ORGANISER, "zhao")
TOWN_PUBLICITY = Holder(TOWN, Kind.COMMITTEE, PostKind.PUBLICITY, "xuan")
OFFICER = Holder(DISTRICT, Kind.COMMITTEE, PostKind.OFFICER, "qian")
ASKED = (PostKind.SECRETARY,)


@pytest.mark.parametrize(
    ("holders", "may", "expected"),
    [
        ([SECRETARY, ORGANISER], "member.edit", Stand(BRANCH, ("li",))),
        # The recorder was not asked for, and never stands in.
        ([RECORDS, ORGANISER], "mobile.edit", Stand(TOWN, ("zhao",))),
        # A vacant post: the deputy, then the committee, then the level above.
        ([ORGANISER, ORGANISATION, DEPUTY], "mobile.edit", Stand(BRANCH, ("fu",))),
        ([ORGANISER, ORGANISATION, PUBLICITY], "mobile.edit", Stand(BRANCH, ("zu",))),
        ([ORGANISER, ORGANISATION, PUBLICITY], "activity.record", Stand(BRANCH, ("zu", "bao"))),
        ([SECRETARY, DEPUTY, ORGANISATION], "mobile.edit", Stand(BRANCH, ("li",))),
        # A substitute has to be able to do it.
        ([ORGANISER, DISCIPLINE], "mobile.edit", Stand(TOWN, ("zhao",))),
        ([ORGANISER, DEPUTY], "case.keep", Stand(TOWN, ("zhao",))),
        ([DEPUTY, TOWN_PUBLICITY], "branch.create", Stand(BRANCH)),
        # The nearest without the right is passed over.
        ([ORGANISER, OFFICER], "branch.create", Stand(DISTRICT, ("qian",))),
        # Nobody can: the nearest who can fill the post.
        ([ORGANISER, OFFICER], "member.edit", Stand(TOWN, ("zhao",), fills=True)),
        ([TOWN_PUBLICITY], "member.edit", Stand(BRANCH)),
        ([], "member.edit", Stand(BRANCH)),
    ],
)
def test_the_nearest_with_the_right_stand_for_a_body(holders, may, expected):
    assert standing_for(BRANCH, ASKED, (may,), holders) == expected


def test_one_person_in_two_posts_stands_once():
    again = replace(SECRETARY, kind=PostKind.DEPUTY_SECRETARY)

    found = standing_for(BRANCH, (*ASKED, PostKind.DEPUTY_SECRETARY), ("member.edit",), [SECRETARY, again])

    assert found == Stand(BRANCH, ("li",))
