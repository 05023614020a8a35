"""What a branch's facts mean, and how branches add up for the bodies above them. Pure."""

from orgportal.health.rules.findings import (
    Assessment,
    assess,
    months_after,
)
from orgportal.health.rules.inputs import BranchInputs, Dated, DutyLine, Seat
from orgportal.health.rules.totals import totals_of

__all__ = [
    "Assessment",
    "BranchInputs",
    "Dated",
    "DutyLine",
    "Seat",
    "assess",
    "months_after",
    "totals_of",
]
