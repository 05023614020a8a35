"""Who works at a unit: by its own body, or by the employer written in its name near the committee."""

from datetime import date

from branches.tests.factories import TODAY
from conftest import World
from members.choices import Standing
from members.queries.workplaces import members_at, names_at
from members.tests.factories import make_member
from orgportal.core.bridges import Workforce, Workplace

FIRM = "东街纺织有限公司"


def test_counts_are_those_of_the_body_and_of_the_employer_nearby(world: World) -> None:
    near = Workplace(1, FIRM, world.committee_1.path)
    own = Workplace(2, FIRM, world.committee_2.path, world.b.pk, is_own_body=True)
    joint = Workplace(3, FIRM, world.committee_2.path, world.b.pk)
    nobody = Workplace(4, "无人单位", world.committee_1.path)
    make_member(world.a, employer=FIRM)
    make_member(world.a, employer=FIRM, standing=Standing.PROBATIONARY, confirmed_on=None)
    make_member(world.a, employer=FIRM, standing=Standing.ENDED)
    make_member(world.b)
    make_member(world.b, employer=FIRM)
    make_member(world.c, employer=FIRM)
    make_member(world.a, employer=FIRM, since=date(2026, 6, 1))

    found = members_at([near, own, joint, nobody], TODAY)

    assert found == {
        # Two in A and B by employer, one of them in A on probation.
        1: Workforce(formal=2, members=3, body_formal=0, body_members=0),
        # Both of B, and the one of C, near the committee that answers.
        2: Workforce(formal=3, members=3, body_formal=2, body_members=2),
        # Of the shared body only who works there.
        3: Workforce(formal=2, members=2, body_formal=2, body_members=2),
        4: Workforce(),
    }
    assert members_at([], TODAY) == {}


def test_names_are_those_in_sight(world: World) -> None:
    own = Workplace(1, FIRM, world.committee_1.path, world.c.pk, is_own_body=True)
    make_member(world.a, "陆甲", employer=FIRM)
    make_member(world.c, "陆丙")

    assert [row.name for row in names_at(own, world.scope("zhao"), TODAY)] == ["陆甲"]
    assert {row.name for row in names_at(own, world.scope("qian"), TODAY)} == {"陆甲", "陆丙", "王外人"}
    assert names_at(own, world.scope("li"), TODAY)[0].branch == "甲社区党支部"
