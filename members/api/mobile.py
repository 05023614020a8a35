"""Operations on members who live away: stays, contacts, hosted members, out-of-contact proposals."""

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from members.api import mobile_serializers as serializers
from members.api import mobile_sheets
from members.api.days import AS_OF, past_of
from members.api.persons import of_person
from members.choices import LookKind
from members.models import Contact, ContactProposal, Inflow, Member, MobileSpell, Paper
from members.queries import stays
from members.queries.mobile import card_of, contact_log, due_for_contact, host_of, spells_seen
from members.queries.past_lists import away_then
from members.workflows import cards, contacts, inflow, lost, mobile
from members.workflows.privacy import look_to_reach
from orgportal.core.api import ScopedListView, scope_of
from orgportal.core.views.asking import by

SPELL = tuple(serializers.SpellSerializer().fields)
NOTED = tuple(serializers.ContactSerializer().fields)
INFLOW = tuple(serializers.InflowSerializer().fields)
PROPOSAL = tuple(serializers.ProposalSerializer().fields)
CARD = tuple(serializers.CardSerializer().fields)
HOST = tuple(serializers.HostSerializer().fields)


def facts(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The named facts of a row; `member__name` is followed."""
    return {name: row.member.name if name == "member__name" else getattr(row, name) for name in names}


def read(view: GenericAPIView[Any], request: Request) -> Any:
    form: Any = view.get_serializer(data=request.data)
    form.is_valid(raise_exception=True)
    return form


def spell_of(request: Request, pk: int) -> MobileSpell:
    found: MobileSpell = get_object_or_404(spells_seen(scope_of(request)), pk=pk)
    return found


def shown(spell: MobileSpell) -> dict[str, Any]:
    host = host_of(spell)
    return {
        **facts(spell, SPELL),
        "host": facts(host, HOST) if host else None,
        **asdict(stays.asked_of(spell, timezone.localdate())),
        "contacts": [facts(row, NOTED) for row in contact_log(spell.member)],
    }


CONTACT = "contact"
SIFT = OpenApiParameter(
    "todo",
    enum=[CONTACT, *stays.TO_SEE_TO],
    description="Only those to see to today, or to contact this week.",
)


@extend_schema_view(get=extend_schema(parameters=[AS_OF, SIFT]))
class SpellListView(ScopedListView):
    """Stays away the caller sees: of their branches, their own, of those they keep in touch with.

    With `as_of` the stays of a past day, of whom the caller's bodies had then.
    """

    queryset = MobileSpell.objects.all()
    filterset_class = of_person(MobileSpell, "state", "reason", "next_contact_on")
    columns = SPELL

    def narrowed(self) -> Any:
        past = past_of(self.request)
        rows: Any = (
            self.filter_queryset(away_then(scope_of(self.request), past)) if past else super().narrowed()
        )
        name = self.request.query_params.get("todo", "")
        if name and (past or name not in {CONTACT, *stays.TO_SEE_TO}):
            raise ValidationError({"todo": "invalid_choice"})  # what is to be seen to is known of today only
        today = timezone.localdate()
        if name == CONTACT:
            return due_for_contact(rows, today)
        return stays.narrowed(name, rows, today) if name else rows

    def get_serializer_class(self) -> Any:
        is_post = self.request is not None and self.request.method == "POST"
        return serializers.SpellCreateSerializer if is_post else serializers.SpellSerializer

    @extend_schema(responses={201: serializers.SpellDetailSerializer})
    def post(self, request: Request) -> HttpResponse:
        """Registers a member as away, or tells one's own branch."""
        form = read(self, request)
        spell = mobile.register(form.validated_data["member"], form.away(), **by(request))
        return Response(shown(spell), status=201)


class SpellDetailView(GenericAPIView[MobileSpell]):
    """One stay with its host and the contact log."""

    queryset = MobileSpell.objects.all()
    serializer_class = serializers.SpellDetailSerializer

    def get(self, request: Request, pk: int) -> Response:
        spell = spell_of(request, pk)
        look_to_reach(spell.member, kind=LookKind.STAY, **by(request))
        return Response(shown(spell))


class SpellChangeView(GenericAPIView[MobileSpell]):
    """Puts a running stay right, or ends it with the next place; `is_move` is set by the address."""

    queryset = MobileSpell.objects.all()
    serializer_class = serializers.SpellChangeSerializer
    is_move = False

    @extend_schema(responses=serializers.SpellDetailSerializer)
    def post(self, request: Request, pk: int) -> Response:
        spell, form = spell_of(request, pk), read(self, request)
        door = mobile.move_on if self.is_move else mobile.correct
        seen = form.validated_data["version"]
        return Response(shown(door(spell, form.away(), seen_version=seen, **by(request))))


class SpellBackView(GenericAPIView[MobileSpell]):
    """The member is back; `on` is the last day away."""

    queryset = MobileSpell.objects.all()
    serializer_class = serializers.DaySerializer

    @extend_schema(responses=serializers.SpellDetailSerializer)
    def post(self, request: Request, pk: int) -> Response:
        spell, form = spell_of(request, pk), read(self, request)
        data = form.validated_data
        return Response(
            shown(mobile.come_back(spell, data["on"], seen_version=data["version"], **by(request)))
        )


class SpellAnnulView(GenericAPIView[MobileSpell]):
    """The entry was a mistake and counts as no stay."""

    queryset = MobileSpell.objects.all()
    serializer_class = serializers.VersionSerializer

    @extend_schema(responses=serializers.SpellDetailSerializer)
    def post(self, request: Request, pk: int) -> Response:
        spell, form = spell_of(request, pk), read(self, request)
        seen = form.validated_data["version"]
        return Response(shown(mobile.annul(spell, seen_version=seen, **by(request))))


def card_in_sight(request: Request, pk: int) -> Paper:
    """The card in force of a stay in sight; 404 where there is none."""
    found = card_of(spell_of(request, pk).member_id)
    if found is None:
        raise Http404
    return found.paper


class CardView(GenericAPIView[MobileSpell]):
    """The activity card of a stay."""

    queryset = MobileSpell.objects.all()
    serializer_class = serializers.NothingSerializer

    @extend_schema(responses=mobile_sheets.CardSideSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """The card in force with its checks, and what the rules say against a card for this stay."""
        return Response(mobile_sheets.card_side(spell_of(request, pk), timezone.localdate()))

    @extend_schema(responses={201: serializers.CardSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Issues the card of a running stay under the committee above the branch."""
        return Response(facts(cards.issue(spell_of(request, pk), **by(request)), CARD), status=201)


class CardCheckView(GenericAPIView[MobileSpell]):
    """Notes the yearly check of the card in force."""

    queryset = MobileSpell.objects.all()
    serializer_class = serializers.CardCheckSerializer

    @extend_schema(responses=serializers.CardSerializer)
    def post(self, request: Request, pk: int) -> Response:
        card, form = card_in_sight(request, pk), read(self, request)
        cards.check(card, form.validated_data["on"], **by(request))
        return Response(facts(card, CARD))


class CardLostView(GenericAPIView[MobileSpell]):
    """The card in force is lost: it ends at once. The member may say so too."""

    queryset = MobileSpell.objects.all()
    serializer_class = serializers.NothingSerializer

    @extend_schema(responses=serializers.CardSerializer)
    def post(self, request: Request, pk: int) -> Response:
        return Response(facts(cards.report_lost(card_in_sight(request, pk), **by(request)), CARD))


class ContactListView(ScopedListView):
    """Contacts with members the caller answers for, and one's own."""

    queryset = Contact.objects.all()
    filterset_class = of_person(Contact, "method")
    columns = NOTED

    def get_serializer_class(self) -> Any:
        is_post = self.request is not None and self.request.method == "POST"
        return serializers.ContactCreateSerializer if is_post else serializers.ContactSerializer

    @extend_schema(responses={201: serializers.ContactNotedSerializer})
    def post(self, request: Request) -> HttpResponse:
        """Notes a contact; last seen and the next contact follow it."""
        form = read(self, request)
        member = contactable(request, form.validated_data["member"])
        row = contacts.log(member, form.talk(), **by(request))
        return Response(
            {**facts(row, NOTED), "is_late": contacts.is_late(row, timezone.localdate())}, status=201
        )


def contactable(request: Request, pk: int) -> Member:
    """In scope, or somebody the caller keeps in touch with; 404 otherwise."""
    scope = scope_of(request)
    spell = spells_seen(scope).running().filter(member=pk, contact_person=scope.member_id or 0).first()
    return spell.member if spell else get_object_or_404(Member.objects.visible_to(scope), pk=pk)


class ContactStrikeView(GenericAPIView[Contact]):
    """Strikes a contact out, with the reason."""

    queryset = Contact.objects.all()
    serializer_class = serializers.StrikeSerializer

    @extend_schema(responses=serializers.ContactSerializer)
    def post(self, request: Request, pk: int) -> Response:
        rows = Contact.objects.visible_to(scope_of(request)).select_related("member")
        contact, form = get_object_or_404(rows, pk=pk), read(self, request)
        struck = contacts.strike(contact, form.validated_data["reason"], **by(request))
        return Response(facts(struck, NOTED))


class InflowListView(ScopedListView):
    """Whom the caller's branches host; the answer to POST is the same whether anybody was found."""

    queryset = Inflow.objects.all()
    filterset_fields = ("host", "state")
    columns = INFLOW

    def get_serializer_class(self) -> Any:
        is_post = self.request is not None and self.request.method == "POST"
        return serializers.InflowCreateSerializer if is_post else serializers.InflowSerializer

    @extend_schema(responses={201: serializers.InflowSerializer})
    def post(self, request: Request) -> HttpResponse:
        """Registers somebody of another branch by exact number and name."""
        form = read(self, request)
        row = inflow.register(form.validated_data["host"], form.told(), **by(request))
        return Response(facts(row, INFLOW), status=201)


def inflow_of(request: Request, pk: int) -> Inflow:
    rows = Inflow.objects.visible_to(scope_of(request)).select_related("host")
    found: Inflow = get_object_or_404(rows, pk=pk)
    return found


class InflowCorrectView(GenericAPIView[Inflow]):
    """Types number and name again while home has not confirmed."""

    queryset = Inflow.objects.all()
    serializer_class = serializers.InflowCorrectSerializer

    @extend_schema(responses=serializers.InflowSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row, form = inflow_of(request, pk), read(self, request)
        seen = form.validated_data["version"]
        return Response(facts(inflow.correct(row, form.told(), seen_version=seen, **by(request)), INFLOW))


class InflowConfirmView(GenericAPIView[Inflow]):
    """Whom home announced has reported in."""

    queryset = Inflow.objects.all()
    serializer_class = serializers.VersionSerializer

    @extend_schema(responses=serializers.InflowSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row, form = inflow_of(request, pk), read(self, request)
        seen = form.validated_data["version"]
        return Response(facts(inflow.confirm(row, seen_version=seen, **by(request)), INFLOW))


class InflowEndView(GenericAPIView[Inflow]):
    """The host's care is over."""

    queryset = Inflow.objects.all()
    serializer_class = serializers.DaySerializer

    @extend_schema(responses=serializers.InflowSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row, form = inflow_of(request, pk), read(self, request)
        data = form.validated_data
        ended = inflow.end(row, data["on"], seen_version=data["version"], **by(request))
        return Response(facts(ended, INFLOW))


class ProposalListView(ScopedListView):
    """What the clocks of lost contact propose, within the caller's scope."""

    queryset = ContactProposal.objects.all()
    serializer_class = serializers.ProposalSerializer
    filterset_class = of_person(ContactProposal, "kind", "state")
    columns = PROPOSAL


class ProposalDismissView(GenericAPIView[ContactProposal]):
    """Sets a proposal aside with a reason; it comes again on the same facts only after its rest."""

    queryset = ContactProposal.objects.all()
    serializer_class = serializers.DismissSerializer

    @extend_schema(responses=serializers.ProposalSerializer)
    def post(self, request: Request, pk: int) -> Response:
        rows = ContactProposal.objects.visible_to(scope_of(request)).select_related("member")
        row, form = get_object_or_404(rows, pk=pk), read(self, request)
        seen = form.validated_data["version"]
        closed = lost.dismiss(row, form.setting(), seen_version=seen, **by(request))
        return Response(facts(closed, PROPOSAL))


urlpatterns = [
    path("stays/", SpellListView.as_view(), name="spell-list"),
    path("stays/<int:pk>/", SpellDetailView.as_view(), name="spell-detail"),
    path("stays/<int:pk>/correct/", SpellChangeView.as_view(), name="spell-correct"),
    path("stays/<int:pk>/move/", SpellChangeView.as_view(is_move=True), name="spell-move"),
    path("stays/<int:pk>/back/", SpellBackView.as_view(), name="spell-back"),
    path("stays/<int:pk>/annul/", SpellAnnulView.as_view(), name="spell-annul"),
    path("stays/<int:pk>/card/", CardView.as_view(), name="spell-card"),
    path("stays/<int:pk>/card/check/", CardCheckView.as_view(), name="spell-card-check"),
    path("stays/<int:pk>/card/lost/", CardLostView.as_view(), name="spell-card-lost"),
    path("contacts/", ContactListView.as_view(), name="contact-list"),
    path("contacts/<int:pk>/strike/", ContactStrikeView.as_view(), name="contact-strike"),
    path("hosted/", InflowListView.as_view(), name="inflow-list"),
    path("hosted/<int:pk>/correct/", InflowCorrectView.as_view(), name="inflow-correct"),
    path("hosted/<int:pk>/confirm/", InflowConfirmView.as_view(), name="inflow-confirm"),
    path("hosted/<int:pk>/end/", InflowEndView.as_view(), name="inflow-end"),
    path("out-of-contact/", ProposalListView.as_view(), name="proposal-list"),
    path("out-of-contact/<int:pk>/dismiss/", ProposalDismissView.as_view(), name="proposal-dismiss"),
]
