"""The register, posts, transfers, papers and arrivals; one import path for all of them."""

from members.models.arrivals import Arrival
from members.models.batches import Batch, BatchRow
from members.models.cases import Case, CaseStep
from members.models.contact import ContactProposal
from members.models.facts import Fact, FactKind, Superseded
from members.models.merging import Merge
from members.models.mobile import (
    AWAY,
    LIVE,
    CardCheck,
    Contact,
    HostAttendance,
    Inflow,
    MobileSpell,
    NumberTry,
)
from members.models.own import Confirmation, Correction
from members.models.paper_templates import PaperTemplate
from members.models.papers import Paper, PaperCounter
from members.models.posts import Post, Term
from members.models.register import BranchPeriod, LastSeen, Look, Member, StandingPeriod
from members.models.standing import StandingChange
from members.models.transfers import OPEN_STATES, Transfer, TransferStep

__all__ = [
    "AWAY",
    "LIVE",
    "OPEN_STATES",
    "Arrival",
    "Batch",
    "BatchRow",
    "BranchPeriod",
    "CardCheck",
    "Case",
    "CaseStep",
    "Confirmation",
    "Contact",
    "ContactProposal",
    "Correction",
    "Fact",
    "FactKind",
    "HostAttendance",
    "Inflow",
    "LastSeen",
    "Look",
    "Member",
    "Merge",
    "MobileSpell",
    "NumberTry",
    "Paper",
    "PaperCounter",
    "PaperTemplate",
    "Post",
    "StandingChange",
    "StandingPeriod",
    "Superseded",
    "Term",
    "Transfer",
    "TransferStep",
]
