"""Talks to the mail server within a time limit, and tells a refused address from a server that is away."""

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from socket import SHUT_RDWR
from threading import Timer
from time import monotonic
from types import TracebackType
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email

# A run of the mail task ends by then, however the server behaves (reliability.md F35).
SECONDS = 25


class Verdict(Enum):
    """What a failure means for the mail, for its address and for the mails behind it."""

    ADDRESS = "address"  # refused for good: the address is wrong
    MESSAGE = "message"  # refused for good: this mail, not its address
    LATER = "later"  # refused for now
    SERVER = "server"  # nobody there, or not answering: the mails behind it would fare no better


@dataclass(frozen=True, slots=True)
class Failure:
    verdict: Verdict
    outcome: str


SERVICE_CLOSING = 421


def failure_of(error: Exception) -> Failure:
    """What went wrong, as it is kept: a code and no words of the server, which may repeat the address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = min(code for code, _ in error.recipients.values())
        return Failure(_of_code(code, Verdict.ADDRESS), f"smtp_{code}")
    if isinstance(error, smtplib.SMTPDataError):
        return Failure(_of_code(error.smtp_code, Verdict.MESSAGE), f"smtp_{error.smtp_code}")
    if isinstance(error, smtplib.SMTPResponseException):
        return Failure(Verdict.SERVER, f"smtp_{error.smtp_code}")
    if isinstance(error, OSError):  # SMTPException is one as well
        return Failure(Verdict.SERVER, type(error).__name__)
    return Failure(Verdict.MESSAGE, type(error).__name__)


def _of_code(code: int, for_good: Verdict) -> Verdict:
    if code == SERVICE_CLOSING:
        return Verdict.SERVER
    return for_good if code >= 500 else Verdict.LATER


class _Watched:
    """Makes itself known before it connects, so that a server that never greets can be cut off too."""

    sock: Any

    def __init__(self, *args: Any, watch: list["_Watched"], **kwargs: Any) -> None:
        watch.append(self)
        super().__init__(*args, **kwargs)


class _Plain(_Watched, smtplib.SMTP):
    """An SMTP session under watch."""


class _Sealed(_Watched, smtplib.SMTP_SSL):
    """The same inside TLS."""


class TimedBackend(EmailBackend):
    """Django's SMTP back end, whose session can be ended from outside."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sessions: list[_Watched] = []

    @property
    def connection_class(self) -> Any:
        kind = _Sealed if self.use_ssl else _Plain
        return lambda *args, **kwargs: kind(*args, watch=self.sessions, **kwargs)

    def cut(self) -> None:
        """Whoever waits for the server stops waiting."""
        for session in self.sessions:
            if session.sock is not None:
                with suppress(OSError):
                    session.sock.shutdown(SHUT_RDWR)


class Courier:
    """One session with the mail server, over after SECONDS whatever it does."""

    def __init__(self) -> None:
        self.ends_at = monotonic() + SECONDS
        self.connection: Any = get_connection()
        self.timer = Timer(SECONDS, self._cut)
        self.timer.daemon = True

    def __enter__(self) -> "Courier":
        self.timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self.connection.close()
        self.timer.cancel()

    @property
    def is_spent(self) -> bool:
        return monotonic() >= self.ends_at

    def carry(self, mail: EmailMessage) -> Failure | None:
        """Hand over one mail; None when the server took it."""
        try:
            validate_email(mail.to[0])
            self.connection.open()
            self.connection.send_messages([mail])
        except ValidationError:
            return Failure(Verdict.ADDRESS, "malformed")
        except Exception as error:  # whatever it is, it is this mail's outcome and not the run's
            return failure_of(error)
        return None

    def _cut(self) -> None:
        if isinstance(self.connection, TimedBackend):
            self.connection.cut()
