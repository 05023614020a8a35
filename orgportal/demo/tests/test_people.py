"""The demo's people: national proportions, nobody's numbers, the same from the same seed."""

from collections import Counter
from datetime import date
from random import Random

import pytest

from branches.choices import Kind
from members.choices import Education
from orgportal.demo import people, tree

TODAY = date(2026, 3, 10)


@pytest.fixture(scope="module")
def bodies() -> list[tree.Body]:
    return tree.bodies(Random(2026), 6000)


@pytest.fixture(scope="module")
def rows(bodies: list[tree.Body]) -> list[dict[str, str]]:
    branches = [body for body in bodies if body.kind == Kind.BRANCH]
    return list(people.rows(branches, Random(2026), TODAY))


def test_tree_is_longshan_with_about_220_branches(bodies: list[tree.Body]) -> None:
    townships = [body for body in bodies if len(body.code) == 9 and "A" not in body.code]
    villages = {body.code[:12] for body in bodies if len(body.code) >= 12 and "A" not in body.code}

    assert len(townships) == 11
    assert len(villages - {body.code for body in bodies if "J" in body.code}) >= 49
    assert 210 <= sum(body.kind == Kind.BRANCH for body in bodies) <= 230
    assert sum(body.size for body in bodies) == 6000


def test_parents_come_before_children(bodies: list[tree.Body]) -> None:
    seen = {""}
    for body in bodies:
        assert body.parent in seen, body.code
        seen.add(body.code)


def test_the_secretarys_branch_has_one_more_than_its_meeting(bodies: list[tree.Body]) -> None:
    own = next(body for body in bodies if body.code == tree.SECRETARY_BRANCH)

    assert own.size == 35


def test_same_seed_gives_same_people(bodies: list[tree.Body]) -> None:
    branches = [body for body in bodies if body.kind == Kind.BRANCH][:10]

    assert list(people.rows(branches, Random(1), TODAY)) == list(people.rows(branches, Random(1), TODAY))


def test_identity_numbers_are_well_formed_and_nobodys(rows: list[dict[str, str]]) -> None:
    numbers = [row["id_number"] for row in rows]

    assert len(set(numbers)) == len(numbers) == 6000
    assert {number[:6] for number in numbers} == {people.AREA}
    assert all(
        number[6:14] == row["birth_on"].replace("-", "") for number, row in zip(numbers, rows, strict=True)
    )
    assert all((int(row["id_number"][16]) % 2 == 1) == (row["gender"] == "male") for row in rows)


def test_proportions_are_national(rows: list[dict[str, str]]) -> None:
    total = len(rows)
    jobs = Counter(row["occupation"] for row in rows)
    women = sum(row["gender"] == "female" for row in rows) / total
    college_up = {Education.COLLEGE, Education.UNIVERSITY, Education.POSTGRADUATE}
    educated = sum(row["education"] in college_up for row in rows) / total
    old = sum(int(row["birth_on"][:4]) <= TODAY.year - 61 for row in rows) / total

    for job, share in people.OCCUPATIONS.items():
        assert abs(jobs[str(job)] / total * 100 - share) < 1.0, job
    assert abs(women - people.WOMEN) < 0.02
    assert abs(educated - people.COLLEGE_UP) < 0.02
    assert abs(old - 0.289) < 0.02


def test_nobody_joined_before_eighteen_or_was_confirmed_within_a_year(rows: list[dict[str, str]]) -> None:
    for row in rows:
        birth_on, joined_on = date.fromisoformat(row["birth_on"]), date.fromisoformat(row["joined_on"])
        assert (joined_on - birth_on).days >= 18 * 365, row
        if row["confirmed_on"]:
            assert (date.fromisoformat(row["confirmed_on"]) - joined_on).days >= 365
