"""Activities: records, the month, follow-ups."""

from django.urls import path

from activities.views import decisions

app_name = "activities"
urlpatterns = [
    path("follow-ups/", decisions.decision_list, name="decision-list"),
    path("follow-ups/<int:pk>/done/", decisions.decision_done, name="decision-done"),
    path("follow-ups/<int:pk>/reopen/", decisions.decision_reopen, name="decision-reopen"),
]
