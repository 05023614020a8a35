"""The search finds whom plain Python finds, within the scope and nowhere else."""

import pytest

from members.choices import Standing, TransferState
from members.models import Member, Paper, Transfer
from members.queries.search import (
    arrivals_found,
    asks_identity,
    matching,
    members_found,
    members_found_by_name,
    named,
    papers_found,
    shapes_of,
    transfers_found,
)
from members.tests.arrivals import registered
from members.tests.factories import make_member
from members.tests.test_workflows_loader import id_number
from members.tests.test_workflows_papers import issued
from members.tests.transfers import in_state
from orgportal.core.names import initials, name_key
from orgportal.core.scoping import NOBODY, Grant, Scope
from orgportal.core.sealing import blind, blind_end, seal

NAMES = (
    "王伟明",
    "王伟",
    "伟文",
    "欧阳伟明",
    "阿布都·买买提",
    "单雄信",
    "张明伟",
    "张伟",
    "章伟红",
    "𠮷田",
    "尉迟恭",
)
ALL = 100


def over(*paths: str) -> Scope:
    return Scope(user_id=1, grants=tuple(Grant(path, frozenset({"member.view"})) for path in paths))


@pytest.fixture
def people(world):
    """Everybody of NAMES in A and in C, with mobiles and identity numbers of their own."""
    found = []
    for place, branch in enumerate((world.a, world.c)):
        for order, name in enumerate(NAMES):
            number = id_number(order=2 * (order + 50 * place) + 1)
            found.append(
                make_member(
                    branch,
                    name,
                    mobile=f"1390{place}{order:02d}{order:02d}78",
                    id_number_sealed=seal(number),
                    id_number_digest=blind(number),
                    id_number_end=blind_end(number),
                )
            )
    return found


def meant(member: Member, text: str) -> bool:
    """What a person means by a text, without indexes."""
    letters = "".join(text.lower().split())
    return (
        text in member.name
        or name_key(member.name).replace(" ", "").startswith(letters)
        or initials(member.name).startswith(letters)
        or (text.isdigit() and member.mobile.endswith(text))
        or member.number == text.upper()
    )


TEXTS = (
    "王", "伟", "明", "文", "伟明", "王伟", "阳伟", "欧阳", "买", "买提", "都·买", "信", "恭", "𠮷", "田",
    "龘", "w", "zw", "zhang", "zhangwei", "zhang wei", "shan", "shanxiongxin", "sxx", "yuchi", "Wang", "xq",
    "78", "0078", "0178", "1390", "8",
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_search_finds_whom_plain_python_finds(world, people, text):
    for scope, branches in (
        (over(world.a.path), {world.a.pk}),
        (over(world.a.path, world.c.path), {world.a.pk, world.c.pk}),
        (over(world.district.path), {world.a.pk, world.c.pk, world.organ.pk}),
    ):
        mine = [each for each in Member.unscoped.all() if each.branch_id in branches]
        expected = {each.pk for each in mine if meant(each, text)}

        assert {row.id for row in members_found_by_name(text, scope, ALL)} == expected
        assert set(matching(Member.objects.visible_to(scope), text).values_list("pk", flat=True)) == expected


def test_no_post_no_members(world, people, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert members_found("王", NOBODY, ALL) == []
        assert members_found("王", Scope(user_id=1, member_id=world.chen.pk), ALL) == []


def test_empty_text_means_nobody(world, people):
    assert shapes_of("  ") == ()
    assert members_found("", over(world.a.path), ALL) == []
    assert not matching(Member.objects.visible_to(over(world.a.path)), " ").exists()


def test_one_statement_whatever_is_asked(world, people, django_assert_num_queries):
    for text in ("王", "zhangwei", "0078", "M00000001"):
        with django_assert_num_queries(1):
            members_found(text, over(world.a.path, world.c.path), 9)


def test_the_whole_reading_stands_before_longer_ones(world):
    for name in ("张伟宏", "张伟宝", "张伟"):
        make_member(world.a, name)

    assert [row.name for row in members_found("zhangwei", over(world.a.path), 2)] == ["张伟", "张伟宝"]
    assert [row.name for row in members_found("张伟", over(world.a.path), 2)] == ["张伟", "张伟宏"]


def test_a_surname_stands_before_the_same_character_inside(world):
    for name in ("李明", "明珠"):
        make_member(world.a, name)

    assert [row.name for row in members_found("明", over(world.a.path), ALL)] == ["明珠", "李明"]


def test_a_person_with_two_such_characters_is_found_once(world):
    member = make_member(world.a, "明明明")

    assert [row.id for row in members_found("明", over(world.a.path), ALL)] == [member.pk]


def test_the_end_of_the_identity_number_finds_its_holder_in_scope(world, people):
    chosen = people[3]
    number = id_number(order=7)

    for text in (number[-4:], number, number.lower()):
        assert asks_identity(text)
        assert [row.id for row in members_found(text, over(world.a.path), ALL)] == [chosen.pk]
        assert members_found(text, over(world.b.path), ALL) == []
        assert members_found_by_name(text, over(world.a.path), ALL) == []
    assert not any(asks_identity(text) for text in ("", "王", "12345", "123", "zhangwei"))


def test_the_list_is_not_narrowed_by_identity_numbers(world, people):
    rows = matching(Member.objects.visible_to(over(world.a.path)), id_number(order=7))

    assert list(rows) == []


def test_ended_members_are_not_suggested(world, people):
    Member.unscoped.filter(pk=people[0].pk).update(standing=Standing.ENDED)

    assert people[0].pk not in {row.id for row in members_found("王伟明", over(world.a.path), ALL)}


def test_a_reading_of_ones_own_is_searched(world):
    member = make_member(
        world.a, "乐嘉", name_key=name_key("乐嘉", "le jia"), initials=initials("乐嘉", "le jia")
    )

    assert [row.id for row in members_found("lejia", over(world.a.path), ALL)] == [member.pk]
    assert members_found("yuejia", over(world.a.path), ALL) == []


# --- transfers and papers


def test_transfers_are_found_by_name_and_by_the_number_quoted(world):
    in_state(world, TransferState.SUBMITTED, world.c)
    transfer = Transfer.unscoped.get()

    for text in (
        "陈党员",
        "党",
        "chen",
        "cdy",
        transfer.reference,
        transfer.reference.lower(),
        transfer.reference[2:],
    ):
        assert transfers_found(text, world.scope("li"), ALL) == [transfer], text
        assert transfers_found(text, world.scope("wang"), ALL) == [transfer], text
        assert transfers_found(text, world.scope("sun"), ALL) == []
    assert transfers_found("孙", world.scope("li"), ALL) == []


def test_the_other_side_cannot_probe_a_mobile_or_a_member_number(world):
    in_state(world, TransferState.SUBMITTED, world.c)
    chen = world.chen

    for text in (chen.mobile, chen.mobile[-4:], chen.number):
        assert transfers_found(text, world.scope("wang"), ALL) == [], text
        assert papers_found(text, world.scope("wang"), ALL) == [], text


def test_papers_are_found_by_number_kind_and_name(world):
    issued(world)
    paper = Paper.unscoped.get()

    for text in (paper.number, paper.member.name, initials(paper.member.name), str(paper.get_kind_display())):
        assert papers_found(text, world.scope("qian"), ALL) == [paper], text
        assert papers_found(text, world.scope("sun"), ALL) == []
    assert papers_found("龘", world.scope("qian"), ALL) == []


def test_letters_brought_in_are_found_by_number_name_and_issuer_within_the_scope(world):
    arrival = registered(world)

    for text in ("88号", "𠮷来", "南关区委", "明珠社区"):
        assert arrivals_found(text, world.scope("li"), ALL) == [arrival], text
        assert arrivals_found(text, world.scope("wang"), ALL) == [], text
        assert arrivals_found(text, world.scope("sun"), ALL) == [], text


def test_names_alone_never_match_digits(world, people):
    assert list(named("0078")) == []
    assert list(named(people[0].number)) == []
