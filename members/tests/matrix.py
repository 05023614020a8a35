"""Addresses of the register, own data and posts: who may, who may not, and which rows they are shown."""

from datetime import date, timedelta
from typing import Any

from branches.choices import PostKind
from members.models import Member, Post
from members.tests import (
    matrix_batches,
    matrix_cases,
    matrix_merging,
    matrix_mobile,
    matrix_offices,
    matrix_own,
    matrix_paper_templates,
    matrix_papers,
    matrix_standing,
    matrix_transfers,
)
from members.tests.factories import make_post
from members.tests.test_workflows_loader import id_number
from orgportal.core.sealing import blind, seal
from orgportal.tests.matrix import Row

DESKS = "sys|sec|aud"
PLAIN = f"chen|sun|{DESKS}"
TODAY = "2026-03-10"
FUTURE = "2099-01-01"

# Chen of branch A: in scope of li, zhao and qian; a colleague (sun, ran) and a stranger (wang) find nothing.
EDIT_CHEN = f"anon:302 li:{{}} wang:404 zhao|qian|ran|{PLAIN}:403"
EDIT_CHEN_API = f"anon:401 li:200 zhao|qian|chen:403 wang|ran|sun|{DESKS}:404"
SEES_MEMBERS = f"anon:302 li|zhao|qian|wang:200 ran|{PLAIN}:403"
POSTS_OF_A = f"anon:302 li|zhao|qian:{{}} wang:404 ran|{PLAIN}:403"
API_ALL = f"anon:401 li|ran|zhao|qian|wang|chen|sun|{DESKS}:200"


def pk_of(name: str) -> Any:
    return lambda world: {"pk": getattr(world, name).pk}


def data(**values: Any) -> Any:
    return lambda world: values


def members_of(world: Any, persona: str) -> set[int]:
    """The members a person answers for, read off the cast and not off the scope."""
    a = {world.li.pk, world.ran.pk, world.chen.pk, world.sun.pk}
    everybody = a | {world.zhao.pk, world.qian.pk, world.wang.pk}
    return {"li": a, "zhao": a, "qian": everybody, "wang": {world.wang.pk}}[persona]


def members_or_self(world: Any, persona: str) -> set[int]:
    """Programs list one's own line as well."""
    if persona in {"sys", "sec", "aud"}:
        return set()
    own = {getattr(world, persona).pk}
    return own | (members_of(world, persona) if persona in {"li", "zhao", "qian", "wang"} else set())


def roster_of_a(world: Any, persona: str) -> set[int]:
    return members_of(world, "li")


def posts_in_a(world: Any, persona: str) -> set[int]:
    return set(Post.unscoped.filter(member__in=[world.li, world.ran]).values_list("pk", flat=True))


def posts_of(world: Any, persona: str) -> set[int]:
    holders = {
        "li": [world.li, world.ran],
        "ran": [world.li, world.ran],
        "zhao": [world.li, world.ran, world.zhao],
        "qian": [world.li, world.ran, world.zhao, world.qian, world.wang],
        "wang": [world.wang],
    }.get(persona, [])
    return set(Post.unscoped.filter(member__in=holders).values_list("pk", flat=True))


def with_number(world: Any) -> None:
    number = id_number()
    Member.unscoped.filter(pk=world.chen.pk).update(
        id_number_sealed=seal(number), id_number_digest=blind(number)
    )


def post_of_ran(world: Any) -> dict[str, Any]:
    return {"pk": Post.unscoped.get(member=world.ran).pk}


def to_come(world: Any) -> None:
    make_post(world.chen, world.a, PostKind.PUBLICITY, starts_on=world.today + timedelta(days=30))


def cancelled(world: Any) -> None:
    to_come(world)
    Post.unscoped.filter(member=world.chen).update(cancelled_on=world.today)


def post_to_come(world: Any) -> dict[str, Any]:
    return {"pk": Post.unscoped.get(member=world.chen).pk}


def new_member(world: Any) -> dict[str, Any]:
    return {
        "branch": world.a.pk, "name": "新来", "gender": "male", "birth_on": "1990-01-02",
        "id_number": id_number(date(1990, 1, 2), 5), "mobile": "13800001111", "ethnicity": "汉族",
        "education": "college", "occupation": "worker", "standing": "formal", "joined_on": "2015-07-01",
        "confirmed_on": "2016-07-01", "since": "2020-01-01", "basis": "支部党员大会",
    }  # fmt: skip


def correction(world: Any) -> dict[str, Any]:
    return {
        "name": "陈党员", "gender": "male", "birth_on": "1980-05-17", "mobile": "13800001111",
        "ethnicity": "汉族", "education": "college", "occupation": "worker", "joined_on": "2005-07-01",
        "confirmed_on": "2006-07-01", "version": 1,
    }  # fmt: skip


PERSON = (
    "name", "gender", "birth_on", "id_number", "mobile", "ethnicity", "education", "occupation", "joined_on",
    "confirmed_on",
)  # fmt: skip


def new_member_for_api(world: Any) -> dict[str, Any]:
    typed = new_member(world)
    person = {name: typed.pop(name) for name in PERSON}
    return {**typed, "person": person}


def new_post(world: Any) -> dict[str, Any]:
    return {
        "member": world.chen.pk, "kind": PostKind.PUBLICITY.value, "starts_on": TODAY, "basis": "党员大会",
    }  # fmt: skip


def merger(world: Any) -> dict[str, Any]:
    return {"target": world.b.pk, "on": TODAY, "basis": "文件", "version": world.a.version}


REGISTER = [
    Row("members:member-list", SEES_MEMBERS, ids=members_of),
    Row("members:member-export", SEES_MEMBERS),
    Row("members:member-export", SEES_MEMBERS, method="POST", data=data(purpose="开会", kind="print")),
    Row("members:member-create", f"anon:302 li|wang:200 zhao|qian|ran|{PLAIN}:403"),
    Row(
        "members:member-create", f"anon:302 li:302 wang:422 zhao|qian|ran|{PLAIN}:403",
        method="POST", data=new_member,
    ),
    Row(
        "members:member-detail", f"anon:302 li|zhao|qian:200 chen:302 ran|sun|wang|{DESKS}:404",
        kwargs=pk_of("chen"),
    ),
    Row("members:member-correct", EDIT_CHEN.format(200), kwargs=pk_of("chen")),
    Row(
        "members:member-correct", EDIT_CHEN.format(302), kwargs=pk_of("chen"), method="POST", data=correction,
    ),
    Row(
        "members:member-reveal", EDIT_CHEN.format(200), kwargs=pk_of("chen"), method="POST",
        data=data(purpose="办理医保"), prepare=with_number,
    ),
    Row("members:own", f"anon:302 li|ran|zhao|qian|wang|chen|sun:200 {DESKS}:404"),
    Row(
        "members:own-copy", f"anon:302 li|ran|zhao|qian|wang|chen|sun:200 {DESKS}:404",
        kwargs=data(file_format="json"),
    ),
]  # fmt: skip

POSTS = [
    Row(
        "members:post-list", f"anon:302 li|ran|zhao|qian:200 wang:404 {PLAIN}:403",
        kwargs=pk_of("a"), ids=posts_in_a,
    ),
    Row("members:post-create", POSTS_OF_A.format(200), kwargs=pk_of("a")),
    Row("members:post-create", POSTS_OF_A.format(302), kwargs=pk_of("a"), method="POST", data=new_post),
    Row("members:post-end", POSTS_OF_A.format(200), kwargs=post_of_ran),
    Row(
        "members:post-end", POSTS_OF_A.format(302), kwargs=post_of_ran, method="POST",
        data=data(last_day=TODAY, basis="调整"),
    ),
    Row("members:post-cancel", POSTS_OF_A.format(200), kwargs=post_to_come, prepare=to_come),
    Row(
        "members:post-cancel", POSTS_OF_A.format(302), kwargs=post_to_come, prepare=to_come, method="POST",
        data=data(basis="改选"),
    ),
    Row(
        "members:post-restore", POSTS_OF_A.format(302), kwargs=post_to_come, prepare=cancelled,
        method="POST",
    ),
    Row("members:term-create", POSTS_OF_A.format(200), kwargs=pk_of("a")),
    Row(
        "members:term-create", POSTS_OF_A.format(302), kwargs=pk_of("a"), method="POST",
        data=data(starts_on="2026-03-01"),
    ),
    Row("members:group-members", EDIT_CHEN.format(200), kwargs=pk_of("a"), ids=roster_of_a),
    Row(
        "members:group-members", EDIT_CHEN.format(302), kwargs=pk_of("a"), method="POST",
        data=lambda world: {"members": [world.chen.pk], "group": ""},
    ),
    Row("members:branch-merge", f"anon:302 qian:200 li|ran|zhao|wang|{PLAIN}:403", kwargs=pk_of("a")),
    Row(
        "members:branch-merge", f"anon:302 qian:302 li|ran|zhao|wang|{PLAIN}:403",
        kwargs=pk_of("a"), method="POST", data=merger,
    ),
]  # fmt: skip

API = [
    Row("api-members:member-list", API_ALL, ids=members_or_self),
    Row(
        "api-members:member-detail", f"anon:401 li|zhao|qian|chen:200 ran|sun|wang|{DESKS}:404",
        kwargs=pk_of("chen"),
    ),
    Row(
        # Whom the branch is out of sight to has no such choice (400); who only sees it may not (403).
        "api-members:member-list", f"anon:401 li:201 zhao|qian|ran:403 wang|{PLAIN}:400", method="POST",
        data=new_member_for_api,
    ),
    Row(
        "api-members:member-correct", EDIT_CHEN_API, kwargs=pk_of("chen"), method="POST",
        data=data(person={"employer": "县医院"}, version=1),
    ),
    Row(
        "api-members:member-reveal", EDIT_CHEN_API, kwargs=pk_of("chen"), method="POST",
        data=data(purpose="办理医保"), prepare=with_number,
    ),
    Row(
        "api-members:member-export", f"anon:401 li|zhao|qian|wang:200 ran|{PLAIN}:403", method="POST",
        data=data(purpose="开会"), ids=members_of,
    ),
    Row("api-members:own", f"anon:401 li|ran|zhao|qian|wang|chen|sun:200 {DESKS}:404"),
    Row("api-members:post-list", API_ALL, ids=posts_of),
    Row(
        # Whom the body or the member is out of sight to has no such choice (400).
        "api-members:post-list", f"anon:401 li|zhao|qian:201 ran|wang|{PLAIN}:400", method="POST",
        data=lambda world: {**new_post(world), "organization": world.a.pk},
    ),
    Row(
        "api-members:post-end", f"anon:401 li|zhao|qian:200 ran:403 wang|{PLAIN}:404", kwargs=post_of_ran,
        method="POST", data=data(last_day=TODAY, basis="调整"),
    ),
    Row(
        # Chen reads the own post, and cancels nothing.
        "api-members:post-cancel", f"anon:401 li|zhao|qian:200 ran:403 wang|{PLAIN}:404",
        kwargs=post_to_come, prepare=to_come, method="POST", data=data(basis="改选"),
    ),
    Row(
        "api-members:post-restore", f"anon:401 li|zhao|qian:200 ran:403 wang|{PLAIN}:404",
        kwargs=post_to_come, prepare=cancelled, method="POST",
    ),
]  # fmt: skip

ROWS = [
    *REGISTER, *POSTS, *API, *matrix_transfers.ROWS, *matrix_papers.ROWS, *matrix_batches.ROWS,
    *matrix_paper_templates.ROWS,
    *matrix_own.ROWS, *matrix_standing.ROWS, *matrix_mobile.ROWS, *matrix_cases.ROWS,
    *matrix_merging.ROWS, *matrix_offices.ROWS,
]  # fmt: skip
