"""Words a body of the tree is described with."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    COMMITTEE = "committee", _("Party committee")
    WORK_COMMITTEE = "work_committee", _("Party work committee")
    GENERAL_BRANCH = "general_branch", _("General branch")
    BRANCH = "branch", _("Branch")


# Those that may approve, send and take in for the branches below them.
COMMITTEES = (Kind.COMMITTEE, Kind.WORK_COMMITTEE)


class Form(TextChoices):
    """How a branch is set up; bodies above a branch are always REGULAR."""

    REGULAR = "regular", _("Regular")
    JOINT = "joint", _("Joint branch")
    TEMPORARY = "temporary", _("Temporary branch")
    PROJECT = "project", _("Project branch")
    MOBILE = "mobile", _("Mobile members' branch")


class Sector(TextChoices):
    VILLAGE = "village", _("Village")
    COMMUNITY = "community", _("Community")
    ENTERPRISE = "enterprise", _("Enterprise")
    ORGAN = "organ", _("Party or government organ")
    SCHOOL = "school", _("School")
    PUBLIC_UNIT = "public_unit", _("Public unit")
    SOCIAL_BODY = "social_body", _("Social body")
    TERRITORY = "territory", _("Township or district")


class EventKind(TextChoices):
    CREATED = "created", _("Founded")
    RENAMED = "renamed", _("Renamed")
    MOVED = "moved", _("Moved")
    MERGED_INTO = "merged_into", _("Merged into another body")
    ABSORBED = "absorbed", _("Took in another body")
    DISSOLVED = "dissolved", _("Dissolved")
    CHANGED = "changed", _("Details changed")


class PostKind(TextChoices):
    """Posts a member can hold in a body; which body has which is `provisions.STRUCTURE`."""

    SECRETARY = "secretary", _("Secretary")
    DEPUTY_SECRETARY = "deputy_secretary", _("Deputy secretary")
    ORGANISATION = "organisation", _("Organisation member")
    PUBLICITY = "publicity", _("Publicity member")
    DISCIPLINE = "discipline", _("Discipline member")
    COMMITTEE_MEMBER = "committee_member", _("Committee member")
    GROUP_LEADER = "group_leader", _("Party group leader")
    RECORDER = "recorder", _("Recorder")
    ORGANISER = "organiser", _("Organiser")
    OFFICER = "officer", _("District officer")


# --- units, and how the party reaches them (两个覆盖)


class UnitKind(TextChoices):
    ENTERPRISE = "enterprise", pgettext_lazy("unit", "Enterprise")
    SOCIAL_BODY = "social_body", _("Social body")
    VILLAGE = "village", _("Village")
    COMMUNITY = "community", _("Community")
    SCHOOL = "school", _("School")
    PUBLIC_UNIT = "public_unit", _("Public unit")
    BUILDING = "building", _("Business building")
    CHAIN = "chain", _("Industry chain")


class OwnerKind(TextChoices):
    """Who owns a unit; an enterprise that is not the state's is a non-public one."""

    STATE = "state", _("State-owned")
    COLLECTIVE = "collective", _("Collective")
    PRIVATE = "private", _("Private")
    FOREIGN = "foreign", _("Foreign, Hong Kong, Macao or Taiwan")
    OTHER = "other", pgettext_lazy("owner", "Other")


class CoverageKind(TextChoices):
    OWN = "own", _("Own body")
    JOINT = "joint", _("Joint body")
    ADVISER = "adviser", _("Adviser")
    LIAISON = "liaison", _("Liaison person")
    UNION_LEAGUE = "union_league", _("Union or Youth League")


BODY_KINDS = (CoverageKind.OWN, CoverageKind.JOINT)


class PauseReason(TextChoices):
    """Why a unit is on the list and not in the denominator."""

    STOPPED = "stopped", _("Business stopped")
    EMPTY = "empty", _("Registered only, nobody there")
    DOUBLE = "double", _("Same unit under two licences")
    ELSEWHERE = "elsewhere", _("Works elsewhere")
    OTHER = "other", pgettext_lazy("unit", "Another reason")


class LeaveListReason(TextChoices):
    CLOSED = "closed", _("Deregistered")
    MOVED = "moved", _("Moved out of the area")
    DOUBLE = "double", _("Listed twice")
    MISTAKE = "mistake", pgettext_lazy("unit", "Entered by mistake")


class UnitEventKind(TextChoices):
    LISTED = "listed", _("Put on the list")
    CHANGED = "changed", _("Details changed")
    COVERED = "covered", _("Coverage begun")
    UNCOVERED = "uncovered", _("Coverage ended")
    PAUSED = "paused", _("Not operating")
    RESUMED = "resumed", _("Operating again")
    COUNTED = "counted", _("Members not on the register counted")
    CHECKED = "checked", _("Checked, unchanged")
    LEFT = "left", _("Taken off the list")
    UNDONE = "undone", _("Last step undone")
