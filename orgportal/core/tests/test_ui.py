"""The page machinery through the real template engine, in both languages."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings as settings_module
from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from django_htmx.middleware import HtmxDetails
from jinja2 import UndefinedError

from orgportal.core import bundles, ui

FORMS = '{% import "components/forms.html" as forms with context %}'
LISTS = '{% import "components/list.html" as lists with context %}'
PAGE = '{% import "components/page.html" as page %}'


def make_request(path: str = "/", **headers: str) -> HttpRequest:
    request = RequestFactory().get(
        path, headers={name.replace("_", "-"): text for name, text in headers.items()}
    )
    request.htmx = HtmxDetails(request)
    request.request_id = "k7p2"
    return request


def draw(source: str, lang: str = "en", request: HttpRequest | None = None, **context: object) -> str:
    with translation.override(lang):
        return engines["jinja2"].from_string(source).render(context, request or make_request()).strip()


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the identity card.")
    held_on = forms.DateField(label="Date")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Alpha"), ("b", "Beta")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed", required=False)
    remark = forms.CharField(label="Remark", required=False, widget=forms.Textarea)


class Filters(forms.Form):
    q = forms.CharField(label="Name", required=False)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All"), ("a", "Alpha")])
    away = forms.BooleanField(label="Away", required=False)


# --- answering


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, "/gallery/"),
        ({"HX_Request": "true"}, "<footer"),
        ({"HX_Request": "true", "HX_Boosted": "true"}, "/gallery/"),
        ({"HX_Request": "true", "HX_History_Restore_Request": "true"}, "/gallery/"),
    ],
)
def test_render_page_sends_the_part_only_to_a_swap(headers: dict[str, str], expected: str) -> None:
    request = make_request("/gallery/", **headers)

    chosen = ui._wants_part(request)

    assert chosen is (expected == "<footer")


def test_message_travels_with_a_part_and_is_told_once() -> None:
    request = make_request(HX_Request="true")
    request.session = {}
    request._messages = FallbackStorage(request)
    messages.success(request, "Saved & done")

    swapped = ui.render_page(request, "print.html", part="components/frame.html").content.decode()

    assert 'hx-swap-oob="innerHTML:#messages"' in swapped
    assert swapped.count("Saved &amp; done") == 1
    assert request._messages.used


def test_part_without_a_message_is_sent_as_it_is() -> None:
    swapped = ui.render_page(make_request(HX_Request="true"), "print.html", part="components/frame.html")

    assert "messages" not in swapped.content.decode()


def test_render_page_tells_caches_that_part_and_page_differ() -> None:
    response = ui.render_page(make_request(), "print.html", part="base.html", status=422)

    assert (response.status_code, response["Vary"]) == (422, "HX-Request")


def test_missing_name_in_a_template_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        draw("{{ nowhere }}")


def test_page_context_asks_for_the_unread_count_only_when_shown() -> None:
    request = make_request()
    asked = []
    request.unread_count = lambda: asked.append(1) or 3

    context = ui.page_context(request)

    assert asked == []
    assert str(context["unread"]) == "3"


# --- how values are written


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        ("{{ d|day }}", "2026年3月5日", "5 Mar 2026"),
        ("{{ t|day_time }}", "2026年3月5日 14:30", "5 Mar 2026, 14:30"),
        ("{{ t|moment }}", "2026年3月5日 14:30", "5 Mar 2026, 14:30"),
        ("{{ d|moment }}", "2026年3月5日", "5 Mar 2026"),
        ("{{ d|month }}", "2026年3月", "Mar 2026"),
        ("{{ none|day }}", "—", "—"),
        ("{{ 12345|number }}", "12,345", "12,345"),
        ("{{ 0|dash }}", "0", "0"),
        ("{{ ''|dash }}", "—", "—"),
        ("{{ '13812345678'|mask_mobile }}", "138****5678", "138****5678"),
        ("{{ ngettext('%(n)s record', '%(n)s records', 1200) }}", "共 1,200 条", "1,200 records"),
        ("{{ pgettext('duty', 'Late') }}", "逾期完成", "Late"),
    ],
)
def test_values_are_written_in_the_language(source: str, zh: str, en: str) -> None:
    values = {"d": date(2026, 3, 5), "t": datetime(2026, 3, 5, 6, 30, tzinfo=UTC)}

    assert [draw(source, lang, **values) for lang in ("zh-hans", "en")] == [zh, en]


def test_filled_in_words_are_escaped_once() -> None:
    assert draw("{{ _('as of %(at)s', at='<b>') }}") == "as of &lt;b&gt;"


def test_query_changes_one_key_and_goes_back_to_the_first_page() -> None:
    request = make_request("/?q=王&kind=a&after=abc")

    assert draw("{{ query(request, kind=none, year=1998) }}", request=request) == "?q=%E7%8E%8B&amp;year=1998"


# --- forms


def test_form_macro_writes_both_tokens_and_the_guard() -> None:
    html = draw(FORMS + '{% call forms.form("/x/", draft="k", hx_post="/x/") %}in{% endcall %}')

    for part in (
        "csrfmiddlewaretoken",
        'name="idempotency_key"',
        "novalidate",
        "data-guard",
        'hx-post="/x/"',
    ):
        assert html.count(part) == 1


def test_each_drawing_of_a_form_has_its_own_key() -> None:
    assert draw("{{ idempotency_input() }}") != draw("{{ idempotency_input() }}")


def test_field_ties_help_example_and_errors_to_the_input() -> None:
    form = Sample({"name": ""})

    html = draw(FORMS + '{{ forms.field(form.name, example="Li") }}', form=form)

    assert 'aria-describedby="id_name_help id_name_example id_name_errors"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_errors"' in html


def test_date_field_gets_a_picker_unless_what_was_typed_cannot_be_read() -> None:
    fresh, wrong = Sample(initial={"held_on": date(2026, 3, 5)}), Sample({"held_on": "31 wrong"})

    drawn = [draw(FORMS + "{{ forms.field(form.held_on) }}", "zh-hans", form=form) for form in (fresh, wrong)]

    assert 'type="date"' in drawn[0]
    assert 'value="2026-03-05"' in drawn[0]
    assert 'type="text"' in drawn[1]
    assert 'value="31 wrong"' in drawn[1]


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_every_kind_of_field_is_drawn_with_a_label(lang: str) -> None:
    html = draw(FORMS + "{% for f in form %}{{ forms.field(f) }}{% endfor %}", lang, form=Sample())

    assert html.count("<label") == 6  # four controls, two radio choices
    assert html.count("<legend") == 1
    assert html.count("（选填）" if lang == "zh-hans" else "(optional)") == 1


def test_error_summary_links_each_sentence_to_its_field() -> None:
    form = Sample({"name": "Li"})
    form.add_error(None, "Both at once is not possible.")

    html = draw(FORMS + "{{ forms.error_summary(form) }}", "zh-hans", form=form)

    assert "有错误需要改正" in html
    assert 'href="#id_held_on"' in html
    assert 'href="#id_kind_0"' in html
    assert "<li>Both at once is not possible.</li>" in html


def test_error_summary_takes_formsets_and_is_silent_without_errors() -> None:
    rows = forms.formset_factory(Sample)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "Li"}
    )

    html = draw(FORMS + "{{ forms.error_summary(form, rows) }}", form=Sample(), rows=rows)

    assert 'href="#id_form-0-held_on"' in html
    assert draw(FORMS + "{{ forms.error_summary(form) }}", form=Sample()) == ""


def test_confirm_works_without_scripts_and_carries_its_own_form() -> None:
    html = draw(
        FORMS + '{{ forms.confirm("w", "Withdraw?", "Withdraw…", "/w/", "Withdraw it", text="Really.") }}'
    )

    assert html.startswith("<details")
    assert 'action="/w/"' in html
    assert "idempotency_key" in html


# --- pages


@pytest.mark.parametrize("state", list(ui.DUTY_STATES))
@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_duty_state_has_word_icon_and_colour(state: str, lang: str) -> None:
    html = draw(PAGE + "{{ page.duty_state(state, url='/x/') }}", lang, state=state)

    with translation.override(lang):
        assert str(ui.DUTY_STATES[state].label) in html
    assert "<svg" in html
    assert f"state--{state}" in html


def test_finding_shows_measure_rule_and_ways_on() -> None:
    found = SimpleNamespace(
        key="meeting.general", level="missing", measured=0, expected=1,
        citation=SimpleNamespace(instrument="中国共产党支部工作条例（试行）", article="第十四条"),
    )  # fmt: skip

    html = draw(
        PAGE + "{{ page.finding(f, title='General meeting', fix_url='/fix/', names_url='/names/') }}", f=found
    )

    for part in (
        "General meeting",
        "<strong>0</strong>",
        "<strong>1</strong>",
        "第十四条",
        "/fix/",
        "/names/",
    ):
        assert part in html


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_empty_states_are_four_different_texts(lang: str) -> None:
    kinds = ("first_use", "no_result", "no_permission", "error")

    texts = {draw(PAGE + "{{ page.empty(kind) }}", lang, kind=kind) for kind in kinds}

    assert len(texts) == 4


def test_page_parts_are_drawn() -> None:
    steps = [{"at": date(2026, 3, 5), "title": "Asked", "who": "Li"}]
    source = PAGE + (
        '{% call page.page_header("T", "S", state=page.badge("ok", "good", "check"),'
        ' back=("Back", "/")) %}A{% endcall %}'
        '{{ page.facts([("Name", ""), ("Age", 3)]) }}{{ page.timeline(steps) }}'
        '{{ page.stat("34", "members", "/m/", "As of today") }}{{ page.alert("danger", "No", "Why") }}'
        '{% call page.dialog("d", "Title", "Open") %}body{% endcall %}'
        '{{ page.tabs([("One", "/1", true), ("Two", "/2", false)], "Views") }}'
        '{% call page.section("Facts") %}x{% endcall %}{{ page.button_link("Go", "/go", "plus", "primary") }}'
    )

    html = draw(source, steps=steps)

    assert html.count("<h1") == 1
    assert re.search(r"<dd>\s*—\s*</dd>", html)
    assert "5 Mar 2026" in html
    assert 'role="alert"' in html
    assert html.count('aria-current="page"') == 1


# --- lists


def test_chips_name_filters_in_use_and_take_each_away() -> None:
    request = make_request("/members/?q=王&kind=a&away=on&after=x")

    html = draw(LISTS + "{{ lists.chips(filters) }}", request=request, filters=Filters(request.GET))

    assert [text in html for text in ("Name: 王", "Kind: Alpha", ">Away<")] == [True, True, True]
    assert 'href="?kind=a&amp;away=on"' in html
    assert 'href="/members/"' in html


def test_filter_bar_keeps_what_was_chosen() -> None:
    html = draw(LISTS + "{{ lists.filter_bar(filters) }}", filters=Filters({"kind": "a"}))

    assert 'method="get"' in html
    assert '<option value="a" selected>' in html


def test_table_heads_sort_and_pages_turn() -> None:
    source = LISTS + (
        '{% call lists.table("Members", [{"label": "Name", "sort": "name"}, "Kind",'
        ' {"label": "Age", "number": true}]) %}'
        "<tr></tr>{% endcall %}{{ lists.pager(pages) }}{{ lists.count(3) }}"
        '{{ lists.export_buttons([("Sheet", "/x", "file-spreadsheet")]) }}'
    )
    pages = SimpleNamespace(previous_url="", next_url="?after=b")

    html = draw(source, request=make_request("/?sort=name"), pages=pages)

    assert 'href="?sort=-name"' in html
    assert "Next page" in html
    assert "Previous page" not in html
    assert "3 records" in html


# --- styles and scripts


def test_collectstatic_writes_one_hashed_bundle_of_each_kind(settings, tmp_path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "orgportal.core.bundles.BundlingStorage"},
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    for kind, name in bundles.BUNDLES.items():
        hashed = staticfiles_storage.stored_name(name)
        text = (tmp_path / hashed).read_text()
        assert hashed != name
        assert (tmp_path / f"{hashed}.gz").exists()
        assert all(
            (finders.find(part) and Path(finders.find(part)).read_text() in text)
            for part in bundles.PARTS[kind]
        )
    assert ui.assets("css") == ("bundles/frame.css",)


def test_every_style_and_script_of_the_frame_exists() -> None:
    assert [name for names in bundles.PARTS.values() for name in names if not finders.find(name)] == []


def test_no_template_holds_an_inline_style_or_script() -> None:
    inline = re.compile(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)|hx-on|javascript:")
    pages = Path(settings_module.BASE_DIR / "templates").rglob("*.html")

    assert [str(page) for page in pages if inline.search(page.read_text())] == []
