"""How a body words reminders, over the API: read, tried out, put to use, taken out of use, taken back."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from branches.choices import COMMITTEES
from branches.messages import REFUSALS
from branches.models import Organization
from branches.queries import texts as queries
from branches.queries.texts import RIGHT, Line
from branches.workflows import texts as work
from branches.workflows.texts import Wording
from orgportal.core.api import scope_of
from orgportal.core.errors import NotAllowed, Unsound
from orgportal.core.mail_words import examples
from orgportal.core.models import ReminderText
from orgportal.core.text_marks import kept
from orgportal.core.texts import Entry, entries
from orgportal.core.views.asking import by

REFUSED = OpenApiResponse(description="Refused, with every fault: text_mark_missing, text_too_long, …")


class TextSerializer(serializers.Serializer[Any]):
    """A text in both languages as it is in force for the body; `version` 0: none of its own yet."""

    key = serializers.CharField(source="entry.key")
    kind = serializers.CharField(source="entry.kind")
    zh = serializers.CharField()
    en = serializers.CharField()
    version = serializers.IntegerField()
    is_own = serializers.BooleanField()
    from_body = serializers.CharField(source="body", help_text="whose words they are; empty: the portal's")
    must = serializers.ListField(child=serializers.CharField(), source="entry.bounds.must")
    may = serializers.ListField(child=serializers.CharField(), source="entry.bounds.may")
    longest = serializers.IntegerField(source="entry.bounds.longest")
    lines = serializers.IntegerField(source="entry.bounds.lines")


class TextVersionSerializer(serializers.Serializer[Any]):
    """One version; both texts empty: taken out of use."""

    version = serializers.IntegerField()
    zh = serializers.CharField()
    en = serializers.CharField()
    taken_from = serializers.IntegerField(allow_null=True)
    written_at = serializers.DateTimeField()
    written_by = serializers.CharField(source="written_by.display_name")


class TextDetailSerializer(TextSerializer):
    versions = TextVersionSerializer(many=True)


class WordingSerializer(serializers.Serializer[Any]):
    """Marks may be typed by their English or their Chinese names."""

    zh = serializers.CharField(max_length=2000, trim_whitespace=False)
    en = serializers.CharField(max_length=2000, trim_whitespace=False)

    def wording(self) -> Wording:
        return Wording(kept(self.validated_data["zh"]), kept(self.validated_data["en"]))


class NewTextSerializer(WordingSerializer):
    version = serializers.IntegerField(min_value=0, max_value=2_147_483_647, help_text="as read")


class SeenSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=0, max_value=2_147_483_647, help_text="as read")


class ExampleSerializer(serializers.Serializer[Any]):
    """Filled with facts nobody can take for a record."""

    notice = serializers.CharField()
    facts = serializers.CharField(help_text="by when, and why it came")
    subject = serializers.CharField()
    mail = serializers.CharField()


class ExamplesSerializer(serializers.Serializer[Any]):
    zh = ExampleSerializer()
    en = ExampleSerializer()


def place(request: Request, pk: int) -> Organization:
    """A committee in sight in whose name the caller words reminders."""
    scope = scope_of(request)
    rows = Organization.objects.visible_to(scope).current().filter(kind__in=COMMITTEES)
    body = get_object_or_404(rows, pk=pk)
    if not scope.may(RIGHT, body):
        raise NotAllowed(RIGHT)
    return body


def entry_of(key: str) -> Entry:
    found = entries().get(key)
    if found is None:
        raise Http404
    return found


def told(body: Organization, entry: Entry) -> Response:
    line = queries.line_of(body, entry, timezone.now())
    said = {name: getattr(line, name) for name in Line.__dataclass_fields__}
    said |= {"is_own": line.is_own, "versions": queries.versions_of(body, entry)}
    return Response(TextDetailSerializer(said).data)


def sent(request: Request, shape: type[serializers.Serializer[Any]]) -> Any:
    form = shape(data=request.data)
    form.is_valid(raise_exception=True)
    return form


def seen(request: Request, body: Organization, entry: Entry) -> work.Text:
    return work.Text(body, entry, sent(request, SeenSerializer).validated_data["version"])


@extend_schema(tags=["branches"])
class TextListView(APIView):
    """Every text of reminders and mails as it is in force for the people of a body."""

    @extend_schema(operation_id="branches_texts_list", responses=TextSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        lines = queries.lines_of(place(request, pk), timezone.now())
        return Response({"results": TextSerializer(lines, many=True).data})


@extend_schema(tags=["branches"])
class TextOneView(APIView):
    refusals = REFUSALS

    @extend_schema(responses=TextDetailSerializer)
    def get(self, request: Request, pk: int, key: str) -> Response:
        """One text with the versions of the body's own."""
        return told(place(request, pk), entry_of(key))

    @extend_schema(request=NewTextSerializer, responses={200: TextDetailSerializer, 409: REFUSED})
    def put(self, request: Request, pk: int, key: str) -> Response:
        """The next version, told from now on."""
        body, entry = place(request, pk), entry_of(key)
        form = sent(request, NewTextSerializer)
        text = work.Text(body, entry, form.validated_data["version"])
        work.write(text, form.wording(), **by(request))
        return told(body, entry)


@extend_schema(tags=["branches"], summary="How a text would read, as a notice and as a mail")
class TextPreviewView(APIView):
    refusals = REFUSALS

    @extend_schema(request=WordingSerializer, responses={200: ExamplesSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int, key: str) -> Response:
        body, entry = place(request, pk), entry_of(key)
        wording = sent(request, WordingSerializer).wording()
        if faults := wording.faults(entry):
            raise Unsound(faults)
        words = {"zh": wording.zh, "en": wording.en}
        return Response(
            ExamplesSerializer(examples(entry, words, queries.frame_of(body, timezone.now()))).data
        )


@extend_schema(tags=["branches"], summary="Take the own words out of use")
class TextResetView(APIView):
    refusals = REFUSALS

    @extend_schema(request=SeenSerializer, responses={200: TextDetailSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int, key: str) -> Response:
        body, entry = place(request, pk), entry_of(key)
        work.reset(seen(request, body, entry), **by(request))
        return told(body, entry)


@extend_schema(tags=["branches"], summary="Take an earlier version back")
class TextRestoreView(APIView):
    refusals = REFUSALS

    @extend_schema(request=SeenSerializer, responses={200: TextDetailSerializer, 409: REFUSED})
    def post(self, request: Request, pk: int, key: str, number: int) -> Response:
        body, entry = place(request, pk), entry_of(key)
        try:
            work.restore(seen(request, body, entry), number, **by(request))
        except ReminderText.DoesNotExist as missing:
            raise Http404 from missing
        return told(body, entry)


urlpatterns = [
    path("branches/<int:pk>/texts/", TextListView.as_view(), name="text-list"),
    path("branches/<int:pk>/texts/<str:key>/", TextOneView.as_view(), name="text-detail"),
    path("branches/<int:pk>/texts/<str:key>/preview/", TextPreviewView.as_view(), name="text-preview"),
    path("branches/<int:pk>/texts/<str:key>/reset/", TextResetView.as_view(), name="text-reset"),
    path(
        "branches/<int:pk>/texts/<str:key>/<int:number>/restore/",
        TextRestoreView.as_view(),
        name="text-restore",
    ),
]
