"""What people chose and where their mail stands, read for many at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, QuerySet

from orgportal.core.among import among
from orgportal.core.models import User
from orgportal.core.reminder_kinds import USUAL_HOUR, Channel, Choices, Frequency, kind_by_rule
from orgportal.core.reminder_models import MailAddress, ReminderSettings


@dataclass(frozen=True, slots=True)
class Wish:
    """How one person is reminded: hour, choices, and whether mail reaches them at all."""

    hour: int = USUAL_HOUR
    choices: Choices = field(default_factory=dict)
    has_mail: bool = False

    @property
    def is_usual(self) -> bool:
        """Whether nothing was chosen; most people choose nothing."""
        return not self.choices and self.hour == USUAL_HOUR

    def frequency(self, rule: str, channel: str) -> Frequency:
        """How often the rule may speak; a rule without a kind is a duty told at once."""
        kind = kind_by_rule().get(rule)
        if channel == Channel.EMAIL and not self.has_mail:
            return Frequency.OFF
        return kind.chosen(channel, self.choices) if kind else Frequency.AT_ONCE


def wishes_of(people: Iterable[int]) -> dict[int, Wish]:
    """By account, in three queries; who has no address, or one that is stopped, has no mail."""
    asked = set(people)
    reached = set(User.objects.filter(pk__in=among(asked)).exclude(email="").values_list("pk", flat=True))
    reached -= set(stopped().filter(user__in=among(reached)).values_list("user_id", flat=True))
    rows = ReminderSettings.objects.filter(user__in=among(asked)).values_list(
        "user_id", "mail_hour", "choices"
    )
    said = {user: Wish(hour, choices, user in reached) for user, hour, choices in rows}
    usual = {has_mail: Wish(has_mail=has_mail) for has_mail in (True, False)}
    return {pk: said.get(pk) or usual[pk in reached] for pk in asked}


def stopped() -> QuerySet[MailAddress]:
    """Addresses no mail goes to: given up, and still the person's own."""
    return MailAddress.objects.filter(stopped_at__isnull=False, address=F("user__email"))
