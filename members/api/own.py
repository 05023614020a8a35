"""Operations on the own data: reach me, ask, take back, answer, look over, and who can see it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from members.api import own_serializers as serializers
from members.api.care import NOT_SAVED, CarefulView
from members.api.mobile_serializers import VersionSerializer
from members.api.persons import of_person
from members.filters import ACCOUNTS, REMINDED, YearFilter
from members.models import Correction, Member
from members.queries import own as reads
from members.queries import watchers
from members.queries.own_file import own_file
from members.tables.own import not_in_copy, own_parts, own_record
from members.workflows import own as work
from members.workflows import privacy
from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.views.asking import by

COLUMNS = tuple(serializers.CorrectionSerializer().fields)
REFUSED = OpenApiResponse(description="Refused; code says why.")
STALE = OpenApiResponse(description="Changed since that version: code stale_version.")
NOT_ALLOWED = OpenApiResponse(description="The caller's posts do not carry the right: code not_allowed.")


def own_member(request: Request) -> Member:
    scope = scope_of(request)
    found: Member = get_object_or_404(Member.objects.visible_to(scope), pk=scope.member_id or 0)
    return found


def facts(row: Any, serializer: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in serializer().fields}


class ContactView(GenericAPIView[Member]):
    """How the branch reaches the caller; changed at once."""

    queryset = Member.objects.all()
    serializer_class = serializers.OwnContactSerializer

    @extend_schema(responses={200: serializers.OwnContactSerializer, 409: REFUSED, 412: STALE})
    def post(self, request: Request) -> Response:
        member = own_member(request)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = work.correct_contact(member, form.contact(), **by(request))
        return Response(facts(row, serializers.OwnContactSerializer))


@extend_schema_view(
    post=extend_schema(
        request=serializers.WishSerializer, responses={201: serializers.CorrectionSerializer, 409: REFUSED}
    )
)
class CorrectionListView(ScopedListView):
    """Corrections by members in the caller's scope, and their requests; asked for with POST."""

    queryset = Correction.objects.all()
    filterset_class = of_person(Correction, "state", "field")
    columns = COLUMNS

    def get_serializer_class(self) -> Any:
        is_wish = self.request is not None and self.request.method == "POST"
        return serializers.WishSerializer if is_wish else serializers.CorrectionSerializer

    def post(self, request: Request) -> HttpResponse:
        """Asks the caller's branch to put one fact of their own data right."""
        member = own_member(request)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = work.ask(member, form.wish(), **by(request))
        return Response(facts(asked, serializers.CorrectionSerializer), status=201)


class CorrectionAnswerView(CarefulView):
    """The branch's answer: accepted, the register follows in the same step; declined, with the reason."""

    queryset = Correction.objects.all()
    serializer_class = serializers.AnswerSerializer
    act: Any = None

    @extend_schema(
        responses={200: serializers.CorrectionSerializer, 403: NOT_ALLOWED, 409: NOT_SAVED, 412: STALE}
    )
    def post(self, request: Request, pk: int) -> Response:
        asked = get_object_or_404(Correction.objects.visible_to(scope_of(request)), pk=pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        done = type(self).act(asked, form.answer(), **by(request))
        return Response(facts(done, serializers.CorrectionSerializer))


class AcceptView(CorrectionAnswerView):
    act = staticmethod(work.accept)


class DeclineView(CorrectionAnswerView):
    act = staticmethod(work.decline)


class WithdrawView(GenericAPIView[Correction]):
    """The member takes the request back."""

    queryset = Correction.objects.all()
    serializer_class = VersionSerializer

    @extend_schema(
        responses={200: serializers.CorrectionSerializer, 403: NOT_ALLOWED, 409: REFUSED, 412: STALE}
    )
    def post(self, request: Request, pk: int) -> Response:
        asked = get_object_or_404(Correction.objects.visible_to(scope_of(request)), pk=pk)
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        done = work.withdraw(asked, version=form.validated_data["version"], **by(request))
        return Response(facts(done, serializers.CorrectionSerializer))


YEAR_FILTERS = [
    OpenApiParameter("body", int, description="A body of the caller's scope: with all below it."),
    OpenApiParameter("reminded", str, enum=[key for key, _ in REMINDED], description="Since when."),
    OpenApiParameter("account", str, enum=[key for key, _ in ACCOUNTS], description="With one, or without."),
    OpenApiParameter("q", str, description="Name or pinyin."),
]


@extend_schema_view(
    get=extend_schema(parameters=YEAR_FILTERS),
    post=extend_schema(
        request=serializers.ConfirmSerializer,
        responses={201: serializers.ConfirmationSerializer, 403: NOT_ALLOWED, 409: REFUSED, 412: STALE},
    ),
)
class ConfirmationListView(ScopedListView):
    """Members in the caller's scope whose data nobody has looked over this year; confirmed with POST."""

    queryset = Member.objects.all()
    columns = tuple(serializers.UnconfirmedSerializer().fields)

    def get_serializer_class(self) -> Any:
        is_done = self.request is not None and self.request.method == "POST"
        return serializers.ConfirmSerializer if is_done else serializers.UnconfirmedSerializer

    def narrowed(self) -> Any:
        """By the filters of the page; what cannot be read narrows to nothing."""
        asked, scope = self.request.query_params, scope_of(self.request)
        return YearFilter(asked, scope=scope, today=timezone.localdate()).found()

    def post(self, request: Request) -> HttpResponse:
        """Confirms the caller's own data, or for a member who was asked; again changes nothing."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        made = work.confirm(data["member"], seen_version=data["version"], how=data["how"], **by(request))
        return Response(facts(made, serializers.ConfirmationSerializer), status=201)


class ConfirmManyView(GenericAPIView[Member]):
    """Confirms for members of one's branch who were asked one by one; each answers for itself."""

    queryset = Member.objects.all()
    serializer_class = serializers.ConfirmManySerializer

    @extend_schema(responses={200: serializers.OutcomeSerializer(many=True), 403: NOT_ALLOWED, 409: REFUSED})
    def post(self, request: Request) -> Response:
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        picked = [(line["member"], line["version"]) for line in data["members"]]
        done = work.confirm_many(picked, how=data["how"], **by(request))
        return Response(
            [
                {"member_id": each.member.pk, "is_confirmed": each.made is not None, "code": each.code}
                for each in done
            ]
        )


class WatchersView(GenericAPIView[Member]):
    """Who can see which class of the caller's data today."""

    queryset = Member.objects.all()
    serializer_class = serializers.WatchersSerializer

    @extend_schema(responses=serializers.WatchersSerializer(many=True))
    def get(self, request: Request) -> Response:
        member = own_member(request)
        transfer = member.transfers.open().select_related("target").first()
        sheets = watchers.who_can_see(member, transfer, timezone.localdate())
        return Response([_sheet(sheet) for sheet in sheets])


class CopyView(GenericAPIView[Member]):
    """Everything held about the caller, with stable keys (docs/own-data.md), and what is given on request."""

    queryset = Member.objects.all()
    serializer_class = serializers.CopySerializer

    @extend_schema(responses=serializers.CopySerializer)
    def get(self, request: Request) -> Response:
        member, at = own_member(request), timezone.now()
        privacy.copy_own(member, "api", actor=request.user, at=at)  # type: ignore[arg-type]
        today = timezone.localdate(at)
        missing = not_in_copy(reads.book_for(member.path, today), today)
        return Response(own_record(own_parts(own_file(member)), missing, at))


def _sheet(sheet: watchers.ClassSheet) -> dict[str, Any]:
    return {
        "key": sheet.key,
        "fields_held": sheet.fields,
        "access": [
            {
                "code": line.code,
                "holders": [facts(each, serializers.WatcherSerializer) for each in line.holders],
            }
            for line in sheet.lines
        ],
    }


urlpatterns = [
    path("members/own/contact/", ContactView.as_view(), name="own-contact"),
    path("members/own/copy/", CopyView.as_view(), name="own-copy"),
    path("members/own/watchers/", WatchersView.as_view(), name="own-watchers"),
    path("corrections/", CorrectionListView.as_view(), name="correction-list"),
    path("corrections/<int:pk>/accept/", AcceptView.as_view(), name="correction-accept"),
    path("corrections/<int:pk>/decline/", DeclineView.as_view(), name="correction-decline"),
    path("corrections/<int:pk>/withdraw/", WithdrawView.as_view(), name="correction-withdraw"),
    path("confirmations/many/", ConfirmManyView.as_view(), name="confirmation-many"),
    path("confirmations/", ConfirmationListView.as_view(), name="confirmation-list"),
]
