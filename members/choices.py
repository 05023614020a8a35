"""Words a member's file is written in."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Gender(TextChoices):
    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class Standing(TextChoices):
    """党籍 as the register knows it; ended kinds carry their reason in the standing period."""

    FORMAL = "formal", _("Formal member")
    PROBATIONARY = "probationary", _("Probationary member")
    SUSPENDED = "suspended", _("Membership stopped")
    ENDED = "ended", _("No longer a member")


class EndKind(TextChoices):
    """How membership ended; each is decided by a meeting or a document, never by the system."""

    DEATH = "death", _("Died")
    RESIGNED = "resigned", _("Left the Party at own request")
    ADVISED_OUT = "advised_out", _("Advised to leave")
    STRUCK_OFF = "struck_off", _("Struck off")
    EXPELLED = "expelled", _("Expelled")
    PROBATION_CANCELLED = "cancelled", _("Probation cancelled")
    GONE = "gone", _("Struck off as having left of own accord")
    TRANSFERRED_OUT = "transferred", _("Transferred to a body outside the portal")


class Restriction(TextChoices):
    """Rights a member lacks while the standing itself stays (rules.md vote.who, status.set)."""

    NONE = "", _("Full rights")
    WATCH = "watch", _("On probation within the Party")
    RIGHTS = "rights", _("Member's rights suspended")


class ChangeKind(TextChoices):
    """What may be decided about a standing; `rules.standing.KINDS` says from where to where and by whom.

    Those that end membership carry the values of EndKind.
    """

    CONFIRM = "confirm", _("Confirm as formal member")
    EXTEND = "extend", _("Extend probation")
    CANCELLED = "cancelled", _("Cancel probation")
    STOP = "stop", _("Stop membership")
    RESTORE = "restore", _("Restore membership")
    WATCH = "watch", _("Probation within the Party")
    SUSPEND = "suspend", _("Suspend the member's rights")
    LIFT = "lift", _("Give the rights back")
    RESIGNED = "resigned", _("Leaves the Party at own request")
    ADVISED_OUT = "advised_out", _("Advise to leave")
    STRUCK_OFF = "struck_off", _("Strike off")
    GONE = "gone", _("Strike off as having left of own accord")
    EXPELLED = "expelled", _("Expel")
    DEATH = "death", _("Record a death")


class StopGround(TextChoices):
    """Why a membership was stopped (rules.md stop.lost, stop.abroad); only the lost are struck off later."""

    LOST = "lost", _("Out of contact for six months, after every search")
    SETTLED = "settled", _("Settled abroad for private reasons")
    STUDY = "study", _("Studying abroad and not back after the years the rule gives")


class ChangeState(TextChoices):
    PROPOSED = "proposed", _("Waiting for the committee above")
    COMING = "coming", _("Decided, still to take effect")
    IN_FORCE = "in_force", _("In force")
    REFUSED = "refused", _("Not approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ChangeMove(TextChoices):
    """The acts on an open change; who may make which is `rules.standing.MOVES`."""

    APPROVE = "approve", _("Approve")
    REFUSE = "refuse", _("Do not approve")
    WITHDRAW = "withdraw", _("Withdraw")
    TAKE_EFFECT = "take_effect", _("Take effect")
    LAPSE = "lapse", _("Lapse")


class CaseKind(TextChoices):
    """处置: what is proposed for a member who does not meet the standard (rules.md dispose.kinds)."""

    CORRECT = "correct", _("Correction within a period")
    ADVISE_OUT = "advise_out", _("Advise to leave")
    STRIKE = "strike", _("Strike off")


class CaseGround(TextChoices):
    CONVICTION = "conviction", _("Weak conviction")
    RELIGION = "religion", _("Religious belief")
    PASSIVE = "passive", _("Passive work, no longer an example")
    NO_MEETINGS = "no_meetings", _("Absent from organisational life without good reason")
    DUES = "dues", _("Dues late or short")
    LOST = "lost", _("Out of contact for over six months, and found again")
    THREAT = "threat", _("Uses leaving the Party as a threat")
    NO_CHANGE = "no_change", _("No change after the correction period")
    SIX_MEETINGS = "six_meetings", _("Six months running without organisational life")
    SIX_DUES = "six_dues", _("Six months running without dues")
    SIX_WORK = "six_work", _("Six months running without the work assigned")
    DISLOYAL = "disloyal", _("Disloyal to the Party")
    REFUSES = "refuses", _("Refuses to leave when advised to")
    STOPPED = "stopped", _("Membership stopped for two years, still out of contact")


class CaseState(TextChoices):
    OPEN = "open", _("Under way")
    CORRECTING = "correcting", _("In the correction period")
    DONE = "done", _("Carried out")
    CORRECTED = "corrected", _("Corrected")
    NOT_CORRECTED = "not_corrected", _("Not corrected")
    DROPPED = "dropped", _("Dropped")
    ENDED = "ended", _("Ended with the membership")


class CaseAct(TextChoices):
    """The steps of a case in the order of the rule, and what may be recorded beside them."""

    PREFILE = "prefile", _("Pre-filed with the committee above")
    FACTS = "facts", _("Facts found")
    HEARD = "heard", _("Member heard")
    OPINION = "opinion", _("Branch committee's opinion")
    MEETING = "meeting", _("Decided by the general meeting")
    APPROVE = "approve", _("Approved by the committee above")
    APPEAL = "appeal", _("Member appeals")
    CORRECTED = "corrected", _("Corrected: the case ends")
    NOT_CORRECTED = "not_corrected", _("Not corrected: the case ends")
    DROP = "drop", _("Dropped")
    ENDED = "ended", _("The membership ended: the case ends")


class Education(TextChoices):
    PRIMARY = "primary", _("Primary school or below")
    MIDDLE = "middle", _("Junior middle school")
    HIGH = "high", _("Senior middle or vocational school")
    COLLEGE = "college", _("College")
    UNIVERSITY = "university", _("University")
    POSTGRADUATE = "postgraduate", _("Postgraduate")


class Occupation(TextChoices):
    """The job groups of the annual statistics (rules.md 11)."""

    WORKER = "worker", _("Worker")
    FARMER = "farmer", _("Farmer, herder or fisher")
    PROFESSIONAL = "professional", _("Professional or technical staff")
    MANAGER = "manager", _("Manager of a firm, public unit or social body")
    OFFICIAL = "official", _("Party or government staff")
    STUDENT = "student", _("Student")
    RETIRED = "retired", _("Retired")
    OTHER = "other", _("Other")


class MobileState(TextChoices):
    """流动党员: where the member lives against where the affiliation is."""

    NONE = "", _("Not mobile")
    OUT = "out", _("Away (mobile member)")
    ABROAD = "abroad", _("Abroad")


class MobileReason(TextChoices):
    """Why a member lives away: codes of the national sweep form, and study (rules.md lost.reason_codes)."""

    WORK = "work", _("Work away from home")
    FIRM = "firm", _("The firm was reformed or went bankrupt")
    GRADUATED = "graduated", _("Not settled since graduation")
    JOB = "job", _("Change of job")
    STUDY = "study", _("Study")
    HOME = "home", _("Change of home")
    OTHER = "other", _("Other reason")


class SpellEnd(TextChoices):
    """How a spell away ended."""

    RETURNED = "returned", _("Came back")
    MOVED_ON = "moved_on", _("Went on to another place")
    TRANSFERRED = "transferred", _("The affiliation was transferred")
    MEMBERSHIP = "membership", _("The membership ended")
    MISTAKE = "mistake", _("Entered by mistake")


class InflowState(TextChoices):
    """Where the two ends of a host's care stand."""

    ANNOUNCED = "announced", _("Announced by the home branch")
    REGISTERED = "registered", _("Registered, not confirmed by the home branch yet")
    MATCHED = "matched", _("Matched with the home branch")
    ENDED = "ended", _("Ended")


class ContactMethod(TextChoices):
    PHONE = "phone", _("Phone")
    MESSAGE = "message", _("Message")
    VIDEO = "video", _("Video call")
    VISIT = "visit", _("Visit")
    MEETING = "meeting", _("Met when home")


class ProposalKind(TextChoices):
    """What an out-of-contact clock proposes; a meeting decides."""

    STOP = "stop", _("Stop the membership")
    STRIKE = "strike", _("Strike off as left of own accord")


class ProposalState(TextChoices):
    OPEN = "open", _("Open")
    DISMISSED = "dismissed", _("Set aside")
    OVERTAKEN = "overtaken", _("Overtaken by events")
    DECIDED = "decided", _("Decided by a meeting")


class DismissReason(TextChoices):
    FOUND = "found", _("Contact was found")
    EXCUSED = "excused", _("Cannot take part for a good reason")
    SEARCHING = "searching", _("The search is not finished")
    WRONG_DATA = "wrong_data", _("The records are incomplete")


class PeriodReason(TextChoices):
    """Why a period in a branch began."""

    ADMITTED = "admitted", _("Admitted here")
    LOADED = "loaded", _("In the register when it was taken over")
    TRANSFERRED = "transferred", _("Transferred")
    REORGANISED = "reorganised", _("Branch merged, split or dissolved")
    CORRECTED = "corrected", _("Corrected")


class SeenSource(TextChoices):
    ATTENDANCE = "attendance", _("Attended an activity")
    CONTACT = "contact", _("Was contacted")


class StartSource(TextChoices):
    """What the clock of lost contact counts from beside a sighting; told as evidence, like one."""

    CAME = "came", _("Came into the branch")
    STANDING = "standing", _("The present standing began")
    REGISTERED = "registered", _("Entered in the register here")
    TAKEN_OVER = "taken_over", _("The body's records begin here")


class LookKind(TextChoices):
    PAGE = "page", _("Opened the member page")
    REVEAL = "reveal", _("Revealed the identity number")
    EXPORT = "export", _("Exported a list")
    PRINT = "print", _("Printed a list")
    PAPER = "paper", _("Printed a paper on the member")
    STAY = "stay", _("Opened the stay away, with the mobile number")
    PHONE = "phone", _("Opened the mobile number to get in touch")


class TransferState(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted to the branch")
    SENT = "sent", _("Waiting for the sending committee")
    AT_RECEIVER = "at_receiver", _("At the receiving side")
    RETURNED = "returned", _("Returned for correction")
    ACCEPTED = "accepted", _("Accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REFUSED = "refused", _("Refused")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")


class RefusalReason(TextChoices):
    """Lawful grounds (rules.md refusal.needs_reason); a bare refusal is not possible."""

    WRONG_TARGET = "wrong_target", _("Wrong receiving body")
    FILE_CHECK = "file_check", _("A problem in the file is being checked")
    PROBATION_PAPERS = "probation_papers", _("Probation papers are missing")
    NOT_HERE = "not_here", _("The member does not work or live here")


class TransferReason(TextChoices):
    JOB = "job", _("Change of job")
    HOME = "home", _("Change of home")
    STUDY = "study", _("Study")
    RETIREMENT = "retirement", _("Retirement")
    REORGANISATION = "reorganisation", _("Branch merged or dissolved")
    OTHER = "other", _("Other")


class TransferMove(TextChoices):
    """The acts that move a transfer on; who may do which from where is `rules.transfer.MOVES`."""

    START = "start", _("Start a transfer")
    SUBMIT = "submit", _("Submit")
    CORRECT = "correct", _("Correct the details")
    RELEASE = "release", _("Release")
    APPROVE = "approve", _("Approve")
    ISSUE = "issue", _("Issue the letter")
    HAND_IN = "hand-in", _("Report the letter handed in")
    CONFIRM = "confirm", _("Confirm the return slip")
    LOSE = "lose", _("Report the letter lost")
    REISSUE = "reissue", _("Issue a new letter")
    LAPSE = "lapse", _("Let the letter lapse")
    ACCEPT = "accept", _("Accept")
    RETURN = "return", _("Return for correction")
    RESUBMIT = "resubmit", _("Send again")
    WITHDRAW = "withdraw", _("Withdraw")
    REFUSE = "refuse", _("Refuse")
    EXPIRE = "expire", _("Let it expire")
    CANCEL = "cancel", _("Cancel")


class MemberReport(TextChoices):
    """What a member tells about the way of the own transfer; it moves nothing."""

    HANDED_IN = "handed-in", _("I have handed in the letter")
    ARRIVED = "arrived", _("I have reported to the new branch")


class OwnField(TextChoices):
    """Facts of the own line in the register that a member can have put right; values are the columns."""

    MOBILE = "mobile", _("Mobile")
    EMPLOYER = "employer", _("Employer")
    NAME = "name", _("Name")
    GENDER = "gender", _("Gender")
    BIRTH_ON = "birth_on", _("Date of birth")
    ID_NUMBER = "id_number", _("Identity number")
    ETHNICITY = "ethnicity", _("Ethnic group")
    EDUCATION = "education", _("Education")
    OCCUPATION = "occupation", _("Occupation")
    JOINED_ON = "joined_on", _("Joined on")
    CONFIRMED_ON = "confirmed_on", _("Confirmed on")
    OTHER = "other", _("Something else")


class CorrectionState(TextChoices):
    MADE = "made", _("Corrected by the member")
    OPEN = "open", _("Waiting for the branch")
    ACCEPTED = "accepted", _("Corrected")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PaperKind(TextChoices):
    """Numbered papers; each kind has a row of numbers of its own in each body and year."""

    LETTER = "letter", _("Letter of introduction")
    SLIP = "slip", _("Return slip")
    CERTIFICATE = "certificate", _("Membership certificate")
    CARD = "card", _("Activity card of a mobile member")


TEMPLATE_KINDS = (PaperKind.LETTER, PaperKind.SLIP, PaperKind.CERTIFICATE)  # a card is a folded form


class TemplateState(TextChoices):
    CURRENT = "current", pgettext_lazy("template", "In use")
    REPLACED = "replaced", pgettext_lazy("template", "Replaced by a later one")
    RETIRED = "retired", pgettext_lazy("template", "Taken out of use")


class PaperState(TextChoices):
    ISSUED = "issued", pgettext_lazy("paper", "Issued")
    ENDED = "ended", pgettext_lazy("paper", "Ended")


class PaperEnd(TextChoices):
    USED = "used", _("It has served its purpose")
    LOST = "lost", _("Reported lost")
    EXPIRED = "expired", _("Not handed in in time")
    CORRECTED = "corrected", _("Replaced by a corrected one")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    RETURNED = "returned", _("Handed back")


class BatchAct(TextChoices):
    START = "start", _("Start transfers")
    MOVE_ON = "move_on", _("Move transfers on")


class BatchState(TextChoices):
    PREPARED = "prepared", _("To be checked")
    RUNNING = "running", pgettext_lazy("batch", "At work")
    DONE = "done", _("Done")


class BatchRowState(TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Not done")
