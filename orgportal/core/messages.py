"""Sentences of the ground floor: notices, refusals, and the names of what the audit trail records."""

from django.utils.translation import gettext_lazy as _

NOTICES = {
    "core.feedback_answered": _("Your complaint or suggestion was answered."),
}

# Which room a notice comes from, by the first word of its rule.
NOTICE_SOURCES = {
    "core": _("The system"),
    "branches": _("Bodies"),
    "members": _("Members and transfers"),
    "activities": _("Activities"),
    "health": _("Branch health"),
}

# Why a notice came to this person, by rule.
NOTICE_REASONS = {
    "core.feedback_answered": _("because you wrote it"),
    "activities.duty_due": _("because your branch owes this duty"),
    "activities.decision_due": _("because you answer for this decision"),
    "members.term_ending": _("because your body must elect"),
    "members.transfer_waiting": _("because the next step is yours"),
}

REFUSALS = {
    "refused": _("This was refused ({code})."),
    "not_allowed": _("Your post does not give you this right here."),
    "stale_version": _("Somebody else changed this first. Load the page again and compare."),
    "slip_expired": _("The password on your slip has run out. Ask your branch secretary for a new slip."),
}

AUDIT_ACTIONS = {
    "account.password_changed": _("Changed the password"),
    "session.signed_in": _("Signed in"),
    "session.signed_out": _("Signed out"),
    "session.refused": _("Sign-in refused"),
    "session.locked_out": _("Sign-in locked for a while"),
}
