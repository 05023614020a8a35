"""Every address of the portal, by room."""

from django.urls import include, path

from orgportal.core.views import errors

urlpatterns = [
    path("", include("orgportal.core.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
