"""Faults of the mail server: F2 and F35 of the reliability design."""

from collections import Counter

from drills._fault_broker import all_told, due_now, told_once
from drills._fault_ground import Ground, Scenario, demand, until
from orgportal.core.tests.smtp_stub import SmtpStub

BACKEND = "orgportal.core.mailing.TimedBackend"
# Twice what a run of mails may take whatever the server does.
LONGEST = 60.0


def with_mail(place: Scenario) -> int:
    """Everybody has an address, and what is planned is due; how many people wait for a mail."""
    place.query("UPDATE core_user SET email = user_name || '@example.org' WHERE desk = '' AND is_active")
    due_now(place)
    ((people,),) = place.query(
        "SELECT count(DISTINCT recipient_id) FROM core_reminder WHERE channel = 'email'"
    )
    return int(people)


def addresses(place: Scenario) -> list[str]:
    """Of everybody a mail waits for."""
    found = place.query(
        "SELECT DISTINCT person.email FROM core_user person JOIN core_reminder reminder"
        " ON reminder.recipient_id = person.id WHERE reminder.channel = 'email' ORDER BY 1"
    )
    return [name for (name,) in found]


def crash_after_yes(ground: Ground) -> str:
    """F2: the worker is killed when the server has said yes and nothing is written yet."""
    with ground.scenario() as place, SmtpStub() as smtp:
        people = with_mail(place)
        mail = {"EMAIL_BACKEND": BACKEND, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(smtp.port)}

        def kill_once() -> None:
            if len(smtp.taken) == 3:
                place.kill("worker")

        smtp.when_taken = kill_once
        place.start("worker", **mail)
        place.start("beat")
        until(lambda: len(smtp.taken) >= 3 and "worker" not in place.running, "the third mail")
        place.start("worker", **mail)
        until(lambda: not place.count("core_digest", "state = 'planned'"), "all mails are settled")
        ids = Counter(str(message["Message-ID"]) for message in smtp.taken)
        repeated = sum(count - 1 for count in ids.values())
        sent, empty = (place.count("core_digest", f"state = '{state}'") for state in ("sent", "cancelled"))
        ((counted,),) = place.query("SELECT coalesce(sum(repeats), 0) FROM core_digest")
        demand(
            sent + empty == people and len(ids) == sent, f"{len(ids)} mails, {sent} sent to {people} people"
        )
        demand(repeated <= 1 and counted >= repeated, f"{repeated} repeated, {counted} counted")
        return f"{sent} mails to {people} people, {repeated} repeated under its own id, {counted} counted"


def server_misbehaves(ground: Ground) -> str:
    """F35: half the recipients refused, for good or for now; then a server that says nothing at all."""
    with ground.scenario() as place, SmtpStub() as smtp, SmtpStub(hangs_at="greeting") as hanging:
        people = with_mail(place)
        planned = place.count("core_reminder", "channel = 'in_app'")
        names = addresses(place)
        gone, later = names[0::4], names[2::4]
        smtp.refuses = {**dict.fromkeys(gone, "550 no such user"), **dict.fromkeys(later, "451 try again")}
        place.start("worker", EMAIL_BACKEND=BACKEND, EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(hanging.port))
        place.start("beat")
        until(lambda: hanging.sessions, "the hanging server is asked")
        told = all_told(place, LONGEST)
        told_once(place, planned)
        until(lambda: place.count("core_digest", "outcome <> ''"), "the hanging server is given up", LONGEST)
        place.kill("worker")
        place.query(
            "UPDATE core_digest SET due_at = now(), claimed_until = NULL, attempts = 0, outcome = ''"
            " WHERE state = 'planned'"
        )
        place.start("worker", EMAIL_BACKEND=BACKEND, EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(smtp.port))
        waits = "state = 'planned' AND outcome = ''"
        until(lambda: not place.count("core_digest", waits), "each has an outcome")
        # The demo has given up a mail of its own.
        outcomes = dict(
            place.query(
                "SELECT address, state FROM core_digest"
                " WHERE state <> 'cancelled' AND address LIKE '%@example.org'"
            )
        )
        expected = {
            name: "failed" if name in gone else "planned" if name in later else "sent" for name in outcomes
        }
        demand(outcomes == expected, f"otherwise: {set(outcomes.items()) ^ set(expected.items())}")
        good = sum(state == "sent" for state in outcomes.values())
        twice = len(smtp.taken) - len({str(message["Message-ID"]) for message in smtp.taken})
        demand(len(smtp.taken) == good and not twice, f"{len(smtp.taken)} of {good} mails, {twice} twice")
        waiting = sum(state == "planned" for state in outcomes.values())
        mails = f"{good} of {people} mails once, {len(gone)} given up, {waiting} wait"
        return f"{mails}; beside a hanging server all {planned} told in the portal within {told:.0f} s"
