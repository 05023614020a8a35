"""Activities: records, the month, follow-ups."""

from django.urls import path

from activities.views import book, calendar, campaigns, changes, decisions, feeds, paper, pledges, records

app_name = "activities"
urlpatterns = [
    path("", records.activity_list, name="activity-list"),
    path("month/", calendar.month, name="month"),
    path("calendars/", feeds.feed_list, name="feed-list"),
    path("calendars/make/", feeds.feed_make, name="feed-make"),
    path("calendars/<int:pk>/renew/", feeds.feed_renew, name="feed-renew"),
    path("calendars/<int:pk>/end/", feeds.feed_end, name="feed-end"),
    path("calendars/<slug:token>.ics", feeds.feed_read, name="feed-read"),
    path("new/", records.activity_create, name="activity-create"),
    path("new/preview/", records.activity_preview, name="activity-preview"),
    path("paper/", paper.paper_create, name="paper-create"),
    path("paper/check/", paper.paper_check, name="paper-check"),
    path("paper/saved/<slug:of>/", paper.paper_saved, name="paper-saved"),
    path("roster-sheet/", paper.roster_sheet, name="roster-sheet"),
    path("book/<int:branch>/", book.book, name="book"),
    path("not-held/", changes.not_held_create, name="not-held-create"),
    path("<int:pk>/", records.activity_detail, name="activity-detail"),
    path("<int:pk>/saved/", records.activity_saved, name="activity-saved"),
    path("<int:pk>/print/", records.activity_print, name="activity-print"),
    path("<int:pk>/amend/", changes.activity_amend, name="activity-amend"),
    path("<int:pk>/void/", changes.activity_void, name="activity-void"),
    path("<int:pk>/revisions/<int:version>/", changes.revision_detail, name="revision-detail"),
    path("follow-ups/", decisions.decision_list, name="decision-list"),
    path("follow-ups/<int:pk>/done/", decisions.decision_done, name="decision-done"),
    path("campaigns/", campaigns.campaign_list, name="campaign-list"),
    path("campaigns/create/", campaigns.campaign_create, name="campaign-create"),
    path("campaigns/<int:pk>/", campaigns.campaign_detail, name="campaign-detail"),
    path("campaigns/<int:pk>/roll-out/", campaigns.campaign_roll_out, name="campaign-roll-out"),
    path("campaigns/<int:pk>/end/", campaigns.campaign_end, name="campaign-end"),
    path("campaigns/<int:pk>/branches/<int:branch>/", pledges.campaign_branch, name="campaign-branch"),
    path("campaigns/<int:pk>/branches/<int:branch>/pledge/", pledges.pledge_create, name="pledge-create"),
    path("campaigns/pledges/<int:pk>/", pledges.pledge_detail, name="pledge-detail"),
    path("campaigns/pledges/<int:pk>/progress/", pledges.pledge_progress, name="pledge-progress"),
    path("campaigns/pledges/<int:pk>/comment/", pledges.pledge_comment, name="pledge-comment"),
    path("follow-ups/<int:pk>/reopen/", decisions.decision_reopen, name="decision-reopen"),
]
