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

__all__ = [
    "MOST_BYTES",
    "CreateForm",
    "DetailsForm",
    "DissolveForm",
    "GroupEndForm",
    "GroupForm",
    "ImportForm",
    "MoveForm",
    "RenameForm",
]
