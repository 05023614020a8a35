"""Pages of members who live away: the lists, one stay, entering, correcting, moving on, coming back."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from branches.queries import rulebook_for
from members.choices import LookKind
from members.forms.mobile import AwayForm, BackForm, MobileListForm, of_spell
from members.messages import MOBILE_ACTS, MOBILE_EMPTY, MOBILE_LISTS, REFUSALS
from members.models import Member, MobileSpell
from members.provisions import PROVISIONS
from members.queries import contact as lost
from members.queries import mobile as queries
from members.queries import past_lists, stays
from members.queries.as_of import AsOf
from members.rules.mobile import check_is_due
from members.rules.places import OFFERED
from members.views.member import visible_member
from members.workflows import mobile as work
from members.workflows.privacy import look_to_reach
from orgportal.core.decorators import may
from orgportal.core.errors import Refused
from orgportal.core.forms import typed
from orgportal.core.keyset import keyset_page
from orgportal.core.refusals import sentence
from orgportal.core.rulebook import Rulebook
from orgportal.core.scoping import Scope
from orgportal.core.ui import render_page

RIGHT = work.RIGHT
READERS: dict[str, Callable[[Scope, date], Any]] = {
    "contact": queries.contacts_due,
    "away": lambda scope, _today: queries.away_now(scope),
    "hosted": lambda scope, _today: queries.hosted(scope),
    "lost": lambda scope, _today: lost.open_proposals(scope),
    **{name: partial(stays.todo, name) for name in stays.TO_SEE_TO},
}
# Whom to contact next is known as of today only.
THEN: dict[str, Callable[[Scope, AsOf], Any]] = {
    "away": past_lists.away_then,
    "hosted": past_lists.hosted_then,
    "lost": past_lists.lost_then,
}
DOORS = {"correct": work.correct, "move": work.move_on}
ORDERS = {"contact": queries.DUE_ORDER, "away": queries.AWAY_ORDER, "hosted": queries.HOSTED_ORDER,
          "lost": ("due_on", "pk"), "transfer": stays.ORDER, "cards": stays.ORDER,
          "return": stays.RETURN_ORDER}  # fmt: skip


@require_GET
@may("member.view")
def mobile_list(request: Any) -> HttpResponse:
    """Whom to contact comes first; then who is away, whom we host, who is lost, whole branches."""
    today = timezone.localdate()
    filters = MobileListForm(request.GET, today=today)
    key = request.GET.get("list", "contact")
    if key not in MOBILE_LISTS:
        raise Http404
    # On a past day the first list is who was away.
    key = "away" if filters.day and key not in THEN else key
    context: dict[str, Any] = {
        "key": key, "lists_by_key": MOBILE_LISTS, "filters": filters, "today": today, "then": THEN,
        "day": filters.day, "counts": {} if filters.day else stays.counts(request.scope, today),
    }  # fmt: skip
    if key == "branches":
        found = queries.mobile_branches(request.scope)
        return render_page(request, "members/mobile_list.html", branches=found, page=None, **context)
    page = keyset_page(_rows(request, key, filters), request, ORDERS[key])
    return render_page(
        request, "members/mobile_list.html", part="members/_mobile_rows.html", page=page, branches=(),
        **_beside(request, key, page.rows, filters.day), empty_words=MOBILE_EMPTY[key], **context,
    )  # fmt: skip


def _beside(request: Any, key: str, rows: Any, day: date | None) -> dict[str, Any]:
    """What stands beside the rows: hosts, what hosts report, and whose page can be opened."""
    links = past_lists.reach_of(rows, request.scope) if day and key != "hosted" else set()
    return {
        "hosts": queries.hosts_named(rows) if key in {"away", *stays.TO_SEE_TO} and not day else {},
        "reported": queries.reported(request.scope) if key == "contact" else (),
        "within_reach": links,
    }


def _rows(request: Any, key: str, filters: MobileListForm) -> Any:
    """One of the lists, within the branch of the address if it names one."""
    past, text = filters.day, filters.cleaned_data.get("q", "")
    today = timezone.localdate()
    rows: Any = THEN[key](request.scope, AsOf(past)) if past else READERS[key](request.scope, today)
    if not filters.is_valid():
        return rows.none()
    is_host = key == "hosted"
    if request.GET.get("branch", "").isdecimal():
        place = "host" if is_host else "branch_then_id" if past else "member__branch"
        rows = rows.filter(**{place: int(request.GET["branch"])})
    if text:
        by_name = Q(name__contains=text) if is_host else Q(member__name__contains=text)
        rows = rows.filter(by_name | Q(place__contains=text) if key not in {"hosted", "lost"} else by_name)
    return rows


def seen_spell(request: Any, pk: int) -> MobileSpell:
    """A stay in scope, of one's own, or of somebody one keeps in touch with; 404 otherwise."""
    found: MobileSpell = get_object_or_404(queries.spells_seen(request.scope), pk=pk)
    return found


@require_GET
def mobile_detail(request: Any, pk: int) -> HttpResponse:
    spell = seen_spell(request, pk)
    if spell.member_id == request.scope.member_id:
        return redirect("members:own-mobile")
    how = {"actor": request.user, "scope": request.scope, "at": timezone.now()}
    look_to_reach(spell.member, kind=LookKind.STAY, **how)
    return spell_page(request, spell)


def spell_page(request: Any, spell: MobileSpell) -> HttpResponse:
    """The branch sees everything of the stay; the contact person what staying in touch needs."""
    today = timezone.localdate()
    book = rulebook_for(spell.member.path, PROVISIONS, today)
    member = spell.member
    card = queries.card_of(member.pk)
    return render_page(
        request, "members/mobile.html", spell=spell, member=member, today=today,
        advice=stays.advice_on(spell, today), return_overdue=stays.asked_of(spell, today).return_overdue,
        host=queries.host_of(spell), contacts=queries.contact_log(member),
        card=card, check_due=card is not None and _check_due(card, book, today),
        visits=queries.attended_elsewhere(member, 20), may_edit=request.scope.may(RIGHT, member),
        may_view=request.scope.may("member.view", member),
        may_transfer=request.scope.may("transfer.start", member),
    )  # fmt: skip


def _check_due(card: queries.CardSide, book: Rulebook, today: date) -> bool:
    years = [check.year for check in card.checks]
    return check_is_due(card.paper.issued_on, years, book, today)


@require_http_methods(["GET", "POST"])
@may(RIGHT)
def mobile_start(request: Any, pk: int) -> HttpResponse:
    """Register a member as living away."""
    member = visible_member(request, pk, RIGHT)
    first = {"since": timezone.localdate(), "target": request.GET.get("host"), "where": "in"}
    form = AwayForm(typed(request), member=member, initial=first)
    if form.is_valid():
        try:
            spell = work.register(
                member, form.away(), actor=request.user, scope=request.scope, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(spell)
    return _form_page(request, form, member, "start", None)


@require_http_methods(["GET", "POST"])
@may(RIGHT)
def mobile_change(request: Any, pk: int, act: str) -> HttpResponse:
    """Put a stay right, or say where the member went on to."""
    spell = _editable(request, pk)
    form = AwayForm(typed(request), member=spell.member, initial=_shown_again(spell, act))
    if form.is_valid():
        try:
            after = DOORS[act](
                spell, form.away(), seen_version=form.cleaned_data["version"] or 0, actor=request.user,
                scope=request.scope, at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(after)
    return _form_page(request, form, spell.member, act, spell)


def _editable(request: Any, pk: int) -> MobileSpell:
    """A running stay of a member of one's own branches."""
    spell = seen_spell(request, pk)
    if not request.scope.may(RIGHT, spell.member):
        raise PermissionDenied(RIGHT)
    return spell


def _shown_again(spell: MobileSpell, act: str) -> dict[str, Any]:
    """Correcting begins with what stands there; moving on with an empty place, from today."""
    if act == "correct":
        return of_spell(spell, queries.host_body(spell))
    return {"where": "in", "since": timezone.localdate(), "contact_person": spell.contact_person_id,
            "version": spell.version}  # fmt: skip


def _form_page(
    request: Any, form: AwayForm, member: Member, act: str, spell: MobileSpell | None
) -> HttpResponse:
    return render_page(
        request, "members/mobile_form.html", status=422 if form.is_bound else 200, form=form, member=member,
        words=MOBILE_ACTS[act], spell=spell, places=OFFERED,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@may(RIGHT)
def mobile_end(request: Any, pk: int) -> HttpResponse:
    """The member came back, or the entry was a mistake."""
    spell = _editable(request, pk)
    form = BackForm(typed(request), initial={"on": timezone.localdate(), "version": spell.version})
    if form.is_valid():
        how = {"seen_version": form.cleaned_data["version"], "actor": request.user, "scope": request.scope}
        try:
            if "mistake" in request.POST:
                work.annul(spell, at=timezone.now(), **how)
            else:
                work.come_back(spell, form.cleaned_data["on"], at=timezone.now(), **how)
        except Refused as refusal:
            form.add_error(None, sentence(refusal, REFUSALS))
        else:
            return redirect(spell)
    status = 422 if form.is_bound else 200
    return render_page(request, "members/mobile_end.html", status=status, form=form, spell=spell)
