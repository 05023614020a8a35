"""Operations under /api/v1/."""

from django.urls import path

from activities.api import (
    attachments,
    campaigns,
    feeds,
    joint,
    ledger_runs,
    ledger_templates,
    ledgers,
    life,
    plans,
    views,
)

app_name = "api-activities"
urlpatterns = [
    path("activities/", views.ActivityListView.as_view(), name="activity-list"),
    path("activities/not-held/", views.NotHeldView.as_view(), name="not-held-create"),
    path("activities/<int:pk>/", views.ActivityDetailView.as_view(), name="activity-detail"),
    path("activities/<int:pk>/amend/", views.ActivityAmendView.as_view(), name="activity-amend"),
    path("activities/<int:pk>/void/", views.ActivityVoidView.as_view(), name="activity-void"),
    path(
        "activities/<int:pk>/revisions/<int:version>/", views.RevisionView.as_view(), name="revision-detail"
    ),
    path("activities/to-confirm/", life.ToConfirmView.as_view(), name="to-confirm-list"),
    path("activities/confirm-many/", life.ConfirmManyView.as_view(), name="confirm-many"),
    path("activities/take-back-many/", life.TakeBackManyView.as_view(), name="take-back-many"),
    path("activities/<int:pk>/confirm/", life.ConfirmView.as_view(), name="activity-confirm"),
    path("activities/<int:pk>/confirm-on-paper/", life.PaperView.as_view(), name="activity-confirm-on-paper"),
    path("activities/<int:pk>/return/", life.SendBackView.as_view(), name="activity-return"),
    path("duties/", views.DutyListView.as_view(), name="duty-list"),
    path("decisions/", views.DecisionListView.as_view(), name="decision-list"),
    path("decisions/<int:pk>/done/", views.DecisionDoneView.as_view(), name="decision-done"),
    path("decisions/<int:pk>/reopen/", views.DecisionReopenView.as_view(), name="decision-reopen"),
    path("calendars/", feeds.FeedListView.as_view(), name="feed-list"),
    path("calendars/<int:pk>/", feeds.FeedView.as_view(), name="feed-detail"),
    path("calendars/<int:pk>/renew/", feeds.FeedRenewView.as_view(), name="feed-renew"),
    path("campaigns/", campaigns.CampaignListView.as_view(), name="campaign-list"),
    path("campaigns/<int:pk>/branches/", campaigns.TakingPartView.as_view(), name="taking-part-list"),
    path("pledges/", campaigns.PledgeListView.as_view(), name="pledge-list"),
    path("pledges/<int:pk>/progress/", campaigns.PledgeProgressView.as_view(), name="pledge-progress"),
    path("pledges/<int:pk>/comment/", campaigns.PledgeCommentView.as_view(), name="pledge-comment"),
    *attachments.urlpatterns,
    *ledgers.urlpatterns,
    *ledger_runs.urlpatterns,
    *joint.urlpatterns,
    *plans.urlpatterns,
    *ledger_templates.urlpatterns,
]
