"""Reads over the tree: rules in force for a body, the directory, counts of a subtree, the body's page."""

from collections.abc import Iterable
from datetime import date

from branches.rules import ancestors
from orgportal.core.models import LocalProvision
from orgportal.core.rulebook import LocalRule, Provision, Rulebook, Version

# --- rules in force


def rulebook_for(path: str, provisions: Iterable[Provision], on: date) -> Rulebook:
    """National provisions merged with the local rules of the body and of all bodies above it."""
    return rulebooks_for([path], provisions, on)[path]


def rulebooks_for(paths: Iterable[str], provisions: Iterable[Provision], on: date) -> dict[str, Rulebook]:
    """The same for many bodies in one query, by path."""
    national = tuple(provisions)
    above = {path: {*ancestors(path), path} for path in paths}
    wanted = set().union(*above.values())
    # Append-only: where two rows of one body hold, the later one is what was decided last.
    rows = LocalProvision.objects.filter(
        key__in=[provision.key for provision in national], path__in=wanted, valid_from__lte=on
    ).order_by("-valid_from", "-id")
    rules = [_local_rule(row) for row in rows]
    return {
        path: Rulebook.of(national, (rule for rule in rules if rule.path in prefixes))
        for path, prefixes in above.items()
    }


def _local_rule(row: LocalProvision) -> LocalRule:
    return LocalRule(
        row.key, row.path, Version(row.value, row.instrument, row.article, row.valid_from, row.valid_to)
    )
