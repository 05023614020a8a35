"""Words an activity, its attendance, a duty and a campaign are described with."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ActivityKind(TextChoices):
    GENERAL = "general", _("General branch meeting")
    COMMITTEE = "committee", _("Branch committee meeting")
    GROUP = "group", _("Party group meeting")
    LECTURE = "lecture", _("Party lecture")
    THEME_DAY = "theme_day", _("Theme day")
    ORG_LIFE = "org_life", _("Organisational-life meeting")
    REVIEW = "review", _("Democratic review of members")
    TALK = "talk", _("Heart-to-heart talks")
    OTHER = "other", _("Other activity")


class ActivityState(TextChoices):
    PLANNED = "planned", _("Planned")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")
    HELD = "held", _("Held")
    DID_NOT_MEET = "did_not_meet", _("Did not meet")
    EXCUSED = "excused", _("Excused")
    VOID = "void", _("Voided entry")


# What is still to come, or was to: it says nothing about a duty yet.
PLANS = frozenset({ActivityState.PLANNED, ActivityState.POSTPONED, ActivityState.CANCELLED})
OPEN_PLANS = frozenset({ActivityState.PLANNED, ActivityState.POSTPONED})

# Each of these is said with its reason.
SAYS_WHY = (
    ActivityState.DID_NOT_MEET,
    ActivityState.EXCUSED,
    ActivityState.VOID,
    ActivityState.POSTPONED,
    ActivityState.CANCELLED,
)


class PlanMove(TextChoices):
    """What becomes of a planned meeting before its day; recording it is a matter of the record."""

    MOVE = "move", _("Another day")
    POSTPONE = "postpone", _("Postpone")
    CANCEL = "cancel", _("Cancel the meeting")


class PlanLineState(TextChoices):
    """How one period of the year's plan stands."""

    RECORDED = "recorded", _("Recorded")
    PLANNED = "planned", _("Planned")
    POSTPONED = "postponed", _("Postponed")
    OPEN = "open", _("Nothing yet")
    OVER = "over", _("Period is over")


class LifeState(TextChoices):
    """How far the record of a meeting that was held has come; nothing else waits for it."""

    TO_CONFIRM = "to_confirm", _("To be confirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    LOCKED = "locked", _("Locked")
    RETURNED = "returned", _("Sent back")


class LifeMove(TextChoices):
    CONFIRM = "confirm", _("Confirm the record")
    ON_PAPER = "confirm-on-paper", _("Confirmed on paper")
    AMEND = "amend", _("Put right")
    VOID = "void", _("Void")
    RETURN = "return", _("Send back")
    LOCK = "lock", _("Lock")
    TAKE_BACK = "take-back", _("Take the confirmation back")
    FILES = "files", _("Change the files of a locked record")


class FileAct(TextChoices):
    """What happened to a file of a locked record."""

    ADDED = "added", _("A file was added after the lock")
    REMOVED = "removed", _("A file was removed after the lock")
    RESTORED = "restored", _("A file was brought back after the lock")


class Road(TextChoices):
    """How the chair's word on a record came."""

    RECORDED = "recorded", _("Recorded by the chair")
    PUT_RIGHT = "put_right", _("Put right by the chair")
    PRESSED = "pressed", _("Confirmed by the chair")
    PAPER = "paper", _("Confirmed on paper")


class ReturnReason(TextChoices):
    """Why the level above opens a record again: a matter of the record, never a mark."""

    INCOMPLETE = "incomplete", _("Something that belongs in it is missing")
    UNCLEAR = "unclear", _("It contradicts itself or cannot be understood")
    COUNTS = "counts", _("Attendance or votes do not add up")
    PROCEDURE = "procedure", _("The procedure is not the one laid down")
    ASKED = "asked", _("The branch asked for it to be opened")
    OTHER = "other", _("Another reason")


class LeaveReason(TextChoices):
    WORK = "work", _("Work")
    ILLNESS = "illness", _("Illness")
    AWAY = "away", _("Away from town")
    FAMILY = "family", _("Family matter")
    OTHER = "other", _("Other reason")


class Presence(TextChoices):
    LEAVE = "leave", _("On leave")
    ABSENT = "absent", _("Absent")


class Majority(TextChoices):
    """Which majority a vote is taken under."""

    ORDINARY = "ordinary", _("Ordinary vote")
    ELECTION = "election", _("Election")


class Base(TextChoices):
    """Half of whom has to be passed."""

    EXPECTED = "expected", _("those who should attend")
    PRESENT = "present", _("those present")


class Outcome(TextChoices):
    PASSED = "passed", _("Passed")
    NOT_PASSED = "not_passed", _("Not passed")
    NO_QUORUM = "no_quorum", _("Not valid")


class Ground(TextChoices):
    """The six classes a meeting may leave out of "should attend"."""

    UNABLE = "unable", _("Too ill to express their will")
    ABROAD = "abroad", _("Abroad at own cost for over half a year")
    SENTENCED = "sentenced", _("Serving a sentence or on probation within the Party")
    BEDRIDDEN = "bedridden", _("Bedridden or long ill")
    POSTED = "posted", _("Moved, posted or studying away for over half a year")
    RETIRED = "retired", _("Retired and long back in the home area")


class DutyState(TextChoices):
    """The cell states of house.md 15.3, stored on the duty once decided."""

    NOT_DUE = "not_due", _("Not due yet")
    ON_TIME = "on_time", _("On time")
    LATE = "late", _("Late")
    EXCUSED = "excused", _("Excused")
    DID_NOT_MEET = "did_not_meet", _("Did not meet")
    MISSING = "missing", _("Missing")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    NO_DATA = "no_data", _("No data")


class CampaignState(TextChoices):
    DRAFT = "draft", _("Draft")
    RUNNING = "running", _("Running")
    ENDED = "ended", _("Ended")


class PledgeState(TextChoices):
    OPEN = "open", _("In progress")
    DONE = "done", _("Kept")
    DROPPED = "dropped", _("Given up, with reason")


class LedgerKind(TextChoices):
    """What is printed from the records; the first two of one meeting, the others of a branch and a period."""

    RECORD = "record", _("Meeting record")
    SIGN_IN = "sign_in", _("Sign-in sheet")
    BOOK = "book", _("Record book of the branch")
    QUARTER = "quarter", _("Quarter sheet")
    YEAR = "year", _("Year summary")
    TALKS = "talks", _("Talk register")
    DUTIES = "duties", _("Duty sheet")


class LedgerForm(TextChoices):
    PDF = "pdf", "PDF"
    XLSX = "xlsx", "Excel"
    DOCX = "docx", "Word"


# Those of a branch and a period.
PERIODIC = (LedgerKind.BOOK, LedgerKind.QUARTER, LedgerKind.YEAR, LedgerKind.TALKS, LedgerKind.DUTIES)


class RunState(TextChoices):
    RUNNING = "running", _("Being drawn")
    DONE = "done", _("Ready")
    CLEARED = "cleared", _("Files thrown away")


class RunRowState(TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Ready")
    REFUSED = "refused", _("Out of your sight by then")
    FAILED = "failed", _("Could not be drawn")


class Visibility(TextChoices):
    """Who may take a file of a record, besides seeing the record itself."""

    BRANCH = "branch", _("This branch")
    COMMITTEE = "committee", _("The branch committee only")
    ABOVE = "above", _("The branch and the bodies above it")


class FileType(TextChoices):
    """What the files of a record are; every photo is kept as JPEG."""

    JPEG = "jpg", _("Photo")
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"


class InvitationState(TextChoices):
    """How a branch answered to a joint activity."""

    OPEN = "open", _("Not answered yet")
    TAKEN_UP = "taken_up", _("Took part")
    DECLINED = "declined", _("Does not take part")
    WITHDRAWN = "withdrawn", _("Invitation withdrawn")
