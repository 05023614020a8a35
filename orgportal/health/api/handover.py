"""Handing over a branch: what is open in it, by id, and the notes for the successor."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from branches.models import HandoverNote, Organization
from branches.workflows.handover import LONGEST, strike_note, write_note
from orgportal.core.api import scope_of
from orgportal.core.views.asking import by
from orgportal.health.queries.handover import HandOver, hand_over_of


class NoteSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    text = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField(source="recorded_by.display_name")


class NewNoteSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST)


class HandOverSerializer(serializers.Serializer[Any]):
    """What is open on `on`, each list as ids in the order the page has them; the rooms tell the rest."""

    on = serializers.DateField()
    notes = NoteSerializer(many=True)
    duties = serializers.ListField(child=serializers.IntegerField())
    meetings = serializers.ListField(child=serializers.IntegerField())
    returned = serializers.ListField(child=serializers.IntegerField())
    unconfirmed = serializers.IntegerField()
    invitations = serializers.ListField(child=serializers.IntegerField())
    follow_ups = serializers.ListField(child=serializers.IntegerField())
    transfers = serializers.ListField(child=serializers.IntegerField())
    spells = serializers.ListField(child=serializers.IntegerField())
    changes = serializers.ListField(child=serializers.IntegerField())
    probationers = serializers.ListField(child=serializers.IntegerField())


LISTS = ("duties", "meetings", "returned", "invitations", "follow_ups", "transfers", "spells", "changes")


def facts(found: HandOver) -> dict[str, Any]:
    return {
        "notes": found.notes,
        "unconfirmed": found.unconfirmed,
        **{name: [row.pk for row in getattr(found, name)] for name in LISTS},
        "probationers": [each.member.pk for each in found.probationers],
    }


def branch_of(request: Request, pk: int) -> Organization:
    scope, rows = scope_of(request), Organization.objects.all()
    branch: Organization = get_object_or_404(rows.visible_to(scope).branches(), pk=pk)
    scope.demand("health.view", branch)
    return branch


@extend_schema(tags=["branches"])
class HandOverView(GenericAPIView[Any]):
    """All that is open in a branch, for whoever takes it over."""

    queryset = Organization.objects.all()

    def get_serializer_class(self) -> Any:
        return NewNoteSerializer if self.request.method == "POST" else HandOverSerializer

    def get(self, request: Request, pk: int) -> Response:
        today = timezone.localdate()
        found = hand_over_of(branch_of(request, pk), scope_of(request), today)
        return Response(HandOverSerializer({"on": today, **facts(found)}).data)

    @extend_schema(responses={201: NoteSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Writes a note for the successor."""
        branch = branch_of(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        note = write_note(branch, form.validated_data["text"], **by(request))
        return Response(NoteSerializer(note).data, status=201)


@extend_schema(tags=["branches"])
class NoteStrikeView(APIView):
    """Strikes a note out; it is kept with who did it."""

    @extend_schema(request=None, responses=NoteSerializer)
    def post(self, request: Request, pk: int, note: int) -> Response:
        rows = HandoverNote.objects.visible_to(scope_of(request)).filter(branch=branch_of(request, pk))
        row = strike_note(get_object_or_404(rows.select_related("recorded_by"), pk=note), **by(request))
        return Response(NoteSerializer(row).data)
