"""One branch-year and the quarter sheets of a whole committee: the same facts in PDF, Word, Excel, page, API.

Every ledger is fetched over HTTP in its forms and read back field by field, the Word file twice: in the
portal's own layout and in one the street has brought. What was typed is held against it too. The Word files
are opened by LibreOffice and drawn, the PDFs as well. Prints the figures last and exits non-zero when a field
differs.

    ./portal drill ledgers [--shots FOLDER]
"""

import io
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
from django.utils import timezone

from drills._ledger_forms import Fields, Told, of_api, of_book, of_page, of_pdf, of_word, text_of, words
from drills._ledger_lives import lived, moment, says_its_life
from drills._own_layouts import brought, headless, of_own_layout
from drills._visitor import Visitor
from drills.letters import PASSWORD, stack

BRANCHES, PEOPLE, SCALE = 8, 34, 2
RARE = "𠮷㛃龘"
FORMS = ("PDF", "Word", "own Word layout", "Excel", "page", "API")
PLACES = ("社区党群服务中心二楼会议室", "党员活动室", "新华社区广场")
NOTE = "会议传达学习了上级文件精神，与会党员结合实际作了交流发言，一致同意所提事项。"
# Words that would be read as something else if any form let them.
TRAPS = (
    '=HYPERLINK("http://x","点")',
    "<b>粗体</b>&amp;",
    "{{ 记录 }} #set text(red)",
    "+86 0437",
    "@SUM(1)",
)


@dataclass(slots=True)
class Tally:
    """What was compared, and what differed."""

    folder: Path
    world: dict[str, Any] = field(default_factory=dict)
    facts: int = 0
    typed: int = 0
    sheets: int = 0
    differ: list[str] = field(default_factory=list)
    checks: dict[str, bool] = field(default_factory=dict)
    words: dict[str, tuple[bytes, Told]] = field(default_factory=dict)  # the Word files by name

    def hold(self, name: str, told: Told, forms: dict[str, Fields]) -> None:
        """Each field of the API against the same field of every other form, and nothing beside them."""
        expected = of_api(told)
        self.facts += len(expected)
        self.sheets += 1
        for form, found in forms.items():
            for key in {*expected, *found}:
                if found.get(key) != expected.get(key):
                    self.differ.append(f"{name} {form} {key}: {expected.get(key)!r} is {found.get(key)!r}")

    def drawn(self, content: bytes, name: str, most: int = 3) -> None:
        for number, page in enumerate(pypdfium2.PdfDocument(content), start=1):
            if number <= most:
                page.render(scale=SCALE).to_pil().save(self.folder / f"{name}-{number}.png")


def main(arguments: list[str]) -> int:
    shots = arguments[arguments.index("--shots") + 1] if "--shots" in arguments else ""
    tally = Tally(Path(shots or tempfile.mkdtemp(prefix="ledgers-")))
    tally.folder.mkdir(parents=True, exist_ok=True)
    with stack() as url:
        world = tally.world = district()
        typed = a_year(world)
        secretary = Visitor(url, "secretary", PASSWORD)
        of_the_branch(secretary, world, typed, tally)
        of_meetings(secretary, world, tally)
        of_the_committee(Visitor(url, "organiser", PASSWORD), world, tally)
        opened_by_office(tally)
        stranger = Visitor(url, "other", PASSWORD).get(f"/activities/ledgers/{world['a'].pk}/book.pdf")[0]
        tally.checks["a stranger is answered 404"] = stranger == 404
    return told_last(tally)


def told_last(tally: Tally) -> int:
    print(f"pictures in {tally.folder}")
    for line in tally.differ[:20]:
        print(f"differs: {line}")
    for name, holds in tally.checks.items():
        print(f"{'ok    ' if holds else 'FAILED'} {name}")
    print(
        f"{tally.sheets} ledgers, {tally.facts} facts equal in {len(FORMS)} forms ({', '.join(FORMS)}), "
        f"{len(tally.differ)} differ; {tally.typed} cells of the workbooks typed; "
        f"{sum(tally.checks.values())} of {len(tally.checks)} checks hold"
    )
    return 0 if tally.facts and not tally.differ and all(tally.checks.values()) else 1


# --- the district


def district() -> dict[str, Any]:
    """A street with its branches; the first has a full roster, a committee and a party group."""
    from branches.choices import Kind, PostKind, Sector  # noqa: PLC0415
    from branches.tests.factories import make_group, make_organization  # noqa: PLC0415
    from members.tests.factories import make_member, make_person, make_post  # noqa: PLC0415

    town = make_organization(None, "示范区委", sector=Sector.TERRITORY)
    street = make_organization(
        town, "中共示范区东街道工作委员会", short_name="东街道党工委", kind=Kind.WORK_COMMITTEE,
        sector=Sector.TERRITORY,
    )  # fmt: skip
    far = make_organization(town, "西街道党工委", kind=Kind.WORK_COMMITTEE, sector=Sector.TERRITORY)
    branches = [make_organization(street, f"东街道第{number}社区党支部") for number in range(1, BRANCHES + 1)]
    elsewhere = make_organization(far, "西街道甲社区党支部")
    since, a = timezone.localdate() - timedelta(days=3650), branches[0]
    people = {
        "secretary": make_person(a, "secretary", "李书记", since=since),
        "recorder": make_person(a, "recorder", "冉记录", since=since),
        "organiser": make_person(elsewhere, "organiser", "赵组织", since=since),
        "other": make_person(elsewhere, "other", "王外人", since=since),
    }
    roster = {
        branch.pk: [make_member(branch, RARE if n == 3 else f"党员{n:02}号", since=since) for n in range(6)]
        for branch in branches
    }
    roster[a.pk] += [make_member(a, f"居民{n:02}号", since=since) for n in range(PEOPLE)]
    make_post(people["secretary"], a, PostKind.SECRETARY)
    for branch in branches[1:]:
        make_post(people["secretary"], branch, PostKind.SECRETARY)
    make_post(people["other"], elsewhere, PostKind.SECRETARY)
    make_post(people["organiser"], street, PostKind.ORGANISER)
    for person in people.values():
        person.user.set_password(PASSWORD)
        person.user.save()
    return {
        "a": a, "street": street, "branches": branches, "roster": roster,
        "group": make_group(a, "第一党小组"),
        "year": timezone.localdate().year - 1, **people,
    }  # fmt: skip


def a_year(world: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """The duties of the year, and its records: (day, subject, should attend, present) of the first."""
    from activities.workflows.duties import open_duties, settle_duties  # noqa: PLC0415

    year = world["year"]
    for month in range(1, 13):
        open_duties(date(year, month, 5), at=moment(date(year, month, 5)))
    typed, own = [], []
    for place, branch in enumerate(world["branches"]):
        for month in range(1, 13):
            rows = meetings_of(world, branch, month) if place == 0 or month % (place + 1) == 0 else []
            own += rows if place == 0 else []
            typed += [
                (words(row.held_on), words(row.title), str(row.expected), str(row.present))
                for row in rows
                if place == 0 and row.is_held
            ]
    lived(world, own, entry)
    settle_duties(timezone.localdate(), at=timezone.now())
    return typed


def meetings_of(world: dict[str, Any], branch: Any, month: int) -> list[Any]:
    """A theme day, each third month a general meeting with a lecture, twice a talk; one was not held."""
    from activities.choices import ActivityKind as Kind  # noqa: PLC0415
    from activities.workflows.meetings import NotHeld, record_meeting, record_not_held  # noqa: PLC0415
    from members.queries import scope_for  # noqa: PLC0415

    day, actor = date(world["year"], month, 6), world["secretary"].user
    how = {"branch": branch, "actor": actor, "scope": scope_for(actor, timezone.localdate())}
    # Some are entered long after: both dates stand in the ledgers.
    at = moment(day + timedelta(days=60 if month == 4 else 1))
    made = []
    if month == 7:
        said = NotHeld(Kind.THEME_DAY, day, "连日暴雨，全员投入防汛")
        made.append(record_not_held(said, at=at, **how))
    else:
        made.append(record_meeting(entry(world, branch, Kind.THEME_DAY, day), at=at, **how))
    if month % 3 == 0:
        general = entry(world, branch, Kind.GENERAL, day + timedelta(days=2), also=(Kind.LECTURE,))
        if month == 6 and branch == world["a"]:
            # Whoever chaired this one signs in and presses.
            general = replace(general, chair_id=world["recorder"].pk)
        made.append(record_meeting(general, at=at + timedelta(days=2), **how))
    if month in {6, 11}:
        talk = entry(world, branch, Kind.TALK, day + timedelta(days=4))
        made.append(record_meeting(talk, at=at + timedelta(days=4), **how))
    return made


def entry(world: dict[str, Any], branch: Any, kind: Any, day: date, also: tuple[Any, ...] = ()) -> Any:
    from activities.choices import ActivityKind, LeaveReason, Presence  # noqa: PLC0415
    from activities.rules.records import Absence, Entry, FollowUp, GuestLine, Item  # noqa: PLC0415
    from activities.rules.votes import Vote  # noqa: PLC0415

    people, month = world["roster"][branch.pk], day.month
    # All forty who are there and have a vote, in the branch of forty-two.
    vote = Vote(38, 1, 1) if kind == ActivityKind.GENERAL and branch == world["a"] else None
    away = (
        Absence(people[0].pk, Presence.LEAVE, LeaveReason.ILLNESS, "住院"),
        Absence(people[1].pk, Presence.ABSENT),
    )
    items = (
        Item(
            "学习《中国共产党支部工作条例（试行）》",
            NOTE,
            (
                FollowUp(f"制定第{month}月学习计划", people[2].pk, day + timedelta(days=20)),
                FollowUp("知悉", vote=vote),
            ),
        ),
        Item(
            TRAPS[month % len(TRAPS)],
            "",
            (FollowUp("公示一季度经费账目", people[3].pk, day + timedelta(days=9)),),
        ),
        Item("其他"),
    )
    return Entry(
        kind=kind, also_kinds=also, title=f"{month}月{kind.label}：{TRAPS[month % len(TRAPS)]}", held_on=day,
        starts_at=time(9, month), ends_at=time(11), place=PLACES[month % 3], chair_id=people[2].pk,
        recorder_id=people[3].pk, note=f"{NOTE * 6}\n{NOTE}\n第三段。" if month % 2 else "", absences=away,
        items=items, guests=(GuestLine("1000001", "来宾甲"),) if month == 3 else (),
    )  # fmt: skip


# --- the five forms


def fetched(visitor: Visitor, address: str) -> bytes:
    status, content, _ended = visitor.get(address)
    assert status == 200, f"{status} {address}"
    return content


def compared(visitor: Visitor, addresses: tuple[str, str, str], name: str, tally: Tally) -> Told:
    """`addresses`: of the API, of the page, and of a file with the form left open."""
    api, page, file = addresses
    told: Told = json.loads(fetched(visitor, api))
    pdf, word, book = (fetched(visitor, file.format(form)) for form in ("pdf", "docx", "xlsx"))
    in_book, typed = of_book(book, told)
    tally.typed += typed
    with brought(tally.world, told["kind"]):
        own = fetched(visitor, file.format("docx"))
    in_own = {"own Word layout": of_own_layout(own, told)}
    forms = {"PDF": of_pdf(pdf, told), "Word": of_word(word, told), "Excel": in_book, **in_own}
    tally.hold(name, told, forms | {"page": of_page(fetched(visitor, page), told)})
    tally.drawn(pdf, name)
    tally.words[name], tally.words[f"{name}-own"] = (word, told), (own, headless(told))
    return told


def opened_by_office(tally: Tally) -> None:
    """LibreOffice opens every Word file, and every word of the ledger is on the sheets it draws."""
    check = "LibreOffice draws every Word file with all its words"
    office = shutil.which("soffice")
    if office is None:
        print("no LibreOffice on this machine: apt-get install libreoffice-writer")
        tally.checks[check] = False
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, (content, _told) in tally.words.items():
            (Path(folder) / f"{name}.docx").write_bytes(content)
        files = sorted(map(str, Path(folder).glob("*.docx")))
        how = [f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
        command = [office, *how, "--outdir", folder, *files]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
        drawn = {name: (Path(folder) / f"{name}.pdf").read_bytes() for name in tally.words}
    missing = [
        f"{name} LibreOffice: {value!r} is not on the sheets"
        for name, (_content, told) in tally.words.items()
        for text in [text_of(drawn[name])]
        for value in of_api(told).values()
        if value and value not in text
    ]
    for name, content in drawn.items():
        tally.drawn(content, f"{name}-word", most=1)
    tally.differ += missing
    tally.checks[check] = not missing


def of_the_branch(visitor: Visitor, world: dict[str, Any], typed: list[Any], tally: Tally) -> None:
    pk, year = world["a"].pk, world["year"]
    for kind in ("book", "year", "talks", "duties"):
        told = compared(visitor, of_period(pk, kind, str(year)), f"{kind}-{year}", tally)
        if kind == "book":
            tally.checks["the book holds what was typed"] = typed == list(held_in(told))
            tally.checks["and what became of it: each road, return, correction, joint branch"] = (
                says_its_life(told)
            )
    for quarter in range(1, 5):
        compared(visitor, of_period(pk, "quarter", f"{year}-Q{quarter}"), f"quarter-{year}-{quarter}", tally)


def held_in(told: Told) -> Iterator[tuple[str, str, str, str]]:
    for part in told["parts"]:
        values = {fact["key"]: fact["value"] for fact in part["facts"]}
        if "expected" in values:
            counts = str(values["expected"]), str(values["present"])
            yield words(values["held_on"]), words(part["heading"]), *counts


def of_period(branch: int, kind: str, period: str) -> tuple[str, str, str]:
    asked, here = f"?period={period}", f"/activities/ledgers/{branch}/{kind}"
    return f"/api/v1/branches/{branch}/ledgers/{kind}/{asked}", f"{here}/{asked}", f"{here}.{{}}{asked}"


def of_meetings(visitor: Visitor, world: dict[str, Any], tally: Tally) -> None:
    from activities.models import Activity  # noqa: PLC0415

    for row in Activity.unscoped.filter(branch=world["a"], kind="general").order_by("held_on")[:2]:
        for kind in ("record", "sign_in"):
            api, here = f"/api/v1/activities/{row.pk}/papers/{kind}/", f"/activities/{row.pk}/papers/{kind}"
            compared(visitor, (api, f"{here}/", f"{here}.{{}}"), f"{kind}-{row.held_on}", tally)


def of_the_committee(visitor: Visitor, world: dict[str, Any], tally: Tally) -> None:
    """Ordered on the page, drawn by the worker, taken as one archive; each sheet held against its forms."""
    from activities.models import LedgerRun  # noqa: PLC0415
    from activities.tasks import run_ledgers  # noqa: PLC0415

    period = f"{world['year']}-Q2"
    order = {"organization": world["street"].pk, "kind": "quarter", "period": period, "form": "pdf"}
    page = visitor.send("/activities/ledgers/", order)[2]
    waiting = visitor.get(page)[1].decode()
    run_ledgers(LedgerRun.unscoped.get().pk)
    archive = zipfile.ZipFile(io.BytesIO(fetched(visitor, f"{page}files.zip")))
    tally.checks["the page shows the progress before, and the archive after"] = (
        "<progress" in waiting and "files.zip" not in waiting
    )
    names = archive.namelist()
    tally.checks["one sheet for each branch of the committee"] = len(names) == BRANCHES
    for branch, name in zip(world["branches"], names, strict=True):
        told = compared(visitor, of_period(branch.pk, "quarter", period), f"of-{branch.pk}", tally)
        in_archive = archive.read(name)
        tally.hold(f"archive {name}", told, {"PDF": of_pdf(in_archive, told)})
        tally.drawn(in_archive, f"archive-{names.index(name) + 1}", most=1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
