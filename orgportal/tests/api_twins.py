"""Every page of bodies, members and activities beside what a program calls for the same, or why it has none.

A page operation is "METHOD namespace:name"; its twins are operations of the API written alike.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Why a page has no operation of the API."""

    words: str


Twins = tuple[str, ...] | Reason

FORM = Reason("Draws the form of the POST beside it; whatever it offers to choose from is a list of its own.")
SLIPS = Reason(
    "First passwords leave on paper slips alone, from hand to hand: a program has a token of its own and "
    "makes accounts for nobody."
)
DESK = Reason("Belongs to an administrator's desk, which reads nothing of the API by design.")
TYPING = Reason("Choices under a field while somebody types; a program asks the lists these are drawn from.")

MOVES = (
    "submit", "release", "approve", "issue", "accept", "hand-in", "confirm", "lose", "reissue", "return",
    "resubmit", "refuse", "withdraw",
)  # fmt: skip
LIFE = ("confirm-many", "take-back-many", "activity-confirm", "activity-confirm-on-paper", "activity-return")
LISTS_OF_BODIES = ("organization-list", "organization-tree", "text-bodies")
UNIT_STEPS = ("cover", "pause", "resume", "hidden", "leave")

REGISTER: dict[str, Twins] = {
    "GET members:member-list": ("GET api-members:member-list",),
    "GET members:member-export": FORM,
    "POST members:member-export": ("POST api-members:member-export",),
    "GET members:member-create": FORM,
    "POST members:member-create": ("POST api-members:member-list",),
    "GET members:member-detail": ("GET api-members:member-detail",),
    "GET members:member-correct": FORM,
    "POST members:member-correct": ("POST api-members:member-correct",),
    "POST members:member-reveal": ("POST api-members:member-reveal",),
    "GET members:merge-pick": ("GET api-members:merge-candidates",),
    "GET members:merge-form": ("GET api-members:merge-preview",),
    "POST members:merge-form": ("POST api-members:merge-list",),
    "GET members:merge-detail": ("GET api-members:merge-detail",),
    "POST members:merge-undo": ("POST api-members:merge-undo",),
    "GET members:account-list": SLIPS,
    "GET members:account-check": SLIPS,
    "POST members:account-open": SLIPS,
    "GET members:account-reset": SLIPS,
    "POST members:account-reset": SLIPS,
    "GET members:account-by-number": SLIPS,
    "POST members:account-by-number": SLIPS,
    "GET members:grant-list": DESK,
    "GET members:right-list": DESK,
}

OWN: dict[str, Twins] = {
    "GET members:own": ("GET api-members:own", "GET api-members:own-watchers"),
    "GET members:own-copy": ("GET api-members:own-copy",),
    "GET members:own-contact": FORM,
    "POST members:own-contact": ("POST api-members:own-contact",),
    "GET members:own-ask": FORM,
    "POST members:own-ask": ("POST api-members:correction-list",),
    "POST members:own-confirm": ("POST api-members:confirmation-list",),
    "POST members:own-withdraw": ("POST api-members:correction-withdraw",),
    "GET members:own-mobile": (
        "GET api-members:spell-list", "GET api-members:spell-detail", "GET api-members:contact-list",
    ),
    "GET members:own-away": FORM,
    "POST members:own-away": ("POST api-members:spell-list", "POST api-members:spell-move"),
    "GET members:own-back": FORM,
    "POST members:own-back": ("POST api-members:spell-back",),
    "GET members:correction-list": ("GET api-members:correction-list",),
    "GET members:correction-detail": ("GET api-members:correction-list",),
    "POST members:correction-answer": (
        "POST api-members:correction-accept", "POST api-members:correction-decline",
    ),
    "GET members:confirmation-list": ("GET api-members:confirmation-list",),
    "POST members:confirmation-many": ("POST api-members:confirmation-many",),
    "GET members:member-confirm": FORM,
    "POST members:member-confirm": ("POST api-members:confirmation-list",),
}  # fmt: skip

STANDING: dict[str, Twins] = {
    "GET members:standing-of": (
        "GET api-members:member-detail", "GET api-members:change-list", "GET api-members:merge-list",
    ),
    "GET members:stop-ground": FORM,
    "POST members:stop-ground": ("POST api-members:stop-ground",),
    "GET members:change-enter": FORM,
    "POST members:change-enter": ("POST api-members:change-list",),
    "GET members:change-list": ("GET api-members:change-list",),
    "GET members:change-detail": ("GET api-members:change-detail",),
    "GET members:change-move": FORM,
    "POST members:change-move": (
        "POST api-members:change-approve", "POST api-members:change-refuse",
        "POST api-members:change-withdraw",
    ),
    "GET members:probation-list": ("GET api-members:probation-list",),
    "GET members:case-list": ("GET api-members:case-list",),
    "GET members:case-open": FORM,
    "POST members:case-open": ("POST api-members:case-list",),
    "GET members:case-detail": ("GET api-members:case-detail",),
    "GET members:case-step": FORM,
    "POST members:case-step": ("POST api-members:case-step",),
}  # fmt: skip

OFFICES: dict[str, Twins] = {
    "GET members:post-list": (
        "GET api-members:offices", "GET api-members:post-list", "GET api-members:term-list",
    ),
    "GET members:post-create": FORM,
    "POST members:post-create": ("POST api-members:post-list",),
    "GET members:post-end": FORM,
    "GET members:post-cancel": FORM,
    "POST members:post-cancel": ("POST api-members:post-cancel",),
    "POST members:post-restore": ("POST api-members:post-restore",),
    "POST members:post-end": ("POST api-members:post-end",),
    "GET members:term-create": FORM,
    "POST members:term-create": ("POST api-members:term-list",),
    "GET members:group-members": ("GET api-members:member-list", "GET api-branches:group-list"),
    "POST members:group-members": ("POST api-members:grouping",),
    "GET members:branch-merge": ("GET api-members:merger",),
    "POST members:branch-merge": ("POST api-members:merger",),
}  # fmt: skip

MOBILE: dict[str, Twins] = {
    "GET members:mobile-list": (
        "GET api-members:spell-list", "GET api-members:inflow-list", "GET api-members:proposal-list",
        "GET api-members:inflow-reports", "GET api-members:mobile-branches",
    ),
    "GET members:mobile-detail": ("GET api-members:spell-detail",),
    "GET members:mobile-start": FORM,
    "POST members:mobile-start": ("POST api-members:spell-list",),
    "GET members:mobile-correct": FORM,
    "POST members:mobile-correct": ("POST api-members:spell-correct",),
    "GET members:mobile-move": FORM,
    "POST members:mobile-move": ("POST api-members:spell-move",),
    "GET members:mobile-end": FORM,
    "POST members:mobile-end": ("POST api-members:spell-back", "POST api-members:spell-annul"),
    "GET members:card-issue": ("GET api-members:spell-card",),
    "POST members:card-issue": ("POST api-members:spell-card",),
    "GET members:card-pdf": ("GET api-members:spell-card-print",),
    "POST members:card-check": ("POST api-members:spell-card-check",),
    "POST members:card-lost": ("POST api-members:spell-card-lost",),
    "GET members:contact-log": ("GET api-members:spell-reach", "GET api-members:contact-list"),
    "POST members:contact-log": ("POST api-members:contact-list",),
    "GET members:contact-strike": FORM,
    "POST members:contact-strike": ("POST api-members:contact-strike",),
    "GET members:inflow-create": FORM,
    "POST members:inflow-create": ("POST api-members:inflow-list",),
    "GET members:inflow-detail": ("GET api-members:inflow-detail",),
    "GET members:inflow-correct": FORM,
    "POST members:inflow-correct": ("POST api-members:inflow-correct",),
    "GET members:inflow-confirm": FORM,
    "POST members:inflow-confirm": ("POST api-members:inflow-confirm",),
    "GET members:inflow-end": FORM,
    "POST members:inflow-end": ("POST api-members:inflow-end",),
    "GET members:proposal-detail": ("GET api-members:proposal-list",),
    "POST members:proposal-detail": ("POST api-members:proposal-dismiss",),
}  # fmt: skip

PAPERS: dict[str, Twins] = {
    "GET members:certificate-create": FORM,
    "POST members:certificate-create": ("POST api-members:certificate",),
    "GET members:arrival-list": ("GET api-members:arrival-list",),
    "GET members:arrival-create": FORM,
    "POST members:arrival-create": ("POST api-members:arrival-list",),
    "GET members:arrival-detail": ("GET api-members:arrival-detail",),
    "GET members:arrival-correct": FORM,
    "POST members:arrival-correct": ("POST api-members:arrival-correct",),
    "POST members:arrival-accept": ("POST api-members:arrival-accept",),
    "POST members:arrival-refuse": ("POST api-members:arrival-refuse",),
    "GET members:paper-list": ("GET api-members:paper-list",),
    "GET members:paper-detail": ("GET api-members:paper-detail",),
    "GET members:paper-end": FORM,
    "POST members:paper-end": ("POST api-members:paper-end",),
    "GET members:paper-pdf": ("GET api-members:paper-print",),
    "GET members:paper-docx": ("GET api-members:paper-document",),
    "GET members:template-list": ("GET api-members:template-list",),
    "GET members:template-upload": FORM,
    "POST members:template-upload": ("POST api-members:template-list",),
    "GET members:template-starter": ("GET api-members:template-starter",),
    "GET members:template-detail": ("GET api-members:template-list",),
    "GET members:template-file": ("GET api-members:template-file",),
    "GET members:template-sample": ("GET api-members:template-example",),
    "POST members:template-retire": ("POST api-members:template-retire",),
    "POST members:template-restore": ("POST api-members:template-restore",),
}

TRANSFERS: dict[str, Twins] = {
    "GET members:transfer-list": ("GET api-members:transfer-list",),
    "GET members:transfer-start": ("POST api-members:transfer-check",),
    "POST members:transfer-start": ("POST api-members:transfer-list",),
    "GET members:transfer-start-own": ("POST api-members:transfer-check",),
    "POST members:transfer-start-own": ("POST api-members:transfer-list",),
    "GET members:transfer-targets": TYPING,
    "GET members:transfer-people": TYPING,
    "GET members:transfer-detail": ("GET api-members:transfer-detail",),
    "GET members:transfer-correct": FORM,
    "POST members:transfer-correct": ("POST api-members:transfer-correct",),
    "POST members:transfer-report": ("POST api-members:transfer-report",),
    "GET members:transfer-move": FORM,
    "POST members:transfer-move": tuple(f"POST api-members:transfer-{move}" for move in MOVES),
    "GET members:batch-list": ("GET api-members:batch-list",),
    "GET members:batch-create": FORM,
    "POST members:batch-create": ("POST api-members:batch-list",),
    "POST members:batch-move-on": ("POST api-members:batch-moves",),
    "GET members:batch-detail": ("GET api-members:batch-detail", "GET api-members:batch-rows"),
    "POST members:batch-begin": ("POST api-members:batch-begin",),
    "POST members:batch-discard": ("POST api-members:batch-discard",),
}

BODIES: dict[str, Twins] = {
    **{f"GET branches:{page}": ("GET api-branches:organization-list",) for page in LISTS_OF_BODIES},
    "GET branches:organization-detail": (
        "GET api-branches:organization-detail", "GET api-branches:organization-history",
        "GET api-members:offices", "GET api-branches:group-list",
    ),
    "GET branches:organization-directory": ("GET api-branches:directory-list",),
    "GET branches:organization-create": FORM,
    "POST branches:organization-create": ("POST api-branches:organization-list",),
    "GET branches:organization-edit": FORM,
    "POST branches:organization-edit": ("POST api-branches:organization-change",),
    "GET branches:organization-rename": FORM,
    "POST branches:organization-rename": ("POST api-branches:organization-rename",),
    "GET branches:organization-move": FORM,
    "POST branches:organization-move": ("POST api-branches:organization-move",),
    "GET branches:organization-dissolve": FORM,
    "POST branches:organization-dissolve": ("POST api-branches:organization-dissolve",),
    "GET branches:organization-import": FORM,
    "POST branches:organization-import": (
        "POST api-branches:organization-import-check", "POST api-branches:organization-import",
    ),
    "GET branches:import-template": FORM,
    "GET branches:unit-list": ("GET api-branches:unit-list",),
    "GET branches:unit-export": ("GET api-branches:unit-list",),
    "POST branches:unit-check": ("POST api-branches:unit-check",),
    "GET branches:unit-add": FORM,
    "POST branches:unit-add": ("POST api-branches:unit-list",),
    "GET branches:unit-import": FORM,
    "POST branches:unit-import": ("POST api-branches:unit-import-check", "POST api-branches:unit-import"),
    "POST branches:unit-import-undo": ("POST api-branches:unit-import-undo",),
    "GET branches:unit-template": FORM,
    "GET branches:unit-detail": ("GET api-branches:unit-detail",),
    "GET branches:unit-edit": FORM,
    "POST branches:unit-edit": ("PUT api-branches:unit-detail",),
    **{f"GET branches:unit-{step}": FORM for step in UNIT_STEPS},
    **{f"POST branches:unit-{step}": (f"POST api-branches:unit-{step}",) for step in UNIT_STEPS},
    "POST branches:unit-undo": ("POST api-branches:unit-undo",),
    "POST branches:visit-log": ("POST api-branches:visit-log",),
    "GET branches:coverage-end": FORM,
    "POST branches:coverage-end": ("POST api-branches:coverage-end",),
    "POST branches:visit-strike": ("POST api-branches:visit-strike",),
    "GET branches:text-list": ("GET api-branches:text-list",),
    "GET branches:text-edit": ("GET api-branches:text-detail", "POST api-branches:text-preview"),
    "POST branches:text-edit": ("PUT api-branches:text-detail", "POST api-branches:text-preview"),
    **{f"POST branches:text-{act}": (f"POST api-branches:text-{act}",) for act in ("reset", "restore")},
    "GET branches:group-create": FORM,
    "POST branches:group-create": ("POST api-branches:group-list",),
    "GET branches:group-rename": FORM,
    "POST branches:group-rename": ("POST api-branches:group-rename",),
    "GET branches:group-end": FORM,
    "POST branches:group-end": ("POST api-branches:group-end",),
}  # fmt: skip

ENGINE = Reason(
    "Part of the page without network, for the browser that keeps it; a program records by the operation "
    "of the API with a key of its own."
)
BY_HAND = Reason("A campaign is laid out, rolled out and ended by hand; programs read it, pledge and report.")
CALENDAR = Reason("A calendar program reads the address itself, without a token of the API.")
PRINTED = Reason("A sheet to sign on with a pen; whom it lists an own list says.")

RECORDS: dict[str, Twins] = {
    "GET activities:activity-list": ("GET api-activities:activity-list",),
    "GET activities:month": ("GET api-activities:activity-list",),
    "GET activities:activity-detail": ("GET api-activities:activity-detail", "GET api-activities:duty-list"),
    "GET activities:activity-saved": ("GET api-activities:activity-detail", "GET api-activities:duty-list"),
    "GET activities:revision-detail": ("GET api-activities:revision-detail",),
    "GET activities:activity-create": FORM,
    "POST activities:activity-create": ("POST api-activities:activity-list",),
    "POST activities:activity-preview": TYPING,
    "GET activities:activity-amend": FORM,
    "POST activities:activity-amend": ("POST api-activities:activity-amend",),
    "GET activities:activity-void": FORM,
    "POST activities:activity-void": ("POST api-activities:activity-void",),
    "GET activities:not-held-create": FORM,
    "POST activities:not-held-create": ("POST api-activities:not-held-create",),
    "GET activities:paper-create": FORM,
    "POST activities:paper-create": (
        "POST api-activities:activity-list", "POST api-activities:not-held-create",
    ),
    "POST activities:paper-check": TYPING,
    "GET activities:paper-saved": ("GET api-activities:activity-list",),
    "GET activities:roster-sheet": PRINTED,
    "GET activities:offline": ENGINE,
    "GET activities:offline-kept": ENGINE,
    "GET activities:activity-confirm": FORM,
    "GET activities:confirm-many": ("GET api-activities:to-confirm-list", "GET api-activities:activity-list"),
    **{f"POST activities:{name}": (f"POST api-activities:{name}",) for name in LIFE},
    "GET activities:activity-confirm-on-paper": FORM,
    "GET activities:activity-return": FORM,
    "GET activities:decision-list": (
        "GET api-activities:decision-list", "GET api-activities:to-confirm-list",
    ),
    "GET activities:decision-done": FORM,
    "POST activities:decision-done": ("POST api-activities:decision-done",),
    "POST activities:decision-reopen": ("POST api-activities:decision-reopen",),
}  # fmt: skip

LEDGERS: dict[str, Twins] = {
    "GET activities:activity-print": ("GET api-activities:activity-paper",),
    "GET activities:activity-paper": ("GET api-activities:activity-paper",),
    "GET activities:activity-file": ("GET api-activities:activity-file",),
    "GET activities:book": ("GET api-activities:ledger",),
    "GET activities:ledger": ("GET api-activities:ledger",),
    "GET activities:ledger-file": ("GET api-activities:ledger-file",),
    "GET activities:layout-list": ("GET api-activities:layout-list",),
    "GET activities:layout-upload": FORM,
    "POST activities:layout-upload": ("POST api-activities:layout-list",),
    "GET activities:layout-starter": ("GET api-activities:layout-starter",),
    "GET activities:layout-detail": ("GET api-activities:layout-list",),
    "GET activities:layout-file": ("GET api-activities:layout-file",),
    "GET activities:layout-sample": ("GET api-activities:layout-example",),
    "POST activities:layout-retire": ("POST api-activities:layout-retire",),
    "POST activities:layout-restore": ("POST api-activities:layout-restore",),
    "GET activities:ledger-runs": ("GET api-activities:ledger-runs",),
    "POST activities:ledger-runs": ("POST api-activities:ledger-runs",),
    "GET activities:ledger-run": ("GET api-activities:ledger-run",),
    "GET activities:ledger-run-file": ("GET api-activities:ledger-run-file",),
    "POST activities:ledger-run-again": ("POST api-activities:ledger-run-again",),
    "GET activities:feed-list": ("GET api-activities:feed-list",),
    "POST activities:feed-make": ("POST api-activities:feed-list",),
    "POST activities:feed-renew": ("POST api-activities:feed-renew",),
    "POST activities:feed-end": ("DELETE api-activities:feed-detail",),
    "GET activities:feed-read": CALENDAR,
}

FILES: dict[str, Twins] = {
    "GET activities:attachment-list": ("GET api-activities:attachment-list",),
    "POST activities:attachment-list": ("POST api-activities:attachment-list",),
    "GET activities:attachment-file": ("GET api-activities:attachment-file",),
    "POST activities:attachment-show": ("POST api-activities:attachment-show",),
    "POST activities:attachment-remove": ("POST api-activities:attachment-remove",),
    "POST activities:attachment-restore": ("POST api-activities:attachment-restore",),
}

JOINT: dict[str, Twins] = {
    "GET activities:joint": FORM,
    "POST activities:joint": ("POST api-activities:invite",),
    "GET activities:invitation-list": ("GET api-activities:invitation-list",),
    "GET activities:invitation-detail": ("GET api-activities:invitation-detail",),
    "GET activities:invitation-record": FORM,
    "POST activities:invitation-record": ("POST api-activities:invitation-record",),
    "POST activities:invitation-link": ("POST api-activities:invitation-link",),
    "GET activities:invitation-decline": FORM,
    "POST activities:invitation-decline": ("POST api-activities:invitation-decline",),
    "POST activities:invitation-withdraw": ("POST api-activities:invitation-withdraw",),
}

PLANS: dict[str, Twins] = {
    "GET activities:plan": ("GET api-activities:plan",),
    "GET activities:plan-print": ("GET api-activities:plan",),
    "GET activities:plan-add": FORM,
    "POST activities:plan-add": ("POST api-activities:plan-one",),
    "GET activities:plan-lay-out": FORM,
    "POST activities:plan-lay-out": ("POST api-activities:plan",),
    "GET activities:plan-move": FORM,
    "POST activities:plan-move": ("POST api-activities:plan-move",),
    "POST activities:plan-take-back": ("POST api-activities:plan-take-back",),
    "GET activities:leave-ask": ("GET api-activities:leave",),
    "POST activities:leave-ask": ("POST api-activities:leave",),
    "POST activities:leave-withdraw": ("DELETE api-activities:leave",),
}

CAMPAIGNS: dict[str, Twins] = {
    "GET activities:campaign-list": ("GET api-activities:campaign-list",),
    "GET activities:campaign-detail": (
        "GET api-activities:campaign-list", "GET api-activities:taking-part-list",
    ),
    "GET activities:campaign-branch": ("GET api-activities:pledge-list",),
    "GET activities:campaign-create": FORM,
    "POST activities:campaign-create": BY_HAND,
    "POST activities:campaign-roll-out": BY_HAND,
    "POST activities:campaign-end": BY_HAND,
    "GET activities:pledge-create": FORM,
    "POST activities:pledge-create": ("POST api-activities:pledge-list",),
    "GET activities:pledge-detail": ("GET api-activities:pledge-list",),
    "POST activities:pledge-progress": ("POST api-activities:pledge-progress",),
    "POST activities:pledge-comment": ("POST api-activities:pledge-comment",),
}  # fmt: skip

TWINS: dict[str, Twins] = {
    **REGISTER, **OWN, **STANDING, **OFFICES, **MOBILE, **PAPERS, **TRANSFERS, **BODIES,
    **RECORDS, **FILES, **JOINT, **PLANS, **LEDGERS, **CAMPAIGNS,
}  # fmt: skip
