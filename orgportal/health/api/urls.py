"""Addresses of health's API."""

from django.urls import path

from orgportal.health.api import coverage, handover, views

app_name = "api-health"
urlpatterns = [
    path("assessments/", views.AssessmentList.as_view(), name="assessment-list"),
    path("assessments/<int:pk>/", views.AssessmentOne.as_view(), name="assessment-detail"),
    path("branches/<int:pk>/hand-over/", handover.HandOverView.as_view(), name="hand-over"),
    path(
        "branches/<int:pk>/hand-over/<int:note>/strike/",
        handover.NoteStrikeView.as_view(),
        name="note-strike",
    ),
    path("coverage/", coverage.ReviewView.as_view(), name="coverage"),
    path("coverage/quarters/", coverage.FrozenReviewList.as_view(), name="coverage-quarters"),
    path("summaries/", views.SummaryList.as_view(), name="summary-list"),
    path("summaries/<int:pk>/", views.SummaryOne.as_view(), name="summary-detail"),
]
