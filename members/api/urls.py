"""Operations under /api/v1/."""

from django.urls import path

from members.api import (
    batches,
    cases,
    export,
    merging,
    mobile,
    mobile_sheets,
    offices,
    own,
    paper_templates,
    papers,
    register,
    reorganise,
    sheets,
    standing,
    transfer_checks,
    transfers,
    views,
)

app_name = "api-members"
urlpatterns = [
    path("members/", views.MemberListView.as_view(), name="member-list"),
    path("members/own/", views.OwnView.as_view(), name="own"),
    path("members/<int:pk>/", views.MemberDetailView.as_view(), name="member-detail"),
    path("posts/", views.PostListView.as_view(), name="post-list"),
    path("posts/<int:pk>/end/", views.PostEndView.as_view(), name="post-end"),
    path("posts/<int:pk>/cancel/", views.PostCancelView.as_view(), name="post-cancel"),
    path("posts/<int:pk>/restore/", views.PostRestoreView.as_view(), name="post-restore"),
    *batches.urlpatterns,
    *cases.urlpatterns,
    *export.urlpatterns,
    *merging.urlpatterns,
    *offices.urlpatterns,
    *own.urlpatterns,
    *register.urlpatterns,
    *reorganise.urlpatterns,
    *sheets.urlpatterns,
    *standing.urlpatterns,
    *transfer_checks.urlpatterns,
    *transfers.urlpatterns,
    *mobile.urlpatterns,
    *mobile_sheets.urlpatterns,
    *papers.urlpatterns,
    *paper_templates.urlpatterns,
]
