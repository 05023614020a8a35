"""Operations under /api/v1/."""

from django.urls import path

from activities.api import views

app_name = "api-activities"
urlpatterns = [
    path("activities/", views.ActivityListView.as_view(), name="activity-list"),
    path("activities/not-held/", views.NotHeldView.as_view(), name="not-held-create"),
    path("activities/<int:pk>/", views.ActivityDetailView.as_view(), name="activity-detail"),
    path("activities/<int:pk>/amend/", views.ActivityAmendView.as_view(), name="activity-amend"),
    path("activities/<int:pk>/void/", views.ActivityVoidView.as_view(), name="activity-void"),
    path("duties/", views.DutyListView.as_view(), name="duty-list"),
    path("decisions/", views.DecisionListView.as_view(), name="decision-list"),
    path("decisions/<int:pk>/done/", views.DecisionDoneView.as_view(), name="decision-done"),
]
