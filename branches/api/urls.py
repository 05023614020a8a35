"""Operations under /api/v1/."""

from django.urls import path

from branches.api import imports, texts, unit_imports, units, views

app_name = "api-branches"
urlpatterns = [
    path("branches/", views.OrganizationListView.as_view(), name="organization-list"),
    path("branches/<int:pk>/", views.OrganizationDetailView.as_view(), name="organization-detail"),
    path("branches/<int:pk>/rename/", views.OrganizationRenameView.as_view(), name="organization-rename"),
    path("branches/<int:pk>/change/", views.OrganizationChangeView.as_view(), name="organization-change"),
    path("branches/<int:pk>/move/", views.OrganizationMoveView.as_view(), name="organization-move"),
    path(
        "branches/<int:pk>/dissolve/", views.OrganizationDissolveView.as_view(), name="organization-dissolve"
    ),
    path("branches/<int:pk>/history/", views.HistoryView.as_view(), name="organization-history"),
    path("branches/import/", imports.ImportView.as_view(), name="organization-import"),
    path("branches/import/check/", imports.ImportCheckView.as_view(), name="organization-import-check"),
    *texts.urlpatterns,
    path("groups/", views.GroupListView.as_view(), name="group-list"),
    path("groups/<int:pk>/rename/", views.GroupRenameView.as_view(), name="group-rename"),
    path("groups/<int:pk>/end/", views.GroupEndView.as_view(), name="group-end"),
    *unit_imports.urlpatterns,
    *units.urlpatterns,
    path("directory/", views.DirectoryView.as_view(), name="directory-list"),
]
