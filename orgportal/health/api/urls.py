"""Addresses of health's API."""

from django.urls import path

from orgportal.health.api import views

app_name = "api-health"
urlpatterns = [
    path("assessments/", views.AssessmentList.as_view(), name="assessment-list"),
    path("assessments/<int:pk>/", views.AssessmentOne.as_view(), name="assessment-detail"),
    path("summaries/", views.SummaryList.as_view(), name="summary-list"),
    path("summaries/<int:pk>/", views.SummaryOne.as_view(), name="summary-detail"),
]
