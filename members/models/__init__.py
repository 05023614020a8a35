"""The register, posts and transfers; one import path for all of them."""

from members.models.posts import Post, Term
from members.models.register import BranchPeriod, LastSeen, Look, Member, StandingPeriod
from members.models.transfers import OPEN_STATES, Transfer, TransferStep

__all__ = [
    "OPEN_STATES",
    "BranchPeriod",
    "LastSeen",
    "Look",
    "Member",
    "Post",
    "StandingPeriod",
    "Term",
    "Transfer",
    "TransferStep",
]
