"""Activities, duties and campaigns; one import path for all of them."""

from activities.models.attachments import Attachment, AttachmentContent
from activities.models.campaigns import Campaign, CampaignStage, LeaderComment, Participation, Pledge
from activities.models.decisions import VOTE_COLUMNS, AgendaItem, Decision
from activities.models.duties import Duty
from activities.models.feeds import CalendarFeed
from activities.models.joint import WAITING, Invitation
from activities.models.leave import LeaveRequest
from activities.models.ledger_templates import LedgerTemplate
from activities.models.ledgers import LedgerFile, LedgerRun
from activities.models.life import ActivityRevision, ActivityStep
from activities.models.records import Activity, AttendanceException, Guest

__all__ = [
    "VOTE_COLUMNS",
    "WAITING",
    "Activity",
    "ActivityRevision",
    "ActivityStep",
    "AgendaItem",
    "Attachment",
    "AttachmentContent",
    "AttendanceException",
    "CalendarFeed",
    "Campaign",
    "CampaignStage",
    "Decision",
    "Duty",
    "Guest",
    "Invitation",
    "LeaderComment",
    "LeaveRequest",
    "LedgerFile",
    "LedgerRun",
    "LedgerTemplate",
    "Participation",
    "Pledge",
]
