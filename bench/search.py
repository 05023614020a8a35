"""Member search over 200,000 synthetic members: every kind of query, from branch, committee and district.

Each search is timed in turns with a primary-key look-up made the same way (the register's own door, within
the scope, the same columns), so a busy machine slows both alike; the worst ratio of the two p95 comes last.
Every statement, and the roster filtered by the same text, is explained: none may walk the order of names
under a search filter, and no search may read the table through.
"""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import accumulate
from random import Random
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import stage  # sets Django up before any model is imported
from bench._names import GIVEN, SURNAMES, WEIGHTS
from bench._scale.clock import seconds
from branches.choices import Kind, Sector
from branches.models import Organization
from members.choices import Education, Gender, Occupation, Standing
from members.models import Member
from members.queries.lists import list_page
from members.queries.search import matching, members_found
from orgportal.core.copying import copy_rows
from orgportal.core.names import initials, name_key, place_initials, place_key
from orgportal.core.scoping import Grant, Scope
from orgportal.core.sealing import blind_end
from orgportal.search.queries import FEW

BAR = 20.0
MEMBERS, COMMITTEES, BRANCHES = 200_000, 40, 220  # branches of each committee
ROUNDS, PLACES = 40, 8
SEED = 2026
NAME_ORDER = {"member_roster", "member_level_1", "member_level_2", "member_level_3"}
COLUMNS = ("id", "name", "number", "branch__short_name", "mobile")

# What is typed, by kind; frequent terms first, and one that nobody has.
KINDS = {
    "surname": ("王", "李", "尉迟"),
    "given character": ("伟", "明"),
    "third character on": ("轩", "提"),
    "two characters": ("王伟", "张明"),
    "two inside": ("伟明", "建国"),
    "whole name": ("王伟明", "李建国"),
    "one letter": ("w", "z"),
    "surname in pinyin": ("zhang", "wang"),
    "pinyin": ("zhangwei", "wang wei ming"),
    "initials": ("zw", "wwm"),
    "end of mobile": ("8", "88", "5678"),
    "end of identity": ("123X", "0017"),
    "member number": ("B0100000", "B0000001"),
    "nobody": ("龘", "xqz"),
}


# --- the register


def register(random: Random) -> None:
    """One district, its committees and branches, and their members, committed and analysed."""
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # a page's limit, not a load's
    if not Organization.unscoped.exists():
        # Only where each stands now is searched: the history is left out, and its check with it.
        history("DISABLE")
        with transaction.atomic():
            bodies = list(tree())
            copy_rows("branches_organization", BODY, bodies)
            copy_rows("members_member", PERSON, people([row for row in bodies if len(row[2]) == 12], random))
        history("ENABLE")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE members_member, branches_organization")


def history(change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE members_member {change} TRIGGER USER")


BODY = (
    "id", "parent_id", "path", "code", "name", "short_name", "name_key", "initials", "kind", "form", "sector",
    "phone", "address", "established_on", "has_committee", "version",
)  # fmt: skip
PERSON = (
    "id", "number", "branch_id", "path", "name", "name_key", "initials", "reading", "gender", "birth_on",
    "ethnicity", "education", "occupation", "employer", "mobile", "id_number_end", "standing", "joined_on",
    "confirmed_on", "mobile_state", "recorded_at", "version",
)  # fmt: skip


def tree() -> Iterator[tuple[Any, ...]]:
    yield body(1, None, "0001", "示范区委员会", Kind.COMMITTEE)
    number = 1
    for committee in range(1, COMMITTEES + 1):
        number += 1
        above, path = number, f"0001{committee:04d}"
        yield body(above, 1, path, f"第{committee}街道工作委员会", Kind.WORK_COMMITTEE)
        for branch in range(1, BRANCHES + 1):
            number += 1
            yield body(number, above, f"{path}{branch:04d}", f"第{committee}街道第{branch}支部", Kind.BRANCH)


def body(pk: int, parent: int | None, path: str, name: str, kind: str) -> tuple[Any, ...]:
    keys = place_key(name), place_initials(name)
    return (
        pk, parent, path, f"B{pk}", name, name, *keys, str(kind), "regular", str(Sector.COMMUNITY), "", "",
        date(2000, 1, 1), False, 1,
    )  # fmt: skip


def people(branches: list[tuple[Any, ...]], random: Random) -> Iterator[tuple[Any, ...]]:
    """In no order of place or name, as years of changes leave them."""
    family, given = list(accumulate(SURNAMES.values())), list(accumulate(WEIGHTS))
    now, born, joined = timezone.now(), date(1980, 1, 1), date(2005, 7, 1)
    for pk in range(1, MEMBERS + 1):
        where = random.choice(branches)
        count = 1 if random.random() < 0.2 else 2
        name = random.choices(list(SURNAMES), cum_weights=family)[0]
        name += "".join(random.choices(GIVEN, cum_weights=given, k=count))
        name += "·买买提" if name.startswith("阿") else ""
        end = f"{random.randrange(1000):03d}{random.choice('0123456789X')}"
        yield (
            pk, f"B{pk:07d}", where[0], where[2], name, name_key(name), initials(name), "",
            str(Gender.MALE), born, "汉族", str(Education.COLLEGE), str(Occupation.WORKER), "",
            f"139{random.randrange(10**8):08d}",
            blind_end(end), str(Standing.FORMAL), joined, joined, "", now, 1,
        )  # fmt: skip


# --- measuring


def scopes(random: Random) -> dict[str, list[Scope]]:
    """Several places of each width: no figure hangs on one branch."""
    widths = {"branch": 12, "committee": 8, "district": 4}
    found = {}
    for name, width in widths.items():
        paths = [path for path in Organization.unscoped.values_list("path", flat=True) if len(path) == width]
        chosen = random.sample(sorted(paths), min(PLACES, len(paths)))
        found[name] = [Scope(grants=(Grant(path, frozenset({Member.view_right})),)) for path in chosen]
    return found


def look_up(scope: Scope, pk: int) -> Any:
    return Member.objects.visible_to(scope).filter(pk=pk).values_list(*COLUMNS).first()


def measured(places: list[Scope], texts: tuple[str, ...], random: Random, rounds: int) -> tuple[float, float]:
    """p95 of the search and of the look-ups made between them."""
    found, single = [], []
    for step in range(rounds):
        scope, text = places[step % len(places)], texts[step % len(texts)]
        pk = random.randrange(1, MEMBERS + 1)
        single.append(seconds(partial(look_up, scope, pk)))
        found.append(seconds(partial(members_found, text, scope, FEW + 1)))
    return stage.p95(found), stage.p95(single)


# --- plans


def plans(work: Callable[[], object]) -> Iterator[dict[str, Any]]:
    """The plan of each statement the work sends."""
    with CaptureQueriesContext(connection) as seen:
        work()
    for query in seen.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {query['sql']}")
            (found,) = cursor.fetchone()
        yield (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def nodes(node: dict[str, Any], *, is_sorted: bool = False) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every step, and whether something above it sorts what it gives."""
    yield node, is_sorted
    sorts = is_sorted or node["Node Type"] in {"Sort", "Bitmap Heap Scan"}
    for below in node.get("Plans", ()):
        yield from nodes(below, is_sorted=sorts)


def walks(plan: dict[str, Any]) -> list[str]:
    """Steps in the order of names with nothing to sort after them."""
    return [
        node["Index Name"] for node, done in nodes(plan) if node.get("Index Name") in NAME_ORDER and not done
    ]


def reads_through(plan: dict[str, Any]) -> list[str]:
    """The whole register read; a list of a third of it may, a search may not."""
    return ["the whole table" for node, _done in nodes(plan)
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] == "members_member"]  # fmt: skip


def roster(text: str, scope: Scope) -> Any:
    """The list behind "show all", narrowed to the same text."""
    roots = scope.roots_for(Member.view_right)
    return list_page(roots, lambda rows: matching(rows, text), is_selective=True)


def plan_faults(places: dict[str, list[Scope]]) -> list[str]:
    found = []
    for name, (scope, *_others) in places.items():
        for text in (text for texts in KINDS.values() for text in texts):
            for plan in plans(partial(members_found, text, scope, FEW + 1)):
                found += [f"search {text}, {name}: {fault}" for fault in (*walks(plan), *reads_through(plan))]
            for plan in plans(partial(roster, text, scope)):
                found += [f"roster {text}, {name}: {fault}" for fault in walks(plan)]
    return found


def main() -> int:
    random = Random(SEED)  # noqa: S311
    register(random)
    places = scopes(random)
    worst, base = 0.0, []
    print(
        f"{stage.machine()}\nmembers: {Member.unscoped.count()}\n{'':22}"
        + "".join(f"{s:>18}" for s in places)
    )
    for kind, texts in KINDS.items():
        line = f"{kind:22}"
        for where in places.values():
            measured(where, texts, random, len(texts))  # warm
            found, single = measured(where, texts, random, ROUNDS)
            base.append(single)
            worst = max(worst, found / single)
            line += f"{found * 1000:8.1f} ms {found / single:5.1f}x"
        print(line)
    bad = plan_faults(places)
    print(f"look-up by primary key, p95: {min(base) * 1000:.1f} to {max(base) * 1000:.1f} ms")
    print(
        "\n".join(bad)
        or "plans: no search walks the order of names or reads the table, no filtered roster walks it"
    )
    print(f"worst ratio: {worst:.1f} (bar {BAR:.0f})")
    return 1 if bad or worst > BAR else 0


if __name__ == "__main__":
    sys.exit(main())
