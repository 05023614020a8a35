"""The system administrator sees what could not be sent, to whom and why, never what it says."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Min, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from orgportal.core.decorators import desk
from orgportal.core.horizon import BEFORE_RESTORE
from orgportal.core.keyset import NEWEST, keyset_page
from orgportal.core.models import Channel, Desk, Digest, MailAddress, Reminder, SendHorizon
from orgportal.core.outcomes import outcome_words
from orgportal.core.preferences import stopped
from orgportal.core.reminder_kinds import kind_by_rule
from orgportal.core.ui import render_page
from orgportal.core.workflows import sends


@desk(Desk.SYSTEM)
@require_safe
def send_list(request: Any) -> HttpResponse:
    failed = Digest.objects.filter(state=Digest.State.FAILED).select_related("recipient")
    failed = failed.annotate(lines=Count("reminders"))
    return render_page(
        request, "core/sends.html", page=keyset_page(failed, request, NEWEST), words=outcome_words,
        waiting=_waiting(), stopped=stopped().select_related("user").order_by("-stopped_at")[:200],
        set_aside=_set_aside(), restored=_restored(),
        repeats=Digest.objects.aggregate(sum=Sum("repeats"))["sum"] or 0,
    )  # fmt: skip


def _waiting() -> dict[str, Any]:
    """Mails tried at least once and still to be tried again."""
    tried = Digest.objects.filter(state=Digest.State.PLANNED, attempts__gt=0)
    return tried.aggregate(count=Count("pk"), since=Min("created_at"), next=Min("due_at"))


def _restored() -> dict[str, Any] | None:
    """The last restore, and the mails that do not go out because of one."""
    last = SendHorizon.objects.order_by("-restored_at").first()
    if last is None:
        return None
    withheld = Reminder.objects.filter(channel=Channel.EMAIL, outcome=BEFORE_RESTORE).count()
    return {"row": last, "withheld": withheld}


def _set_aside() -> list[dict[str, Any]]:
    """Notices given up, by rule: how many, and what went wrong with the last."""
    rows = Reminder.objects.filter(state=Reminder.State.FAILED, channel=Channel.IN_APP)
    found = rows.values("rule").annotate(count=Count("pk"), last=Max("settled_at"), outcome=Max("outcome"))
    kinds = kind_by_rule()
    return [
        {**row, "kind": kinds[row["rule"]].label if row["rule"] in kinds else row["rule"]}
        for row in found.order_by("rule")
    ]


@desk(Desk.SYSTEM)
@require_POST
def send_retry(request: Any, pk: int) -> HttpResponse:
    get_object_or_404(Digest, pk=pk)
    return _retried(request, Digest.objects.filter(pk=pk))


@desk(Desk.SYSTEM)
@require_POST
def send_retry_all(request: Any) -> HttpResponse:
    return _retried(request, Digest.objects.all())


def _retried(request: Any, digests: Any) -> HttpResponse:
    count = sends.retry_mails(digests, actor=request.user, at=timezone.now())
    told = ngettext("%(n)s mail is tried again.", "%(n)s mails are tried again.", count) % {"n": count}
    messages.success(request, told)
    return redirect("core:send-list")


@desk(Desk.SYSTEM)
@require_POST
def notice_retry(request: Any, rule: str) -> HttpResponse:
    count = sends.retry_notices(rule, actor=request.user, at=timezone.now())
    told = ngettext("%(n)s notice is tried again.", "%(n)s notices are tried again.", count) % {"n": count}
    messages.success(request, told)
    return redirect("core:send-list")


@desk(Desk.SYSTEM)
@require_POST
def address_restart(request: Any, pk: int) -> HttpResponse:
    row = get_object_or_404(MailAddress.objects.select_related("user"), pk=pk)
    sends.restart_address(row, actor=request.user, at=timezone.now())
    messages.success(request, _("Mail goes to this address again."))
    return redirect("core:send-list")
