"""A summary as a file: the same facts in the parts every ledger is drawn from."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from activities.rules.ledgers import Column, Fact, Grid, Paper, Part, Value
from orgportal.core.jinja import day_time, period
from orgportal.health.messages import BELOW, EXCLUDED
from orgportal.health.models import PeriodSummary
from orgportal.health.views.sheets import Sheet, numbers_of


def paper_of(summary: PeriodSummary, sheet: Sheet) -> Paper:
    """Numbers beside their own past, findings with their rules, the bodies below, and how it was made."""
    parts = (*_of_branch(sheet), *_of_body(sheet))
    return Paper(
        title=_("Summary of branch health"),
        branch=summary.content["name"],
        span=(summary.starts_on, summary.ends_on),
        parts=(_numbers(summary, sheet), *parts, _made(summary)),
        signers=(_("Prepared by"), _("Checked by")),
    )


def _numbers(summary: PeriodSummary, sheet: Sheet) -> Part:
    past = [(each, {n.label: n.value for n in numbers_of(figures)}) for each, figures in sheet.past]
    whens = [summary, *(each for each, _values in past)]
    columns = (
        Column("number", _("Number")),
        *(Column(each.span.name, period(each.starts_on, each.ends_on), 1) for each in whens),
        Column("definition", _("Definition"), 4),
    )
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (n.label, n.value, *(values[n.label] for _each, values in past), n.definition) for n in sheet.numbers
    )
    return Part("numbers", "", grids=(Grid("numbers", _("Numbers"), columns, rows),))


def _of_branch(sheet: Sheet) -> Iterator[Part]:
    if sheet.lines:
        columns = _columns(about=_("About"), finding=_("Finding"), required=_("Required"), rule=_("Rule"))
        rows = tuple(
            (line.subject, line.sentence, line.expected, _rule(line.citation)) for line in sheet.lines
        )
        yield Part("findings", "", grids=(Grid("findings", _("Findings"), columns, rows),))


def _of_body(sheet: Sheet) -> Iterator[Part]:
    """Only what there is: of a branch nothing of this."""
    lists: tuple[tuple[str, str, tuple[Column, ...], tuple[tuple[Value, ...], ...]], ...] = (
        ("counts", _("Findings by number of branches"), _columns(finding=_("Finding"), number=_("Branches")),
         tuple(sheet.findings)),
        ("silent", _("Silent branches"), _columns(body=_("Branch")),
         tuple((branch.name,) for branch in sheet.silent)),
        ("below", _("Bodies directly below"), _columns(body=_("Body"), **BELOW),
         tuple((name, *values) for _pk, name, values in sheet.below)),
        ("excluded", _("Branches left out or not there for the whole period"),
         _columns(body=_("Branch"), reason=_("Reason")),
         tuple((each["name"], str(EXCLUDED[each["reason"]])) for each in sheet.excluded)),
    )  # fmt: skip
    for key, heading, columns, rows in lists:
        if rows:
            yield Part(key, "", grids=(Grid(key, heading, columns, rows),))


def _made(summary: PeriodSummary) -> Part:
    facts = (
        Fact("as_of", _("True on"), summary.as_of),
        Fact("known_at", _("As known at"), day_time(summary.known_at)),
        Fact("rules", _("Rules in force, version"), summary.edition_id),
        Fact("revision", _("Revision"), summary.revision),
        *([Fact("reason", _("Reason"), summary.reason, is_long=True)] if summary.reason else []),
        Fact("digest", _("Digest"), summary.digest, is_long=True),
    )
    return Part("made", _("How it was made"), facts=facts)


def _columns(**heads: Any) -> tuple[Column, ...]:
    return tuple(Column(key, str(words)) for key, words in heads.items())


def _rule(citation: dict[str, str]) -> str:
    return f"{citation['instrument']} {citation['article']}"
