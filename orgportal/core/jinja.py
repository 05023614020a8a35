"""The Jinja environment: everything a template may call, escaped by default and loud about a missing name."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from jinja2 import Environment, StrictUndefined
from lucide.jinja import lucide
from markupsafe import Markup, escape

from orgportal.core import ui
from orgportal.core.holidays import holiday_words
from orgportal.core.links import frame_url, url, url_by_key

EM_DASH = "—"


def environment(**options: Any) -> Environment:
    env = Environment(  # noqa: S701  # Django passes autoescape=True in options
        **{**options, "undefined": StrictUndefined},
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=False, pgettext=pgettext, npgettext=npgettext
    )
    # The extension's own "_" looks up "gettext" in every call: hundreds of times a list.
    env.globals.update(_=gettext, duty_states=ui.DUTY_STATES, django_messages=get_messages)
    for each in (
        static, url, url_by_key, frame_url, icon, aside, query, idempotency_input, period, ui.assets,
        ui.active_filters, ui.error_links, ui.field_kind, ui.field_widget,
    ):  # fmt: skip
        env.globals[each.__name__] = each
    env.filters.update(
        day=day,
        day_time=day_time,
        month=month,
        moment=moment,
        number=number,
        dash=dash,
        file_size=file_size,
        mask_mobile=mask_mobile,
        weekday=weekday,
        holiday=holiday_words,
    )
    return env


# --- language


def _filled(text: str, values: Mapping[str, Any]) -> str:
    if not values:
        return text
    if any(hasattr(value, "__html__") for value in values.values()):
        return escape(text) % values
    return text % values


def gettext(message: str, **values: Any) -> str:
    return _filled(translation.gettext(message), values)


def pgettext(context: str, message: str, **values: Any) -> str:
    return _filled(translation.pgettext(context, message), values)


def ngettext(singular: str, plural: str, count: int, **values: Any) -> str:
    return _filled(
        translation.ngettext(singular, plural, count), {"n": number(count), "num": number(count), **values}
    )


def npgettext(context: str, singular: str, plural: str, count: int, **values: Any) -> str:
    text = translation.npgettext(context, singular, plural, count)
    return _filled(text, {"n": number(count), "num": number(count), **values})


# --- links and inputs


def query(request: HttpRequest, **changes: Any) -> str:
    """The present query string with `changes`; None removes a key; any change goes back to the first page."""
    fields = request.GET.copy()
    for key in ("after", "before", "page"):
        fields.pop(key, None)
    for key, value in changes.items():
        if value is None:
            fields.pop(key, None)
        elif isinstance(value, list | tuple):
            fields.setlist(key, [str(item) for item in value])
        else:
            fields[key] = str(value)
    return "?" + fields.urlencode()


def idempotency_input() -> Markup:
    """A fresh key each time a form is drawn: a repeated send carries the key it was drawn with."""
    return Markup('<input type="hidden" name="idempotency_key" value="{}">').format(uuid4())


def aside(text: Any) -> str:
    """What is added in brackets, in the brackets of the language."""
    return gettext(" (%(text)s)", text=text)


@lru_cache(maxsize=512)
def icon(name: str, size: int = 20) -> Markup:
    """A decorative icon: the word beside it carries the meaning."""
    return Markup(lucide(name, size=size, **{"class": "icon", "aria-hidden": "true", "focusable": "false"}))  # noqa: S704


# --- how values are written


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _is_chinese() -> bool:
    return (translation.get_language() or "").startswith("zh")


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date | None) -> str:
    if not value:
        return EM_DASH
    at = _local(value)
    if _is_chinese():
        return f"{at.year}年{at.month}月{at.day}日"
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def day_time(value: datetime | None) -> str:
    if not value:
        return EM_DASH
    joint = " " if _is_chinese() else ", "
    return f"{day(value)}{joint}{_local(value):%H:%M}"


def moment(value: date | None) -> str:
    return day_time(value) if isinstance(value, datetime) else day(value)


def month(value: date | None) -> str:
    if not value:
        return EM_DASH
    at = _local(value)
    return f"{at.year}年{at.month}月" if _is_chinese() else f"{MONTHS[at.month - 1]} {at.year}"


def period(starts_on: date, ends_on: date) -> str:
    """A whole month, quarter or year in its own words; else its two days."""
    if starts_on.day == 1 and (ends_on + timedelta(days=1)).day == 1 and starts_on.year == ends_on.year:
        months = ends_on.month - starts_on.month + 1
        if months == 1:
            return month(starts_on)
        if months == 3 and starts_on.month % 3 == 1:
            quarter = (starts_on.month + 2) // 3
            return gettext("Quarter %(quarter)s of %(year)s", quarter=quarter, year=starts_on.year)
        if months == 12:
            return f"{starts_on.year}年" if _is_chinese() else str(starts_on.year)
    return f"{day(starts_on)} – {day(ends_on)}"


WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def weekday(value: date) -> str:
    return str(WEEKDAYS[value.weekday()])


def number(value: float | None) -> str:
    return EM_DASH if value is None else f"{value:,}"


def dash(value: Any) -> Any:
    return EM_DASH if value is None or value == "" else value


def file_size(size: int) -> str:
    """Whole KB below one MB, one decimal above."""
    megabyte = 1024 * 1024
    return f"{size / megabyte:.1f} MB" if size >= megabyte else f"{max(1, round(size / 1024))} KB"


def mask_mobile(value: str | None) -> str:
    if not value:
        return EM_DASH
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 11 else "*" * len(value)
