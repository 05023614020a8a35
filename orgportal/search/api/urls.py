"""Address of the search's API."""

from django.urls import path

from orgportal.search.api import views

app_name = "api-search"
urlpatterns = [path("search/", views.SearchView.as_view(), name="search")]
