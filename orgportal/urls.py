"""Every address of the portal, by room."""

from django.urls import include, path

from activities.views.offline import manifest, service_worker
from members.views.papers import paper_verify
from orgportal.core.views import errors

urlpatterns = [
    path("", include("orgportal.core.urls")),
    path("", include("orgportal.health.urls")),
    path("search/", include("orgportal.search.urls")),
    path("branches/", include("branches.urls")),
    path("members/", include("members.urls")),
    # Printed on papers as a QR code: short, and outside every room.
    path("verify/<slug:token>/", paper_verify, name="paper-verify"),
    # From the root, where browsers look for what governs the whole place.
    path("service-worker.js", service_worker, name="service-worker"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("activities/", include("activities.urls")),
    path("api/v1/", include("orgportal.core.api_urls")),
    path("api/v1/", include("branches.api.urls")),
    path("api/v1/", include("members.api.urls")),
    path("api/v1/", include("activities.api.urls")),
    path("api/v1/", include("orgportal.health.api.urls")),
    path("api/v1/", include("orgportal.search.api.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
