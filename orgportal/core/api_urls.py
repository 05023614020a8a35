"""Ground-floor operations of the API."""

from django.urls import path

from orgportal.core.views import api, holidays, inbox_api, reminder_settings

app_name = "api-core"
urlpatterns = [
    path("", api.RootView.as_view(), name="root"),
    path("schema/", api.SchemaView.as_view(), name="schema"),
    path("holidays/", holidays.HolidayView.as_view(), name="holiday-list"),
    path("reminder-settings/", reminder_settings.ReminderSettingsView.as_view(), name="reminder-settings"),
    path("notices/", inbox_api.NoticeList.as_view(), name="notice-list"),
    path("notices/read/", inbox_api.NoticesRead.as_view(), name="notices-read"),
    path("notices/<int:pk>/read/", inbox_api.NoticeRead.as_view(), name="notice-read"),
    path("waivers/", inbox_api.WaiverList.as_view(), name="waiver-list"),
    path("waivers/<int:pk>/withdraw/", inbox_api.WaiverWithdraw.as_view(), name="waiver-withdraw"),
    path("tokens/", api.TokenListView.as_view(), name="token-list"),
    path("tokens/<str:key>/", api.TokenView.as_view(), name="token-detail"),
]
