"""Pages of bodies, groups, the directory and the import."""

from django.urls import path

from branches.views import organizations

app_name = "branches"
urlpatterns = [
    path("", organizations.organization_list, name="organization-list"),
    path("<int:pk>/", organizations.organization_detail, name="organization-detail"),
]
