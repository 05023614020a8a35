"""Ground-floor pages."""

from django.urls import path

from orgportal.core.views import (
    api,
    desk_audit,
    desk_security,
    desk_system,
    feedback,
    guide,
    holidays,
    inbox,
    password,
    probes,
    signing,
)

app_name = "core"
urlpatterns = [
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("sign-in/", signing.sign_in, name="sign-in"),
    path("sign-out/", signing.sign_out, name="sign-out"),
    path("language/", signing.set_language, name="set-language"),
    path("large-print/", signing.set_elder_mode, name="set-elder-mode"),
    path("help/", guide.guide, name="help"),
    path("password/", password.password_change, name="password-change"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.inbox_read, name="inbox-read"),
    path("inbox/<int:pk>/open/", inbox.notice_open, name="notice-open"),
    path("inbox/<int:pk>/read/", inbox.notice_read, name="notice-read"),
    path("holidays/", holidays.holiday_list, name="holiday-list"),
    path("holidays/<int:year>/edit/", holidays.holiday_edit, name="holiday-edit"),
    path("holidays/<int:year>/reading/", holidays.holiday_reading, name="holiday-reading"),
    path("api-docs/", api.api_docs, name="api-docs"),
    path("api-docs/tokens/", api.token_list, name="token-list"),
    path("api-docs/tokens/make/", api.token_make, name="token-make"),
    path("api-docs/tokens/<str:key>/end/", api.token_end, name="token-end"),
    path("api-docs/<slug:slug>/", api.api_room, name="api-room"),
    path("feedback/", feedback.feedback_list, name="feedback-list"),
    path("feedback/new/", feedback.feedback_create, name="feedback-create"),
    path("desks/system/accounts/", desk_system.account_list, name="account-list"),
    path("desks/system/accounts/<int:pk>/", desk_system.account_detail, name="account-detail"),
    path("desks/system/accounts/<int:pk>/reset/", desk_system.account_reset, name="account-reset"),
    path("desks/system/accounts/<int:pk>/close/", desk_system.account_close, name="account-close"),
    path("desks/system/accounts/<int:pk>/reopen/", desk_system.account_reopen, name="account-reopen"),
    path("desks/system/feedback/", feedback.feedback_desk, name="feedback-desk"),
    path("desks/system/feedback/<int:pk>/", feedback.feedback_answer, name="feedback-answer"),
    path("desks/security/locks/", desk_security.lock_list, name="lock-list"),
    path("desks/security/locks/lift/", desk_security.lock_lift, name="lock-lift"),
    path("desks/audit/", desk_audit.audit_list, name="audit-list"),
    path("desks/audit/verify/", desk_audit.audit_verify, name="audit-verify"),
]
