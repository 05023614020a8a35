"""Operations on disposition files: list, open, one with its steps, one address for each step."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from members.api.persons import of_person
from members.choices import CaseAct, CaseGround, CaseKind, CaseState
from members.models import Case, Member
from members.rules.cases import Entry
from members.workflows import cases as work
from members.workflows.cases import Proposal
from orgportal.core.api import ScopedListView, ScopedSerializer, scope_of


class CaseSerializer(serializers.Serializer[Any]):
    """A disposition file as the list shows it."""

    id = serializers.IntegerField()
    member_id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=CaseKind.choices)
    grounds = serializers.ListField(child=serializers.ChoiceField(choices=CaseGround.choices))
    state = serializers.ChoiceField(choices=CaseState.choices)
    proposed_on = serializers.DateField()
    correct_until = serializers.DateField(allow_null=True)
    change_id = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()


class CaseStepSerializer(serializers.Serializer[Any]):
    act = serializers.ChoiceField(choices=CaseAct.choices)
    on = serializers.DateField()
    document = serializers.CharField()
    words = serializers.CharField()


class CaseDetailSerializer(CaseSerializer):
    """One file with its steps and what the caller can record now; the look leaves a line in the trail."""

    facts = serializers.CharField()
    steps = CaseStepSerializer(many=True)
    acts = serializers.ListField(child=serializers.ChoiceField(choices=CaseAct.choices))


class CaseOpenSerializer(ScopedSerializer):
    member: Any = serializers.PrimaryKeyRelatedField(queryset=Member.objects.all())
    kind = serializers.ChoiceField(choices=CaseKind.choices)
    grounds = serializers.ListField(child=serializers.ChoiceField(choices=CaseGround.choices))
    facts = serializers.CharField(max_length=500)
    proposed_on = serializers.DateField()

    def proposal(self) -> Proposal:
        data = self.validated_data
        return Proposal(
            kind=data["kind"],
            grounds=tuple(data["grounds"]),
            facts=data["facts"],
            proposed_on=data["proposed_on"],
        )


class CaseEntrySerializer(ScopedSerializer):
    """One step to record, and the version it was decided on."""

    act = serializers.ChoiceField(choices=CaseAct.choices)
    on = serializers.DateField()
    document = serializers.CharField(max_length=120, allow_blank=True, default="")
    words = serializers.CharField(max_length=500, allow_blank=True, default="")
    months = serializers.IntegerField(min_value=1, allow_null=True, default=None)
    version = serializers.IntegerField(min_value=1)

    def entry(self) -> Entry:
        data = self.validated_data
        return Entry(CaseAct(data["act"]), data["on"], data["document"], data["words"], data["months"])


COLUMNS = tuple(CaseSerializer().fields)
STEP_FACTS = tuple(CaseStepSerializer().fields)


def shown(case: Case, request: Request) -> dict[str, Any]:
    steps = work.steps_of(case)
    return {
        **{name: getattr(case, name) for name in COLUMNS},
        "facts": case.facts,
        "steps": [{name: getattr(step, name) for name in STEP_FACTS} for step in steps],
        "acts": list(work.allowed_acts(case, steps, scope_of(request))),
    }


def keeper(request: Request) -> None:
    if not scope_of(request).may_somewhere(work.KEEP):
        raise PermissionDenied(work.KEEP)


def seen(request: Request, pk: int) -> Case:
    keeper(request)
    rows: Any = Case.objects.visible_to(scope_of(request))
    found: Case = get_object_or_404(rows.select_related("member__branch"), pk=pk)
    return found


@extend_schema_view(
    post=extend_schema(
        request=CaseOpenSerializer,
        responses={
            201: CaseDetailSerializer,
            403: OpenApiResponse(description="The caller's posts do not keep disposition files."),
            409: OpenApiResponse(description="Refused; case_is_open, case_grounds_do_not_fit, …"),
        },
    )
)
class CaseListView(ScopedListView):
    """Disposition files the caller keeps; opened with POST."""

    queryset = Case.objects.all()
    filterset_class = of_person(Case, "state", "kind")
    columns = COLUMNS

    def get_serializer_class(self) -> Any:
        is_opening = self.request is not None and self.request.method == "POST"
        return CaseOpenSerializer if is_opening else CaseSerializer

    def post(self, request: Request) -> HttpResponse:
        """Opens a file on the proposal of the branch committee."""
        keeper(request)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        case = work.open_case(
            form.validated_data["member"], form.proposal(), actor=request.user,  # type: ignore[arg-type]
            scope=scope_of(request), at=timezone.now(),
        )  # fmt: skip
        return Response(shown(case, request), status=201)


class CaseDetailView(GenericAPIView[Case]):
    """One disposition file; the look leaves a line in the audit trail."""

    queryset = Case.objects.all()
    serializer_class = CaseDetailSerializer

    def get(self, request: Request, pk: int) -> Response:
        case = seen(request, pk)
        work.look(case, actor=request.user, scope=scope_of(request), at=timezone.now())  # type: ignore[arg-type]
        return Response(shown(case, request))


class CaseStepView(GenericAPIView[Case]):
    """The next step of a file, or what may be recorded beside it."""

    queryset = Case.objects.all()
    serializer_class = CaseEntrySerializer

    @extend_schema(
        responses={
            200: CaseDetailSerializer,
            403: OpenApiResponse(description="The step is recorded at the other desk."),
            404: OpenApiResponse(description="No file the caller keeps."),
            409: OpenApiResponse(description="Refused; code says why."),
            412: OpenApiResponse(description="Somebody recorded a step since that version."),
        }
    )
    def post(self, request: Request, pk: int) -> Response:
        case = seen(request, pk)
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        moved = work.record_step(
            case, form.entry(), seen_version=form.validated_data["version"], actor=request.user,  # type: ignore[arg-type]
            scope=scope_of(request), at=timezone.now(),
        )  # fmt: skip
        return Response(shown(moved, request))


urlpatterns = [
    path("cases/", CaseListView.as_view(), name="case-list"),
    path("cases/<int:pk>/", CaseDetailView.as_view(), name="case-detail"),
    path("cases/<int:pk>/steps/", CaseStepView.as_view(), name="case-step"),
]
