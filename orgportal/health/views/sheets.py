"""A summary's stored numbers as labelled rows: the same on screen and on paper."""

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from django.urls import reverse

from activities.provisions import DUTY_RULES
from branches.models import Organization
from orgportal.core.jinja import dash
from orgportal.core.scoping import Scope
from orgportal.health.messages import COUNTED_BY_RULE, FINDING_NAMES, NUMBERS, SUBJECTS
from orgportal.health.models import PeriodSummary
from orgportal.health.queries.summaries import own_past
from orgportal.health.tables.figures import Figures, figures_of, row_of
from orgportal.health.views.lines import Line, lines_of


class Number(NamedTuple):
    """A count with what it counts."""

    label: str
    value: int
    definition: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a summary says."""

    figures: Figures
    numbers: list[Number]
    findings: list[tuple[str, int]]
    # Where the branches behind a number are listed, by its label; of a branch there are none.
    lists: dict[str, str]
    lines: list[Line]
    duties: list[tuple[Any, dict[str, int]]]
    below: list[tuple[int, str, list[int]]]
    silent: list[Organization]
    past: list[tuple[PeriodSummary, Figures]]
    excluded: list[dict[str, Any]]


def sheet_of(summary: PeriodSummary, scope: Scope) -> Sheet:
    content = summary.content
    totals = content["totals"]
    silent_ids = content.get("silent_ids", [])
    silent: Any = Organization.objects.visible_to(scope).filter(pk__in=silent_ids).order_by("path")
    figures = figures_of(totals)
    return Sheet(
        figures=figures,
        numbers=numbers_of(figures),
        findings=[(str(words), totals[f"finding.{code}"]) for code, words in FINDING_NAMES.items()
                  if f"finding.{code}" in totals],
        lists={} if "findings" in content else lists_of(summary),
        lines=lines_of(content.get("findings", []), summary.edition, summary.organization, scope),
        duties=_duties(content.get("duties", [])),
        below=[
            (line["id"], line["name"], row_of(figures_of(line["totals"])))
            for line in content.get("below", [])
        ],
        silent=list(silent) if silent_ids else [],
        past=[(each, figures_of(each.content["totals"])) for each in own_past(summary, scope)],
        excluded=content.get("excluded", []),
    )  # fmt: skip


def lists_of(summary: PeriodSummary) -> dict[str, str]:
    """The branches' own summaries of the period, as many as the number says."""
    place = {"period": summary.span.name, "kind": "branch", "under": summary.organization_id}
    asked: dict[Any, dict[str, str]] = {
        NUMBERS["branches"][0]: {},
        NUMBERS["silent"][0]: {"need": "silent"},
        **{words: {"finding": code} for code, words in FINDING_NAMES.items() if code not in COUNTED_BY_RULE},
    }
    return {
        str(label): reverse("health:summary-list", query={**place, **more}) for label, more in asked.items()
    }


def numbers_of(figures: Figures) -> list[Number]:
    """The counts of a body in the order they are read, each with its definition."""
    values = {**asdict(figures), **figures.states}
    shares = {"held": figures.held_share, "on_time": figures.on_time_share}
    return [
        Number(str(label), values[name], str(words).format(share=dash(shares.get(name))))
        for name, (label, words) in NUMBERS.items()
    ]


def _duties(stored: list[list[Any]]) -> list[tuple[Any, dict[str, int]]]:
    found: dict[str, dict[str, int]] = {}
    for rule, state, number in stored:
        found.setdefault(rule, {})[state] = number
    return [(SUBJECTS[rule.key], found[rule.key]) for rule in DUTY_RULES if rule.key in found]
