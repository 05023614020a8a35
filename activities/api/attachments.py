"""Operations on files of a record; each is told, changed and taken only as far as its own word reaches."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from activities.api.base import ListOperation, Operation
from activities.choices import FileType, Visibility
from activities.forms.attachments import sent
from activities.models import Activity, Attachment
from activities.queries.attachments import takeable
from activities.workflows import attachments as work
from orgportal.core.api import BytesField, ScopedSerializer, scope_of
from orgportal.core.attachments import attached_shut
from orgportal.core.views.asking import by


class AttachmentSerializer(serializers.Serializer[Any]):
    """A file of a record; a removed one only with its reason."""

    id = serializers.IntegerField()
    activity_id = serializers.IntegerField()
    position = serializers.IntegerField()
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=FileType.choices)
    size = serializers.IntegerField(help_text="Bytes, as kept.")
    digest = serializers.CharField(help_text="SHA-256 of the bytes kept, in hexadecimal.")
    visibility = serializers.ChoiceField(choices=Visibility.choices)
    added_at = serializers.DateTimeField()
    removed_at = serializers.DateTimeField(allow_null=True)
    removal_reason = serializers.CharField()
    restored_at = serializers.DateTimeField(allow_null=True)
    cleared_at = serializers.DateTimeField(
        allow_null=True, help_text="When the bytes of a removed file were deleted; it cannot be brought back."
    )


AFTER_LOCK = "Why, where the record is locked: 409 locked_file_reason without it; kept in its history."


class AttachmentAddSerializer(ScopedSerializer):
    """Which record, the file, and who may see it."""

    activity: Any = serializers.PrimaryKeyRelatedField(queryset=Activity.objects.all())
    file = BytesField(allow_empty_file=True, max_length=None)
    visibility = serializers.ChoiceField(choices=Visibility.choices)
    reason = serializers.CharField(max_length=300, required=False, default="", help_text=AFTER_LOCK)


class AttachmentShowSerializer(ScopedSerializer):
    visibility = serializers.ChoiceField(choices=Visibility.choices)


class AttachmentRemoveSerializer(ScopedSerializer):
    reason = serializers.CharField(max_length=300)


class AttachmentRestoreSerializer(ScopedSerializer):
    reason = serializers.CharField(max_length=300, required=False, default="", help_text=AFTER_LOCK)


COLUMNS = tuple(AttachmentSerializer().fields)
NOT_TAKEN = OpenApiResponse(
    description="Not taken: the code says why (file_too_large, file_markup, file_unknown, office_runs,"
    " pdf_locked, picture_broken, attachment_there, attachments_full …), `name` which file."
)
REFUSED = OpenApiResponse(
    description="attachment_removed, attachment_stands, attachment_there, attachments_full,"
    " attachment_of_void, attachment_cleared, locked_file_reason or visibility_not_yours."
)


def shown(row: Attachment) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


@extend_schema_view(
    post=extend_schema(
        request={"multipart/form-data": AttachmentAddSerializer},
        responses={201: AttachmentSerializer, 409: NOT_TAKEN},
    )
)
class AttachmentListView(ListOperation):
    """Files of records that the caller may take; a file is added with POST."""

    queryset = Attachment.objects.all()
    parser_classes = (MultiPartParser,)
    filterset_fields = ("activity", "visibility", "type")
    columns = COLUMNS

    def get_serializer_class(self) -> Any:
        is_upload = self.request is not None and self.request.method == "POST"
        return AttachmentAddSerializer if is_upload else AttachmentSerializer

    def narrowed(self) -> Any:
        return self.filter_queryset(takeable(scope_of(self.request)))

    def post(self, request: Request) -> HttpResponse:
        """Adds one file to a record. A photo is kept as a smaller JPEG without place and time."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        file = replace(sent(data["file"]), reason=data["reason"])
        made = work.add(data["activity"], file, data["visibility"], **by(request))
        return Response(shown(made), status=201)


class AttachmentView(Operation[Attachment]):
    """One file in the caller's sight."""

    queryset = Attachment.objects.all()
    serializer_class: Any = AttachmentSerializer

    def one(self, request: Request, pk: int) -> Attachment:
        rows = Attachment.objects.visible_to(scope_of(request)).with_people()
        found: Attachment = get_object_or_404(rows, pk=pk)
        return found


class AttachmentFileView(Operation[Attachment]):
    """The bytes; every taking is a line of the trail."""

    queryset = Attachment.objects.all()
    serializer_class = None

    @extend_schema(
        responses={(200, kind): OpenApiResponse(OpenApiTypes.BINARY) for kind in work.TYPES.values()}
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        found = get_object_or_404(takeable(scope_of(request)), pk=pk)
        content = work.take(found, actor=request.user, at=timezone.now())  # type: ignore[arg-type]
        return attached_shut(content, work.TYPES[FileType(found.type)], found.name)


class AttachmentShowView(AttachmentView):
    """Says who may see a file."""

    serializer_class = AttachmentShowSerializer

    @extend_schema(responses={200: AttachmentSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        row = self.one(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(shown(work.show_to(row, form.validated_data["visibility"], **by(request))))


class AttachmentRemoveView(AttachmentView):
    """Takes a file out of the record, with the reason."""

    serializer_class = AttachmentRemoveSerializer

    @extend_schema(responses={200: AttachmentSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        row = self.one(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(shown(work.remove(row, form.validated_data["reason"], **by(request))))


class AttachmentRestoreView(AttachmentView):
    """Brings a removed file back, while its bytes are kept."""

    serializer_class = AttachmentRestoreSerializer

    @extend_schema(responses={200: AttachmentSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        row = self.one(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(shown(work.restore(row, form.validated_data["reason"], **by(request))))


urlpatterns = [
    path("attachments/", AttachmentListView.as_view(), name="attachment-list"),
    path("attachments/<int:pk>/file/", AttachmentFileView.as_view(), name="attachment-file"),
    path("attachments/<int:pk>/visibility/", AttachmentShowView.as_view(), name="attachment-show"),
    path("attachments/<int:pk>/remove/", AttachmentRemoveView.as_view(), name="attachment-remove"),
    path("attachments/<int:pk>/restore/", AttachmentRestoreView.as_view(), name="attachment-restore"),
]
