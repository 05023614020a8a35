"""Addresses of health's API."""

from django.urls import path

from orgportal.health.api import handover, views

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
    path("summaries/", views.SummaryList.as_view(), name="summary-list"),
    path("summaries/<int:pk>/", views.SummaryOne.as_view(), name="summary-detail"),
]
