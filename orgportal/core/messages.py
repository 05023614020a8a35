"""Sentences of the ground floor's own notices."""

from django.utils.translation import gettext_lazy as _

NOTICES = {
    "core.feedback_answered": _("Your complaint or suggestion was answered."),
}
