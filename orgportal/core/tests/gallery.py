"""A page with every component on it, served for tests alone: scripts are tried on it in a browser."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from orgportal.core.ui import NavItem
from orgportal.core.views import errors

PAGE = Path(__file__).with_name("gallery.html").read_text(encoding="utf-8")
posts: list[str] = []


class Sample(forms.Form):
    name = forms.CharField(label="姓名", help_text="与身份证一致。")
    held_on = forms.DateField(label="日期")
    kind = forms.ChoiceField(label="类型", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    who = forms.MultipleChoiceField(
        label="人员", choices=[("1", "王"), ("2", "李")], required=False, widget=forms.CheckboxSelectMultiple
    )
    place = forms.ChoiceField(label="地点", choices=[("", "请选择"), ("1", "会议室")], required=False)
    agreed = forms.BooleanField(label="同意", required=False)
    remark = forms.CharField(label="备注", required=False, widget=forms.Textarea)


class Filters(forms.Form):
    q = forms.CharField(label="姓名", required=False)
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部"), ("a", "甲")])


class Person(SimpleNamespace):
    is_authenticated = True
    must_change_password = False
    desk = ""
    pk = 7

    def __str__(self) -> str:
        return "李建国"


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    request.user = Person(elder_mode=request.COOKIES.get("elder") == "1")
    request.scope = SimpleNamespace(member_id=7, may_somewhere=lambda right: True)
    names = ("首页", "组织生活", "党员", "关系转接", "工作小结", "我的支部", "创先争优")
    request.navigation = [NavItem(name, f"/{name}/", "house", name == "党员") for name in names]
    request.unread_count = 3
    form = Sample({"name": ""}) if "wrong" in request.GET else Sample()
    page = engines["jinja2"].from_string(PAGE)
    values = {"form": form, "filters": Filters(request.GET), "fails": "fails" in request.GET}
    return HttpResponse(page.render(values, request))


@csrf_exempt
@login_not_required
def sent(request: HttpRequest) -> HttpResponse:
    posts.append(request.POST.get("idempotency_key", ""))
    return HttpResponseRedirect("/done/")


@csrf_exempt
@login_not_required
def failed(request: HttpRequest) -> HttpResponse:
    return errors.server_error(request)


@login_not_required
def done(request: HttpRequest) -> HttpResponse:
    request.user, request.scope = Person(elder_mode=False), None
    page = engines["jinja2"].from_string(
        '{% extends "base.html" %}{% block content %}<h1>ok</h1>{% endblock %}'
    )
    return HttpResponse(page.render({}, request))


urlpatterns = [
    path("", gallery),
    path("sent/", sent),
    path("failed/", failed),
    path("done/", done),
    path("", include("orgportal.core.urls")),
    path(
        "", include(([path("people/", done, name="member-list"), path("me/", done, name="own")], "members"))
    ),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    """The address of the gallery, as long as the test runs."""
    server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), WSGIServer, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
