"""Activities: records, the month, follow-ups."""

from django.urls import path

from activities.views import calendar, changes, decisions, records

app_name = "activities"
urlpatterns = [
    path("", records.activity_list, name="activity-list"),
    path("month/", calendar.month, name="month"),
    path("new/", records.activity_create, name="activity-create"),
    path("new/preview/", records.activity_preview, name="activity-preview"),
    path("not-held/", changes.not_held_create, name="not-held-create"),
    path("<int:pk>/", records.activity_detail, name="activity-detail"),
    path("<int:pk>/saved/", records.activity_saved, name="activity-saved"),
    path("<int:pk>/print/", records.activity_print, name="activity-print"),
    path("<int:pk>/amend/", changes.activity_amend, name="activity-amend"),
    path("<int:pk>/void/", changes.activity_void, name="activity-void"),
    path("<int:pk>/revisions/<int:version>/", changes.revision_detail, name="revision-detail"),
    path("follow-ups/", decisions.decision_list, name="decision-list"),
    path("follow-ups/<int:pk>/done/", decisions.decision_done, name="decision-done"),
    path("follow-ups/<int:pk>/reopen/", decisions.decision_reopen, name="decision-reopen"),
]
