"""What a failure of the mail server means for the mail, its address and the mails behind it."""

import smtplib
from typing import Any

import pytest

from orgportal.core.mailing import Failure, TimedBackend, Verdict, failure_of


def refused(code: int) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"a@example.cn": (code, b"a@example.cn unknown")})


@pytest.mark.parametrize(
    ("error", "verdict", "outcome"),
    [
        (refused(550), Verdict.ADDRESS, "smtp_550"),
        (refused(553), Verdict.ADDRESS, "smtp_553"),
        (refused(450), Verdict.LATER, "smtp_450"),
        (refused(421), Verdict.SERVER, "smtp_421"),
        (smtplib.SMTPDataError(554, b""), Verdict.MESSAGE, "smtp_554"),
        (smtplib.SMTPDataError(451, b""), Verdict.LATER, "smtp_451"),
        (smtplib.SMTPSenderRefused(550, b"", "x"), Verdict.SERVER, "smtp_550"),
        (smtplib.SMTPAuthenticationError(535, b""), Verdict.SERVER, "smtp_535"),
        (smtplib.SMTPServerDisconnected(), Verdict.SERVER, "SMTPServerDisconnected"),
        (TimeoutError(), Verdict.SERVER, "TimeoutError"),
        (ConnectionRefusedError(), Verdict.SERVER, "ConnectionRefusedError"),
        (ValueError("Header values can't contain newlines"), Verdict.MESSAGE, "ValueError"),
    ],
)
def test_a_refused_address_is_told_from_a_server_that_is_away(
    error: Exception, verdict: Verdict, outcome: str
) -> None:
    assert failure_of(error) == Failure(verdict, outcome)


def test_a_sealed_session_is_watched_as_well(settings: Any) -> None:
    settings.EMAIL_USE_SSL, settings.EMAIL_PORT, settings.EMAIL_HOST = True, 1, "127.0.0.1"
    backend = TimedBackend()

    with pytest.raises(ConnectionRefusedError):
        backend.open()
    backend.cut()  # nothing to cut yet, and no harm done

    assert len(backend.sessions) == 1
