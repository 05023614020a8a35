"""Addresses of health; the first screen is the portal's root."""

from django.urls import path, re_path

from orgportal.health.views import (
    branch,
    district,
    handover,
    home,
    nudges,
    period_matrix,
    robots,
    summaries,
    unit_quarters,
    units,
)

app_name = "health"
urlpatterns = [
    path("", home.home, name="home"),
    path("health/", district.district, name="district"),
    path("health/duties/", district.duty_list, name="duty-list"),
    path("health/transfers/", district.overdue_transfers, name="transfer-list"),
    path("health/terms/", district.ending_terms, name="term-list"),
    path("health/returned/", district.returned_records, name="returned-list"),
    path("health/branches/<int:pk>/", branch.branch, name="branch"),
    path("health/branches/<int:pk>/hand-over/", handover.hand_over, name="hand-over"),
    path("health/branches/<int:pk>/hand-over/<int:note>/strike/", handover.note_strike, name="note-strike"),
    path("health/nudges/", nudges.nudge_list, name="nudge-list"),
    path("health/nudges/new/", nudges.nudge_create, name="nudge-create"),
    path("health/nudges/received/", nudges.nudge_received, name="nudge-received"),
    path("health/nudges/<int:pk>/", nudges.nudge_detail, name="nudge-detail"),
    path("health/nudges/<int:pk>/withdraw/", nudges.nudge_withdraw, name="nudge-withdraw"),
    path("health/robots/", robots.robot_list, name="robot-list"),
    path("health/robots/new/", robots.robot_create, name="robot-create"),
    path("health/robots/<int:pk>/", robots.robot_detail, name="robot-detail"),
    path("health/robots/<int:pk>/edit/", robots.robot_edit, name="robot-edit"),
    re_path(
        r"^health/robots/(?P<pk>\d+)/(?P<act>test|start|retry|remove)/$", robots.robot_act, name="robot-act"
    ),
    path("health/units/", units.unit_review, name="unit-review"),
    path("health/units/quarters/", unit_quarters.unit_matrix, name="unit-matrix"),
    path("health/units/names/", units.unit_names, name="unit-names"),
    path("health/summaries/matrix/", period_matrix.period_matrix, name="period-matrix"),
    path("health/summaries/", summaries.summary_list, name="summary-list"),
    path("health/summaries/<int:pk>/", summaries.summary_detail, name="summary-detail"),
    path("health/summaries/<int:pk>.<slug:form>", summaries.summary_file, name="summary-file"),
    path("health/summaries/<int:pk>/print/", summaries.summary_print, name="summary-print"),
]
