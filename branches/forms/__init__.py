"""What is typed about bodies, groups and units; one import path for all of it."""

from branches.forms.tree import (
    MOST_BYTES,
    CreateForm,
    DetailsForm,
    DissolveForm,
    GroupEndForm,
    GroupForm,
    ImportForm,
    MoveForm,
    RenameForm,
)
from branches.forms.unit_columns import UnitColumnsForm
from branches.forms.units import (
    CoverForm,
    HiddenForm,
    LeaveForm,
    PauseForm,
    ResumeForm,
    UncoverForm,
    UnitAddForm,
    UnitForm,
    UnitImportForm,
    VisitForm,
)

__all__ = [
    "MOST_BYTES",
    "CoverForm",
    "CreateForm",
    "DetailsForm",
    "DissolveForm",
    "GroupEndForm",
    "GroupForm",
    "HiddenForm",
    "ImportForm",
    "LeaveForm",
    "MoveForm",
    "PauseForm",
    "RenameForm",
    "ResumeForm",
    "UncoverForm",
    "UnitAddForm",
    "UnitColumnsForm",
    "UnitForm",
    "UnitImportForm",
    "VisitForm",
]
