"""The pages of the ground floor beside the operations of the API, or why they have none."""

from orgportal.tests.api_twins import DESK, FORM, Reason, Twins

AT_A_SCREEN = Reason(
    "Signing in, the password, language and large print are a person's at a screen; a program has a token."
)
PROBE = Reason("Asked by machines already, without signing in.")
GUIDE = Reason("Tells how pages are used; the API tells so of itself.")
OWN_WORD = Reason("A complaint or suggestion is a person's own word about a page they were on.")
BY_MAIL = Reason("The address of mails is changed with the password, and by opening the link mailed.")
DESKS = {
    "GET": (
        "account-detail", "account-list", "audit-list", "feedback-answer", "feedback-desk", "holiday-edit",
        "job-detail", "job-list", "lock-list", "send-list", "set-aside-discard",
    ),
    "POST": (
        "account-close", "account-reopen", "account-reset", "address-restart", "audit-verify",
        "feedback-answer", "holiday-edit", "holiday-reading", "job-rerun", "lock-lift",
        "send-notice-retry", "send-retry", "send-retry-all", "set-aside-discard", "set-aside-retry",
    ),
}  # fmt: skip

CORE: dict[str, Twins] = {
    **{f"{method} core:{page}": DESK for method, pages in DESKS.items() for page in pages},
    **{f"GET core:{page}": AT_A_SCREEN for page in ("sign-in", "password-change")},
    **{
        f"POST core:{page}": AT_A_SCREEN
        for page in ("sign-in", "sign-out", "password-change", "set-language", "set-elder-mode")
    },
    **{f"GET core:{page}": PROBE for page in ("healthz", "readyz")},
    "GET core:help": GUIDE,
    "GET core:api-docs": ("GET api-core:root", "GET api-core:schema"),
    "GET core:api-room": ("GET api-core:schema",),
    "GET core:token-list": ("GET api-core:token-list",),
    "POST core:token-make": ("POST api-core:token-list",),
    "POST core:token-end": ("DELETE api-core:token-detail",),
    "GET core:holiday-list": ("GET api-core:holiday-list",),
    "GET core:feedback-list": OWN_WORD,
    "GET core:feedback-create": OWN_WORD,
    "POST core:feedback-create": OWN_WORD,
    "GET core:inbox": ("GET api-core:notice-list",),
    "POST core:inbox-read": ("POST api-core:notices-read",),
    "POST core:notice-open": ("POST api-core:notice-read",),
    "POST core:notice-read": ("POST api-core:notice-read",),
    "GET core:reminder-settings": ("GET api-core:reminder-settings",),
    "POST core:reminder-settings": ("PUT api-core:reminder-settings",),
    "GET core:address-confirm": BY_MAIL,
    **{
        f"POST core:{page}": BY_MAIL
        for page in ("mail-address", "address-again", "address-take-back", "address-confirm")
    },
    "GET core:waiver-list": ("GET api-core:waiver-list",),
    "GET core:waiver-create": FORM,
    "POST core:waiver-create": ("POST api-core:waiver-list",),
    "POST core:waiver-withdraw": ("POST api-core:waiver-withdraw",),
}
