"""Addresses of the frame: found once, and found again where the table of addresses is another."""

import pytest
from django.http import HttpResponse
from django.urls import NoReverseMatch, path, reverse, set_script_prefix

from orgportal.core.links import frame_url, url, url_by_key

urlpatterns = [path("elsewhere/", lambda _request: HttpResponse(), name="only-here")]


def test_an_address_of_a_row_is_that_of_its_name() -> None:
    address = url_by_key("members:member-detail")

    assert [address(pk) for pk in (7, 1 << 40)] == [
        reverse("members:member-detail", kwargs={"pk": pk}) for pk in (7, 1 << 40)
    ]


def test_an_address_is_that_of_the_table_in_force(settings) -> None:
    with pytest.raises(NoReverseMatch):
        url("only-here")
    assert frame_url("only-here") == ""
    assert frame_url("core:help") == "/help/"

    settings.ROOT_URLCONF = __name__

    assert url("only-here") == "/elsewhere/"
    assert frame_url("core:help") == ""


def test_an_address_stands_under_the_prefix_of_the_server() -> None:
    try:
        set_script_prefix("/portal/")
        assert url("core:help") == "/portal/help/"
    finally:
        set_script_prefix("/")
    assert url("core:help") == "/help/"
