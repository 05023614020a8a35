"""The past day an API list is asked for."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from members.forms.as_of import AsOfForm
from members.queries.as_of import AsOf

AS_OF = OpenApiParameter("as_of", str, description="A past day; the list as it stood then.")


def past_of(request: Request) -> AsOf | None:
    """None for today; 400 for a day to come or none at all."""
    form = AsOfForm(request.query_params, today=timezone.localdate())
    if not form.is_valid():
        errors: Any = form.errors
        raise ValidationError(errors)
    return AsOf(form.day) if form.day else None
