"""Every address of the portal, by room."""

from importlib.util import find_spec

from django.urls import include, path

from orgportal.core.views import errors

ROOMS = {
    "branches": "branches/",
    "members": "members/",
    "activities": "activities/",
    "orgportal.health": "",
}

urlpatterns = [
    path("", include("orgportal.core.urls")),
    path("api/v1/", include("orgportal.core.api_urls")),
    *(path(prefix, include(f"{room}.urls")) for room, prefix in ROOMS.items() if find_spec(f"{room}.urls")),
    *(
        path("api/v1/", include(f"{room}.api.urls"))
        for room in ROOMS
        if find_spec(f"{room}.api") and find_spec(f"{room}.api.urls")
    ),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
