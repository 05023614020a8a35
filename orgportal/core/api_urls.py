"""Ground-floor operations of the API."""

from django.urls import path

from orgportal.core.views import api, holidays, reminder_settings

app_name = "api-core"
urlpatterns = [
    path("", api.RootView.as_view(), name="root"),
    path("schema/", api.SchemaView.as_view(), name="schema"),
    path("holidays/", holidays.HolidayView.as_view(), name="holiday-list"),
    path("reminder-settings/", reminder_settings.ReminderSettingsView.as_view(), name="reminder-settings"),
    path("tokens/", api.TokenListView.as_view(), name="token-list"),
    path("tokens/<str:key>/", api.TokenView.as_view(), name="token-detail"),
]
