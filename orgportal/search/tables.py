"""Found rows as lines: a name, what tells it from its like, and where it leads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.template.defaultfilters import date as in_words
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.models import Organization
from members.models import Arrival, Paper, Transfer
from members.queries.search import FoundMember
from orgportal.core.jinja import mask_mobile
from orgportal.search.queries import Group


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    name: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Lines:
    """One group as it is shown, with the room's own list behind it."""

    key: str
    label: Any
    icon: str
    lines: list[Line]
    has_more: bool
    all_url: str

    @property
    def size(self) -> int:
        return len(self.lines)


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def member_line(row: FoundMember) -> Line:
    shown = _joined(row.branch, row.number, mask_mobile(row.mobile) if row.mobile else "")
    return Line(row.id, row.name, shown, reverse("members:member-detail", args=[row.id]))


def body_line(body: Any) -> Line:
    """A body of one's own leads to its page, another one to its line of the directory."""
    url = body.get_absolute_url() if body.is_mine else _directory(body)
    return Line(body.pk, body.name, _joined(body.get_kind_display(), body.phone), url)


def _directory(body: Organization) -> str:
    return f"{reverse('branches:organization-directory')}?{urlencode({'q': body.name})}"


def activity_line(row: Any) -> Line:
    day = in_words(row.held_on, "Y-m-d")
    return Line(
        row.pk, row.title, _joined(day, row.get_kind_display(), row.branch.short_name), row.get_absolute_url()
    )


def transfer_line(row: Transfer) -> Line:
    way = f"{row.source.short_name} → {row.target_short_name}"
    detail = _joined(row.get_state_display(), way, row.reference)
    return Line(row.pk, row.member.name, detail, row.get_absolute_url())


def arrival_line(row: Arrival) -> Line:
    detail = _joined(
        row.get_state_display(), f"{row.from_branch} → {row.branch.short_name}", row.letter_number
    )
    return Line(row.pk, row.name, detail, row.get_absolute_url())


def paper_line(row: Paper) -> Line:
    """A paper has a page of its own, or leads to its transfer, or to where anybody may verify it."""
    detail = _joined(row.get_kind_display(), row.member.name, row.get_state_display())
    transfer = row.transfer_id and reverse("members:transfer-detail", args=[row.transfer_id])
    page = _address("members:paper-detail", row.pk) or transfer or reverse("paper-verify", args=[row.token])
    return Line(row.pk, row.number, detail, page)


def _address(url_name: str, *args: Any) -> str:
    """The address of a page that a room may not have; "" when it has none."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


LOOKS: dict[str, tuple[Any, str, str, Callable[[Any], Line]]] = {
    "members": (_("Members"), "users", "members:member-list", member_line),
    "bodies": (_("Bodies"), "network", "branches:organization-directory", body_line),
    "activities": (_("Activities"), "calendar-days", "activities:activity-list", activity_line),
    "transfers": (
        pgettext_lazy("navigation", "Transfers"), "arrow-right-left", "members:transfer-list", transfer_line,
    ),
    "arrivals": (_("Coming on paper"), "mail-open", "members:arrival-list", arrival_line),
    "papers": (_("Letters and slips"), "mail", "members:paper-list", paper_line),
}  # fmt: skip


def search_url(text: str, only: str = "") -> str:
    return f"{reverse('search:search')}?{urlencode({'q': text, **({'group': only} if only else {})})}"


def lines_of(group: Group, text: str) -> Lines:
    label, icon, url_name, line = LOOKS[group.key]
    room = _address(url_name)
    all_url = f"{room}?{urlencode({'q': text})}" if room else search_url(text, group.key)
    return Lines(group.key, label, icon, [line(row) for row in group.rows], group.has_more, all_url)
