"""Ground-floor operations of the API."""

from django.urls import path

from orgportal.core.views import api

app_name = "api-core"
urlpatterns = [
    path("", api.RootView.as_view(), name="root"),
]
