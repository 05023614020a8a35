"""Which posts a body has, whom each may go to, and for how long."""

from dataclasses import replace
from datetime import date

import pytest

from branches.choices import Kind, PostKind
from branches.provisions import RIGHTS
from members.choices import Standing
from members.rules.posts import Appointment, exceeds, objection_to, posts_of

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
