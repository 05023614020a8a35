"""The left navigation: at most seven words, chosen by what the person may do; and the guide to each page."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgportal.core.links import frame_url
from orgportal.core.ui import NavItem


@dataclass(frozen=True)
class Entry:
    label: Any
    url_name: str
    icon: str
    right: str = ""


HOME = Entry(_("Start"), "health:home", "house")
BODIES = "branches:organization-list"
ACTIVITIES = Entry(_("Activities"), "activities:activity-list", "calendar-days", "activity.view")
MEMBERS = Entry(_("Members"), "members:member-list", "users", "member.view")
TRANSFERS = Entry(
    pgettext_lazy("navigation", "Transfers"), "members:transfer-list", "arrow-right-left", "transfer.view"
)
CAMPAIGNS = Entry(_("Campaigns"), "activities:campaign-list", "flag", "campaign.view")
DISTRICT = (
    HOME,
    Entry(_("Coverage"), "health:district", "table-2", "health.view"),
    Entry(_("Bodies"), BODIES, "network", "branch.view"),
    MEMBERS,
    ACTIVITIES,
    TRANSFERS,
    CAMPAIGNS,
)
BRANCH = (
    HOME,
    ACTIVITIES,
    MEMBERS,
    TRANSFERS,
    Entry(_("Summaries"), "health:summary-list", "clipboard-list", "health.view"),
    Entry(_("My branch"), BODIES, "network", "branch.view"),
    CAMPAIGNS,
)
MEMBER = (
    HOME,
    Entry(_("My transfer"), "members:transfer-list", "arrow-right-left"),
    Entry(_("My data"), "members:own", "id-card"),
    Entry(_("Campaigns"), "activities:campaign-list", "flag"),
    Entry(_("Directory of bodies"), "branches:organization-directory", "phone"),
)
DESKS = {
    "system": (
        HOME,
        Entry(_("Accounts"), "core:account-list", "user-cog"),
        Entry(_("Complaints and suggestions"), "core:feedback-desk", "message-square-warning"),
        Entry(_("Background jobs"), "core:job-list", "timer"),
        Entry(_("Reminders not sent"), "core:send-list", "mail-x"),
        Entry(_("Holidays"), "core:holiday-list", "calendar-off"),
    ),
    "security": (
        HOME,
        Entry(_("Grants"), "members:grant-list", "shield-check"),
        Entry(_("Sign-in locks"), "core:lock-list", "lock"),
    ),
    "audit": (HOME, Entry(_("Audit trail"), "core:audit-list", "scroll-text")),
}

# Which entry of the guide (`core.messages.GUIDES`) a page lies under, the closer address first; * is any id.
GUIDES = (
    ("/activities/campaigns/", "campaigns"),
    ("/activities/", "activities"),
    ("/members/own/", "member"),
    ("/members/transfers/", "transfers"),
    ("/members/grants/", "administrators"),
    ("/members/", "members"),
    ("/branches/units/", "coverage"),
    ("/branches/texts/", "texts"),
    ("/branches/*/texts/", "texts"),
    ("/branches/", "bodies"),
    ("/health/nudges/", "nudges"),
    ("/health/robots/", "robots"),
    ("/health/", "coverage"),
    ("/inbox/", "inbox"),
    ("/feedback/", "inbox"),
    ("/desks/", "administrators"),
    ("/holidays/", "administrators"),
    ("/api-docs/", "programs"),
    ("/sign-in/", "sign-in"),
    ("/password/", "sign-in"),
)


def guide_for(request: Any) -> str:
    """The address of the guide, at the entry of this page; of a start page, at the entry of the job."""
    address = frame_url("core:help")
    anchor = next((anchor for under, anchor in GUIDES if fnmatchcase(request.path, f"{under}*")), "")
    return f"{address}#{anchor or _job(request)}" if address else ""


def _job(request: Any) -> str:
    if not request.user.is_authenticated:
        return "sign-in"
    if request.user.desk:
        return "administrators"
    if request.scope.may_somewhere("branch.edit"):
        return "officer"
    return "secretary" if request.scope.grants else "member"


def navigation_for(request: Any) -> list[NavItem]:
    """The entries of the person's role that they may open; the one this page lies under is current."""
    if not request.user.is_authenticated:
        return []
    open_entries = [
        (entry, frame_url(entry.url_name))
        for entry in _entries(request)
        if not entry.right or request.scope.may_somewhere(entry.right)
    ]
    here = _current(request, [address for _entry, address in open_entries])
    return [
        NavItem(str(entry.label), address, entry.icon, address == here)
        for entry, address in open_entries
        if address
    ]


def _entries(request: Any) -> tuple[Entry, ...]:
    if request.user.desk:
        return DESKS[request.user.desk]
    if request.scope.may_somewhere("branch.edit"):
        return DISTRICT
    return BRANCH if request.scope.grants else MEMBER


def _current(request: HttpRequest, addresses: list[str]) -> str:
    """The longest address the present path lies under; the start page only for itself."""
    home = frame_url(HOME.url_name)
    under = [each for each in addresses if each and each != home and request.path.startswith(each)]
    return max(under, key=len, default=home if request.path == home else "")
