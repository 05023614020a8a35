"""Words a body of the tree is described with."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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
