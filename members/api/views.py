"""Operations on members and posts."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from members.api import serializers
from members.api.care import NOT_SAVED, CarefulView
from members.api.register_serializers import MemberEntrySerializer
from members.filters import MemberFilter
from members.models import Look, Member, Post
from members.queries import as_of
from members.queries.records import records_of
from members.queries.sheets import MemberSheet, looks_at, member_sheet
from members.workflows import posts, privacy
from members.workflows.register import add_member
from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.scoping import Scope
from orgportal.core.views.asking import by

FACTS = tuple(serializers.MemberSerializer().fields)
POST_FACTS = tuple(serializers.PostSerializer().fields)
PERIOD_FACTS = tuple(serializers.BranchPeriodSerializer().fields)
STANDING_FACTS = tuple(serializers.StandingPeriodSerializer().fields)
ALIAS_FACTS = tuple(serializers.AliasSerializer().fields)
RECORD_FACTS = tuple(serializers.RecordSerializer().fields)
MORE_FACTS = ("mobile", "ethnicity", "education", "occupation", "employer")


def facts(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def detail(member: Member, sheet: MemberSheet, scope: Scope) -> dict[str, Any]:
    return {
        **facts(member, FACTS),
        **facts(member, MORE_FACTS),
        "identity_number": sheet.masked_id,
        "branches": [facts(period, PERIOD_FACTS) for period in sheet.branch_periods],
        "standings": [facts(period, STANDING_FACTS) for period in sheet.standing_periods],
        "posts": [facts(post, POST_FACTS) for post in sheet.posts],
        "aliases": [facts(each, ALIAS_FACTS) for each in sheet.aliases],
        "records": [facts(each, RECORD_FACTS) for each in records_of(member, scope)],
    }


@extend_schema_view(
    post=extend_schema(
        request=MemberEntrySerializer, responses={201: serializers.MemberSerializer, 409: NOT_SAVED}
    )
)
class MemberListView(CarefulView, ScopedListView):
    """Members within the caller's scope, by the filters of the page; a member sees only themself.

    With `as_of` a past day: branch, standing and stays away as the history has them; what it does not know is
    empty. With `known_at` beside it that day as it was on record at the end of another one.
    """

    queryset = Member.objects.all()
    filterset_class = MemberFilter
    columns = FACTS

    def get_serializer_class(self) -> Any:
        is_entry = self.request is not None and self.request.method == "POST"
        return MemberEntrySerializer if is_entry else serializers.MemberSerializer

    def post(self, request: Request) -> HttpResponse:
        """Adds a member to the register of a branch, by hand; whoever comes from elsewhere is transferred."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        made = add_member(form.validated_data["branch"], form.entry(), **by(request))
        return Response(facts(made, FACTS), status=201)

    @cached_property
    def filters(self) -> MemberFilter:
        scope = scope_of(self.request)
        asked, today = self.request.query_params, timezone.localdate()
        return MemberFilter(asked, scope=scope, today=today, is_drawn=False)

    def lookups(self) -> Sequence[Any]:
        return as_of.lookups(self.filters.past, FACTS, ("group_id",)) if self.filters.past else FACTS

    def narrowed(self) -> QuerySet[Any]:
        scope, filters = scope_of(self.request), self.filters
        if not filters.form.is_valid():
            raise ValidationError(filters.form.errors)
        if filters.past:
            own = scope.member_id
            return filters.narrow(as_of.members_on(filters.past, scope.roots_for(Member.view_right), own))
        return filters.narrow(Member.objects.visible_to(scope))


class MemberDetailView(GenericAPIView[Member]):
    """One member; a look at somebody else is noted for them to read."""

    queryset = Member.objects.all()
    serializer_class = serializers.MemberDetailSerializer

    def get(self, request: Request, pk: int) -> Response:
        scope = scope_of(request)
        member = get_object_or_404(Member.objects.visible_to(scope), pk=pk)
        privacy.look(member, actor=request.user, scope=scope, at=timezone.now())  # type: ignore[arg-type]
        return Response(detail(member, member_sheet(member, timezone.localdate()), scope))


class OwnView(GenericAPIView[Member]):
    """All that is held of the caller, and who looked at it."""

    queryset = Member.objects.all()
    serializer_class = serializers.OwnSerializer

    def get(self, request: Request) -> Response:
        scope = scope_of(request)
        member = get_object_or_404(Member.objects.visible_to(scope), pk=scope.member_id or 0)
        looks = [look_facts(look) for look in looks_at(member)]
        return Response({**detail(member, member_sheet(member, timezone.localdate()), scope), "looks": looks})


def look_facts(look: Look) -> dict[str, Any]:
    return {
        "at": look.at,
        "who": str(look.looker),
        "post": look.looker_post,
        "kind": look.kind,
        "purpose": look.purpose,
    }


class PostFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library carries no types
    as_of = django_filters.DateFilter(method="held_on")
    organization = django_filters.NumberFilter(field_name="organization_id")
    member = django_filters.NumberFilter(field_name="member_id")

    class Meta:
        model = Post
        fields = ("kind",)

    def held_on(self, rows: Any, name: str, value: date) -> Any:
        return rows.held_on(value)


class PostListView(ScopedListView):
    """Posts in the bodies of the caller's scope; given with POST. With `as_of` those held on that day."""

    queryset = Post.objects.all()
    columns = POST_FACTS
    filterset_class = PostFilter

    def get_serializer_class(self) -> Any:
        return (
            serializers.AppointmentSerializer if self.request.method == "POST" else serializers.PostSerializer
        )

    def post(self, request: Request) -> HttpResponse:
        """Gives a member a post in a body, from a day on."""
        form: Any = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        post = posts.appoint(data["member"], data["organization"], form.order(), **by(request))
        return Response(facts(post, POST_FACTS), status=201)


class PostEndView(GenericAPIView[Post]):
    """The last day in a post."""

    queryset = Post.objects.all()
    serializer_class = serializers.PostEndSerializer

    @extend_schema(responses=serializers.PostSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(Post.objects.visible_to(scope_of(request)), pk=pk)
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        return Response(
            facts(posts.end_post(row, data["last_day"], data["basis"], **by(request)), POST_FACTS)
        )


class PostCancelView(GenericAPIView[Post]):
    """A post to come will not begin; with `keeps`, whoever was to hand it over stays in office."""

    queryset = Post.objects.all()
    serializer_class = serializers.PostCancelSerializer

    @extend_schema(responses=serializers.PostSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(Post.objects.visible_to(scope_of(request)), pk=pk)
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        return Response(
            facts(posts.cancel_post(row, data["basis"], keeps=data["keeps"], **by(request)), POST_FACTS)
        )


class PostRestoreView(GenericAPIView[Post]):
    """A cancelled post is to come again, until its first day."""

    queryset = Post.objects.all()
    serializer_class = serializers.PostSerializer

    @extend_schema(request=None, responses=serializers.PostSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(Post.objects.visible_to(scope_of(request)), pk=pk)
        return Response(facts(posts.restore_post(row, **by(request)), POST_FACTS))
