"""How one is reminded: for each kind where and how often, and the address mail goes to."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orgportal.core.api import scope_of
from orgportal.core.errors import StaleVersion
from orgportal.core.forms import typed
from orgportal.core.models import ReminderSettings, User
from orgportal.core.outcomes import outcome_words
from orgportal.core.preferences import stopped
from orgportal.core.reminder_forms import MailAddressForm, ReminderSettingsForm
from orgportal.core.reminder_kinds import HOURS, USUAL_HOUR, Channel, Frequency, Kind, kinds
from orgportal.core.scoping import Scope
from orgportal.core.ui import render_page
from orgportal.core.workflows import reminder_settings as workflow
from orgportal.core.workflows.mail_addresses import open_for


def kinds_for(scope: Scope) -> tuple[Kind, ...]:
    """Kinds that can be meant for this person: a member without a post is not offered a post's."""
    return tuple(kind for kind in kinds() if scope.grants or kind.for_everyone)


def settings_of(user: User) -> ReminderSettings:
    usual = ReminderSettings(user=user, mail_hour=USUAL_HOUR, choices={}, version=0)
    return ReminderSettings.objects.filter(user=user).first() or usual


@require_http_methods(["GET", "POST"])
def reminder_settings(request: Any) -> HttpResponse:
    held = settings_of(request.user)
    offered = kinds_for(request.scope)
    initial = {"mail_hour": held.mail_hour, "version": held.version}
    form = ReminderSettingsForm(typed(request), kinds=offered, choices=held.choices, initial=initial)
    if request.method == "POST" and form.is_valid() and _is_saved(request, form, held):
        messages.success(request, _("Your choice is kept. What waits already follows it."))
        return redirect("core:reminder-settings")
    return settings_page(request, form=form)


def _is_saved(request: Any, form: ReminderSettingsForm, held: ReminderSettings) -> bool:
    data = form.cleaned_data
    try:
        workflow.save_settings(
            request.user, mail_hour=data["mail_hour"], choices={**held.choices, **form.choices},
            seen_version=data["version"], at=timezone.now(),
        )  # fmt: skip
    except StaleVersion:
        form.add_error(None, _("You saved this on another page meanwhile. Load the page again and compare."))
        return False
    return True


def settings_page(
    request: Any, *, form: ReminderSettingsForm | None = None, address: MailAddressForm | None = None
) -> HttpResponse:
    """The page with what was typed in one of its forms, or with what is kept."""
    user = request.user
    held = settings_of(user)
    initial = {"mail_hour": held.mail_hour, "version": held.version}
    form = form or ReminderSettingsForm(kinds=kinds_for(request.scope), choices=held.choices, initial=initial)
    address = address or MailAddressForm(user=user, initial={"email": user.email})
    return render_page(
        request, "core/reminder_settings.html", status=422 if form.is_bound or address.is_bound else 200,
        form=form, address=address, stopped=stopped().filter(user=user).first(), has_mail=bool(user.email),
        waiting=open_for(user), words=outcome_words, now=timezone.now(),
    )  # fmt: skip


# --- the same for programs


class ReminderKindSerializer(serializers.Serializer[Any]):
    """A kind of reminders: what is chosen for it on each channel, and what may be."""

    key = serializers.CharField()
    title = serializers.CharField()
    is_duty = serializers.BooleanField()
    open_to = serializers.ListField(child=serializers.ChoiceField(Frequency.choices))
    in_app = serializers.ChoiceField(Frequency.choices)
    email = serializers.ChoiceField(Frequency.choices)


class HeldSettingsSerializer(serializers.Serializer[Any]):
    """`version` is 0 as long as nothing was chosen; `is_stopped`: no mail goes to the address any more;
    `is_waiting`: another address was entered, and its link not opened yet.
    """

    mail_hour = serializers.IntegerField()
    version = serializers.IntegerField()
    has_mail = serializers.BooleanField()
    is_stopped = serializers.BooleanField()
    is_waiting = serializers.BooleanField()
    kinds = ReminderKindSerializer(many=True)


class ChosenKindSerializer(serializers.Serializer[Any]):
    """What a kind is not open to counts as its usual."""

    key = serializers.CharField(max_length=40)
    in_app = serializers.ChoiceField(Frequency.choices)
    email = serializers.ChoiceField(Frequency.choices)


class ChosenSettingsSerializer(serializers.Serializer[Any]):
    mail_hour = serializers.IntegerField(min_value=HOURS.start, max_value=HOURS.stop - 1)
    version = serializers.IntegerField(min_value=0, max_value=2_147_483_647)
    kinds = ChosenKindSerializer(many=True)


class ReminderSettingsView(APIView):
    """How the caller is reminded; mail is at most one a day, and duties cannot be switched off."""

    @extend_schema(responses=HeldSettingsSerializer)
    def get(self, request: Request) -> Response:
        return Response(self._held(request))

    @extend_schema(request=ChosenSettingsSerializer, responses=HeldSettingsSerializer)
    def put(self, request: Request) -> Response:
        sent = ChosenSettingsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        data, user = sent.validated_data, self._user(request)
        chosen = {row["key"]: {"in_app": row["in_app"], "email": row["email"]} for row in data["kinds"]}
        workflow.save_settings(
            user, mail_hour=data["mail_hour"], choices={**settings_of(user).choices, **chosen},
            seen_version=data["version"], at=timezone.now(),
        )  # fmt: skip
        return Response(self._held(request))

    def _user(self, request: Request) -> User:
        return cast("User", request.user)

    def _held(self, request: Request) -> dict[str, Any]:
        user = self._user(request)
        held = settings_of(user)
        rows = [
            {
                "key": kind.key,
                "title": kind.label,
                "is_duty": kind.is_duty,
                "open_to": [each.value for each in kind.open_to()],
                **{each.value: kind.chosen(each, held.choices).value for each in Channel},
            }
            for kind in kinds_for(scope_of(request))
        ]
        facts = {
            "mail_hour": held.mail_hour,
            "version": held.version,
            "has_mail": bool(user.email),
            "is_stopped": stopped().filter(user=user).exists(),
            "is_waiting": open_for(user) is not None,
            "kinds": rows,
        }
        return dict(HeldSettingsSerializer(facts).data)
