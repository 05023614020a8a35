"""Addresses of health's API."""

from django.urls import path, re_path

from orgportal.health.api import coverage, handover, nudges, robots, views

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
    path("coverage/matrix/", coverage.UnitMatrixView.as_view(), name="coverage-matrix"),
    path("coverage/quarters/", coverage.FrozenReviewList.as_view(), name="coverage-quarters"),
    path("nudges/", nudges.NudgeList.as_view(), name="nudge-list"),
    path("nudges/preview/", nudges.PreviewView.as_view(), name="nudge-preview"),
    path("nudges/received/", nudges.ReceivedList.as_view(), name="nudge-received"),
    path("nudges/<int:pk>/", nudges.NudgeOne.as_view(), name="nudge-detail"),
    path("nudges/<int:pk>/withdraw/", nudges.NudgeWithdraw.as_view(), name="nudge-withdraw"),
    path("robots/", robots.RobotList.as_view(), name="robot-list"),
    path("robots/<int:pk>/", robots.RobotOne.as_view(), name="robot-detail"),
    re_path(
        r"^robots/(?P<pk>\d+)/(?P<act>test|start|retry|remove)/$", robots.RobotAct.as_view(), name="robot-act"
    ),
    path("summaries/", views.SummaryList.as_view(), name="summary-list"),
    path("summaries/matrix/", views.PeriodMatrixView.as_view(), name="period-matrix"),
    path("summaries/<int:pk>/", views.SummaryOne.as_view(), name="summary-detail"),
]
