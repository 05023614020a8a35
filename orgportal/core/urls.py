"""Ground-floor pages."""

from django.urls import path

from orgportal.core.views import inbox, password, signing

app_name = "core"
urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign-in"),
    path("sign-out/", signing.sign_out, name="sign-out"),
    path("language/", signing.set_language, name="set-language"),
    path("large-print/", signing.set_elder_mode, name="set-elder-mode"),
    path("password/", password.password_change, name="password-change"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.inbox_read, name="inbox-read"),
    path("inbox/<int:pk>/open/", inbox.notice_open, name="notice-open"),
    path("inbox/<int:pk>/read/", inbox.notice_read, name="notice-read"),
]
