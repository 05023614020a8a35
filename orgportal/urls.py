"""Every address of the portal, by room."""

from django.urls import include, path

from orgportal.core.views import errors

urlpatterns = [
    path("", include("orgportal.core.urls")),
    path("", include("orgportal.health.urls")),
    path("branches/", include("branches.urls")),
    path("members/", include("members.urls")),
    path("activities/", include("activities.urls")),
    path("api/v1/", include("orgportal.core.api_urls")),
    path("api/v1/", include("branches.api.urls")),
    path("api/v1/", include("members.api.urls")),
    path("api/v1/", include("activities.api.urls")),
    path("api/v1/", include("orgportal.health.api.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
