"""Operations on papers, certificates and those who come on a paper letter; the same workflows decide."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from branches.queries import rulebook_for
from members.api import paper_serializers as serializers
from members.api.care import NOT_SAVED, CarefulView
from members.api.persons import of_person
from members.models import Arrival, Member, Paper
from members.provisions import PROVISIONS
from members.rules import arrivals as rules
from members.workflows import arrivals, certificates
from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.views.asking import by

PAPER_FACTS = tuple(serializers.PaperSerializer().fields)
ARRIVAL_FACTS = tuple(serializers.ArrivalSerializer().fields)


def shown(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """A row a workflow handed back, as the list shows it."""
    return {name: _read(row, name) for name in names}


def _read(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


class PaperListView(ScopedListView):
    """Numbered papers the caller sees: those of the own bodies, or one's own."""

    queryset = Paper.objects.all()
    serializer_class = serializers.PaperSerializer
    filterset_class = of_person(
        Paper, "kind", "state", "issuer", "transfer", "number", ranges=("issued_on", "valid_until")
    )
    columns = PAPER_FACTS


class PaperDetailView(GenericAPIView[Paper]):
    """One paper with what is printed on it but for the identity number."""

    queryset = Paper.objects.all()
    serializer_class = serializers.PaperDetailSerializer

    def get(self, request: Request, pk: int) -> Response:
        rows = Paper.objects.visible_to(scope_of(request)).values(*PAPER_FACTS, "facts", "end_note")
        return Response(get_object_or_404(rows, pk=pk))


class PaperEndView(GenericAPIView[Paper]):
    """A certificate handed back, lost or of no more use."""

    queryset = Paper.objects.all()
    serializer_class = serializers.PaperEndSerializer

    @extend_schema(responses=serializers.PaperSerializer)
    def post(self, request: Request, pk: int) -> Response:
        rows: Any = Paper.objects.visible_to(scope_of(request)).select_related("issuer", "branch")
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        ended = certificates.take_back(get_object_or_404(rows, pk=pk), form.ending(), **by(request))
        return Response(shown(ended, PAPER_FACTS))


class CertificateView(GenericAPIView[Member]):
    """A certificate of membership for a stay elsewhere."""

    queryset = Member.objects.all()
    serializer_class = serializers.CertificateSerializer

    @extend_schema(responses={201: serializers.PaperSerializer})
    def post(self, request: Request, pk: int) -> Response:
        member = get_object_or_404(Member.objects.visible_to(scope_of(request)), pk=pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(shown(certificates.certify(member, form.stay(), **by(request)), PAPER_FACTS), 201)


class ArrivalListView(CarefulView, ScopedListView):
    """Paper letters on the table of the caller's bodies; registered with POST."""

    queryset = Arrival.objects.all()
    filterset_fields = ("state", "branch")
    columns = ARRIVAL_FACTS

    def get_serializer_class(self) -> Any:
        is_new = self.request is not None and self.request.method == "POST"
        return serializers.RegisterSerializer if is_new else serializers.ArrivalSerializer

    @extend_schema(responses={201: serializers.ArrivalSerializer, 409: NOT_SAVED})
    def post(self, request: Request) -> HttpResponse:
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        made = arrivals.register_letter(
            form.validated_data["branch"], form.paper_letter(), form.bearer(), **by(request)
        )
        return Response(shown(made, ARRIVAL_FACTS), status=201)


class ArrivalDetailView(GenericAPIView[Arrival]):
    """One letter on the table, or what became of it."""

    queryset = Arrival.objects.all()
    serializer_class = serializers.ArrivalDetailSerializer

    def get(self, request: Request, pk: int) -> Response:
        rows = Arrival.objects.visible_to(scope_of(request)).select_related("branch")
        arrival = get_object_or_404(rows, pk=pk)
        return Response({**shown(arrival, ARRIVAL_FACTS), **_clock(arrival)})


def _clock(arrival: Arrival) -> dict[str, Any]:
    today = timezone.localdate()
    if not arrival.is_open:
        return {"days": None, "act_by": None, "days_over": None}
    book = rulebook_for(arrival.branch.path, PROVISIONS, today)
    clock = rules.clock(timezone.localdate(arrival.registered_at), arrival.valid_until, book, today)
    return {"days": clock.days, "act_by": clock.act_by, "days_over": clock.days_over}


class ArrivalCorrectView(CarefulView):
    """Letter and bearer as they should have been typed, whole, until the letter is answered.

    An empty identity number keeps the one that was typed.
    """

    queryset = Arrival.objects.all()
    serializer_class = serializers.ArrivalCorrectSerializer

    @extend_schema(responses={200: serializers.ArrivalSerializer, 409: NOT_SAVED})
    def post(self, request: Request, pk: int) -> Response:
        arrival = get_object_or_404(Arrival.objects.visible_to(scope_of(request)), pk=pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        done = arrivals.correct(arrival, form.again(), **by(request))
        return Response(shown(done, ARRIVAL_FACTS))


class ArrivalAcceptView(GenericAPIView[Arrival]):
    """The bearer enters the branch, and the return slip is issued."""

    queryset = Arrival.objects.all()
    serializer_class = serializers.ArrivalAcceptSerializer

    @extend_schema(responses=serializers.ArrivalSerializer)
    def post(self, request: Request, pk: int) -> Response:
        arrival = get_object_or_404(Arrival.objects.visible_to(scope_of(request)), pk=pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        done = arrivals.accept(arrival, data["accepted_on"], seen_version=data["version"], **by(request))
        return Response(shown(done, ARRIVAL_FACTS))


class ArrivalRefuseView(GenericAPIView[Arrival]):
    """The letter goes back with listed grounds and words."""

    queryset = Arrival.objects.all()
    serializer_class = serializers.ArrivalRefuseSerializer

    @extend_schema(responses=serializers.ArrivalSerializer)
    def post(self, request: Request, pk: int) -> Response:
        arrival = get_object_or_404(Arrival.objects.visible_to(scope_of(request)), pk=pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        version = form.validated_data["version"]
        done = arrivals.refuse(arrival, form.answer(), seen_version=version, **by(request))
        return Response(shown(done, ARRIVAL_FACTS))


urlpatterns = [
    path("papers/", PaperListView.as_view(), name="paper-list"),
    path("papers/<int:pk>/", PaperDetailView.as_view(), name="paper-detail"),
    path("papers/<int:pk>/end/", PaperEndView.as_view(), name="paper-end"),
    path("members/<int:pk>/certificates/", CertificateView.as_view(), name="certificate"),
    path("arrivals/", ArrivalListView.as_view(), name="arrival-list"),
    path("arrivals/<int:pk>/", ArrivalDetailView.as_view(), name="arrival-detail"),
    path("arrivals/<int:pk>/correct/", ArrivalCorrectView.as_view(), name="arrival-correct"),
    path("arrivals/<int:pk>/accept/", ArrivalAcceptView.as_view(), name="arrival-accept"),
    path("arrivals/<int:pk>/refuse/", ArrivalRefuseView.as_view(), name="arrival-refuse"),
]
