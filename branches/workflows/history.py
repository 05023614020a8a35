"""Writes down what happened to a body and tells those it concerns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from branches.choices import EventKind, PostKind
from branches.models import Organization, OrganizationEvent
from orgportal.core import inbox, outbox
from orgportal.core.models import User

KEEPERS = (PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY, PostKind.ORGANISATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What every order about a body carries: the day it takes effect, its basis, the version seen."""

    on: date
    basis: str = ""
    version: int = 0


def write(
    organization: Organization, kind: EventKind, order: Order, *, actor: User, at: datetime, **more: Any
) -> OrganizationEvent:
    """One line of the body's history; `more` is `before`, `after` and `other`."""
    return OrganizationEvent.objects.create(
        organization=organization,
        kind=kind,
        on=order.on,
        basis=order.basis,
        recorded_at=at,
        recorded_by=actor,
        **more,
    )


def write_changes(
    organization: Organization,
    kind: EventKind,
    order: Order,
    changes: Mapping[str, list[Any]],
    **more: Any,
) -> OrganizationEvent:
    """The same for changes given as field -> [before, after]."""
    before = {name: pair[0] for name, pair in changes.items()}
    after = {name: pair[1] for name, pair in changes.items()}
    return write(organization, kind, order, before=before, after=after, **more)


def announce(branches: Iterable[int], at: datetime) -> None:
    """What reads the tree elsewhere looks again."""
    payloads = {pk: {"branch_id": pk} for pk in branches}
    outbox.emit_all("branches.changed", payloads, at=at)


def notify(organization: Organization, rule: str, params: Mapping[str, Any], on: date, at: datetime) -> None:
    """A line for those who keep the body's books that day."""
    held = organization.posts.held_on(on).filter(kind__in=KEEPERS, member__user__isnull=False)
    inbox.notify(
        held.values_list("member__user_id", flat=True),
        rule,
        f"{rule}:{organization.pk}:{organization.version}",
        params=params,
        url=organization.get_absolute_url(),
        at=at,
    )
