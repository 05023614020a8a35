"""What the operations of this room share: a refusal leaves with its sentence in the caller's language."""

from typing import TypeVar

from django.db.models import Model
from drf_spectacular.utils import OpenApiResponse
from rest_framework.generics import GenericAPIView

from activities.messages import REFUSALS
from orgportal.core.api import ScopedListView

M = TypeVar("M", bound=Model)
# Where the page and the body of a meeting call the same thing by two names.
BODY_FIELDS = {
    "group": "group_id", "chair": "chair_id", "recorder": "recorder_id", "away": "absences",
    "exclusion_document": "agreement", "exclusion_agreed_on": "agreement", "exclusion_adopted": "agreement",
}  # fmt: skip
REFUSED = OpenApiResponse(
    description="Refused by a rule: `code` and `message` say which; of a meeting with something wrong in it,"
    " `faults` tells everything, each with `code`, `field` and `message`, in the caller's language."
)


class Operation(GenericAPIView[M]):
    refusals, fields = REFUSALS, BODY_FIELDS


class ListOperation(ScopedListView):
    """A list that also takes something in."""

    refusals, fields = REFUSALS, BODY_FIELDS
