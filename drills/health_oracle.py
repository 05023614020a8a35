"""Health worked out a second time: forty-three branches by hand, then the demo district for all its months.

The sheets of `data/health_sheets.yaml` are put into the database; the portal and a plain-Python oracle that
shares no code with it must both say what stands there. Then the demo's tables are exported, and the oracle
works out every finding of every branch on the last day of every month summed up, every total of every body,
and today: as frozen, and as the portal works it out again. The two coverages of units are worked out the same
way for every frozen quarter and today: every list, both denominators and the shares. At the end faults are
planted in code and in data, one at a time; each must make a difference.

    ./portal drill health-oracle
"""

import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from bench import stage  # sets Django up before any model is imported
from branches.models import Organization
from drills._health_export import TABLES, Export, When
from drills._health_faults import IN_CODE, IN_DATA, InCode, InData
from drills._health_oracle import Branch, Finding, Oracle, rolled_up
from drills._health_sheets import Line, Played, Sheet, read
from drills._planting import planted
from drills._units_compared import UNIT_FAULTS, UnitFault, days, units_wrong
from orgportal.core.models import User
from orgportal.health.models import CurrentAssessment, PeriodSummary, RuleEdition, SummaryRun
from orgportal.health.queries.inputs import WHOLE_TREE, Books, Moment, Stretch, inputs_of
from orgportal.health.queries.summaries import Body, bodies_above, rolls
from orgportal.health.rules import assess, totals_of

RULES = {
    "health.silent_days": "silence", "meeting.general.freq": "general", "meeting.committee.freq": "committee",
    "meeting.group.freq": "group", "lecture.freq": "lecture", "themeday.freq": "themeday",
    "orglife.freq": "orglife", "review.freq": "review", "talk.freq": "talk",
    "health.secretary_vacant_months": "secretary", "term.years.other": "term",
    "term.years.village_community": "term", "election.remind_months_before": "term",
    "branch.min_formal_members": "set_up", "committee.required_from": "set_up",
    "branch.max_members_usual": "set_up", "branch.joint.trigger": "set_up", "transfer.step_days": "transfers",
    "health.contact_grace_days": "contact", "health.follow_up_grace_days": "follow_ups",
    "health.pledge_days": "pledges", "committee.posts": "posts", "letter.valid_usual": "transit",
    "letter.valid_max": "transit", "stop.lost": "lost", "mobile.match_remind_days": "hosts",
    "member.fields": "register",
}  # fmt: skip
Said = dict[str, Any]


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def as_said(finding: Finding) -> Said:
    """A finding of the oracle as the portal stores it, but for the words of its citation."""
    level, code, key, measured, expected, since, ids = finding
    return {
        "key": key, "code": code, "level": level, "measured": plain(measured), "expected": plain(expected),
        "since": plain(since), "evidence": list(ids),
    }  # fmt: skip


# Every provision that findings under an edition of the rules were held against, frozen and of today.
HELD_AGAINST = """
    SELECT DISTINCT said.rule_version, f ->> 'key'
    FROM (
        SELECT rule_version, content -> 'findings' AS findings FROM health_periodsummary
        UNION ALL SELECT rule_version, findings FROM health_currentassessment
    ) said, jsonb_array_elements(said.findings) AS f
"""


def rules_missing() -> list[str]:
    """Findings whose provision has no source in the edition of the rules they name."""
    editions = {edition.name: edition.provisions for edition in RuleEdition.objects.all()}
    with connection.cursor() as cursor:
        cursor.execute(HELD_AGAINST)
        held = cursor.fetchall()
    cited = {(name, key) for name, rules in editions.items() for key, rule in rules.items()
             if rule["citation"]["key"] == key and rule["citation"]["instrument"]}  # fmt: skip
    return [f"{key} stands in no edition {name}" for name, key in held if (name, key) not in cited]


def exported(folder: Path) -> Export:
    """Every table read, as CSV files."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Asia/Shanghai'")
        for table in TABLES:
            with (folder / f"{table}.csv").open("w", encoding="utf-8") as file:
                cursor.copy_expert(f"COPY {table} TO STDOUT (FORMAT csv, HEADER)", file)
    return Export(folder)


# --- the sheets


def line_of(said: Said) -> Line:
    since = date.fromisoformat(said["since"]) if said["since"] else None
    return said["level"], said["code"], said["measured"], since, len(said["evidence"])


def lines_of(found: list[Said]) -> dict[str, Line]:
    return {RULES[each["key"]]: line_of(each) for each in found}


def portal_says(path: str, moment: Moment) -> list[Said]:
    (branch,) = inputs_of(Stretch.under(path), moment)
    found = assess(branch, Books([path], moment.as_of).book(path), moment.as_of)
    return [orjson.loads(orjson.dumps(each.as_json())) for each in found.findings]


def sheets_wrong(sheets: list[Sheet]) -> list[str]:
    """What the portal or the oracle says otherwise than the sheet."""
    with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
        typist = User.objects.create(user_name="typist", display_name="录入员", created_at=timezone.now())
        played = [Played(sheet, typist) for sheet in sheets]
        export = exported(Path(folder))
        wrong = [line for each in played for line in _sheet_wrong(each, export)]
        transaction.set_rollback(True)
    return wrong


def _sheet_wrong(played: Played, export: Export) -> Iterator[str]:
    sheet = played.sheet
    wanted = {name: (*line[:2], plain(line[2]), *line[3:]) for name, line in sheet.findings.items()}
    oracle = Oracle(export, When(sheet.seen, sheet.known))
    row = export.one("branches_organization", str(played.branch.pk))
    both = {
        "portal": lines_of(portal_says(played.branch.path, Moment.of(sheet.seen, sheet.known))),
        "oracle": lines_of([as_said(each) for each in oracle.branch(row).findings]),
    }
    for who, found in both.items():
        for name in sorted(wanted.keys() | found.keys()):
            if wanted.get(name) != found.get(name):
                yield f"{sheet.title}: {name}: {who} says {found.get(name)}, the sheet {wanted.get(name)}"


# --- the district


class Frozen:
    """What was said of every body for a month and stands in the database."""

    def __init__(self, run: SummaryRun) -> None:
        rows = PeriodSummary.unscoped.filter(
            starts_on=run.starts_on, ends_on=run.ends_on, revision=run.revision
        )
        self.said = dict(rows.values_list("organization_id", "content"))


def worked_out(run: SummaryRun) -> dict[int, Said]:
    """The same worked out again by the portal, now."""
    moment = Moment(run.ends_on, run.known_at, run.starts_on)
    branches = inputs_of(WHOLE_TREE, moment)
    books = Books([branch.path for branch in branches], run.ends_on)
    said: dict[int, Said] = {}
    for branch in branches:
        found = assess(branch, books.book(branch.path), run.ends_on)
        totals = totals_of(branch, found)
        said[branch.id] = {
            "kind": "branch",
            "findings": [orjson.loads(orjson.dumps(each.as_json())) for each in found.findings],
            "totals": totals,
        }
    rolled = rolls(run)
    for body in bodies_above(run.ends_on):
        roll = rolled.get(body.path)
        totals = {name: number for name, number in (roll.totals if roll else {}).items() if number}
        said[body.id] = {
            "kind": body.kind,
            "totals": totals,
            "silent_ids": sorted(roll.silent_ids if roll else []),
        }
    return said


def month_wrong(said: dict[int, Said], branches: dict[int, Branch], bodies: list[Body]) -> list[str]:
    """Every finding and every total that differs, and every body only one side speaks of."""
    wrong = [f"{pk}: only one side speaks of it" for pk in said.keys() ^ {*branches, *(b.id for b in bodies)}]
    for pk, branch in branches.items():
        found = said.get(pk, {"findings": [], "totals": {}})
        ours = [as_said(each) for each in branch.findings]
        theirs = found["findings"]
        wrong += [f"{pk}: {a} | {b}" for a, b in zip(ours, theirs, strict=False) if a != b]
        wrong += [f"{pk}: findings {len(ours)} | {len(theirs)}"] * (len(ours) != len(theirs))
        if branch.totals != found["totals"]:
            wrong.append(f"{pk}: totals {branch.totals} | {found['totals']}")
    for body in bodies:
        totals, silent = rolled_up(branches.values(), body.path)
        found = said.get(body.id, {"totals": {}, "silent_ids": []})
        if (totals, silent) != (found["totals"], found["silent_ids"]):
            wrong.append(f"{body.name}: {totals} {silent} | {found['totals']} {found['silent_ids']}")
    return wrong


def today_wrong(export: Export) -> list[str]:
    """What is true now, as stored by the night."""
    rows = CurrentAssessment.unscoped.values_list("branch_id", "as_of", "changed_at", "findings")
    wrong = []
    oracles: dict[Any, Oracle] = {}
    for pk, as_of, changed_at, findings in rows:
        oracle = oracles.setdefault((as_of, changed_at), Oracle(export, When(as_of, changed_at)))
        branch = oracle.branch(export.one("branches_organization", str(pk)))
        ours = [as_said(each) for each in branch.findings]
        wrong += [f"{pk} now: {a} | {b}" for a, b in zip(ours, findings, strict=True) if a != b]
    return wrong


class District:
    """The demo's months, each worked out once by the oracle."""

    def __init__(self, export: Export) -> None:
        self.export = export
        self.runs = list(SummaryRun.objects.filter(revision=1).order_by("ends_on", "-starts_on"))
        self.branches = {run.pk: self.oracle(run, export) for run in self.runs}

    @staticmethod
    def oracle(run: SummaryRun, export: Export) -> dict[int, Branch]:
        return Oracle(export, When(run.ends_on, run.known_at, run.starts_on)).branches()

    def wrong(self) -> tuple[int, list[str]]:
        """Findings compared, and every difference, frozen and worked out again."""
        compared, wrong = 0, []
        for run in self.runs:
            bodies = bodies_above(run.ends_on)
            mine = self.branches[run.pk]
            compared += sum(len(branch.findings) for branch in mine.values())
            for how, said in (("frozen", Frozen(run).said), ("again", worked_out(run))):
                wrong += [
                    f"{run.starts_on} to {run.ends_on} {how}: {each}"
                    for each in month_wrong(said, mine, bodies)
                ]
        return compared, wrong

    def shows(self, fault: InCode | InData) -> bool:
        """Whether the fault makes a difference in the last of the months."""
        run = self.runs[-1]
        bodies = bodies_above(run.ends_on)
        if isinstance(fault, InCode):
            with planted(fault.changes):
                return bool(month_wrong(worked_out(run), self.branches[run.pk], bodies))
        with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
            if not fault.spoil():
                raise SystemExit(f"nothing to spoil: {fault.name}")
            mine = self.oracle(run, exported(Path(folder))) if fault.told else self.branches[run.pk]
            said = worked_out(run) if fault.told else Frozen(run).said
            found = bool(month_wrong(said, mine, bodies))
            transaction.set_rollback(True)
        return found


def unit_fault_shows(export: Export, fault: UnitFault) -> bool:
    """Whether the fault makes a difference today or in the last frozen quarter."""
    with planted(fault.changes), transaction.atomic():
        if fault.statement:
            fault.spoil()
        _figures, wrong = units_wrong(export, last_only=True)
        transaction.set_rollback(True)
    return bool(wrong)


def units_reckoned(export: Export) -> tuple[list[str], list[str]]:
    """What differs in the two coverages, and the planted faults nobody saw."""
    figures, astray = units_wrong(export)
    print("\n".join(astray[:20]))
    print(f"two coverages: {figures} figures of {len(days())} days: {len(astray)} differences")
    unseen = []
    for fault in UNIT_FAULTS:
        shown = unit_fault_shows(export, fault)
        print(f"planted: {fault.name}: {'caught' if shown else 'NOT CAUGHT'}", flush=True)
        unseen += [] if shown else [fault.name]
    return astray, unseen


def main() -> int:
    call_command("migrate", verbosity=0)
    sheets = read()
    by_hand = sheets_wrong(sheets)
    print("\n".join(by_hand[:20]), f"{len(sheets)} branches by hand: {len(by_hand)} differences", sep="\n")
    if not Organization.unscoped.exists():
        call_command("load_demo", verbosity=0)
    with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
        export = exported(Path(folder))
    district = District(export)
    compared, wrong = district.wrong()
    wrong += rules_missing()
    now = today_wrong(export)
    print("\n".join([*wrong[:20], *now[:20]]))
    print(f"{len(district.runs)} periods, {compared} findings: {len(wrong)} differences; today {len(now)}")
    missed = []
    for fault in (*IN_CODE, *IN_DATA):
        on_sheets = isinstance(fault, InCode) and fault.on_sheets
        if on_sheets:
            with planted(fault.changes):
                shown = bool(sheets_wrong(sheets))
        else:
            shown = district.shows(fault)
        print(f"planted: {fault.name}: {'caught' if shown else 'NOT CAUGHT'}", flush=True)
        missed += [] if shown else [fault.name]
    astray, unseen = units_reckoned(export)
    missed += unseen
    tried = len(IN_CODE) + len(IN_DATA) + len(UNIT_FAULTS)
    differences = len(by_hand) + len(wrong) + len(now) + len(astray)
    print(stage.machine())
    print(f"differences: {differences}, faults caught: {tried - len(missed)} of {tried}")
    return 1 if differences or missed else 0


if __name__ == "__main__":
    sys.exit(main())
