"""A member's own copy: every row held about them, with stable English keys, and how each reads in words."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from branches.choices import PostKind
from members import choices
from members.messages import OWN_NOT_IN_COPY
from members.models import FactKind, Superseded
from members.queries.own_file import OwnFile
from members.queries.watchers import CONTACT_PERSON
from members.tables import TEXT_ONLY, look_lines
from members.tables.own_words import HEADINGS, TITLES
from orgportal.core.bridges import HeldPart
from orgportal.core.jinja import day as written
from orgportal.core.messages import AUDIT_ACTIONS
from orgportal.core.models import Desk, Feedback
from orgportal.core.rulebook import Citation, Rulebook

PERSON = (
    "number", "name", "reading", "gender", "birth_on", "ethnicity", "education", "occupation", "employer",
    "mobile", "standing", "joined_on", "confirmed_on", "probation_until", "mobile_state", "recorded_at",
)  # fmt: skip
DECISION = (
    "kind", "ground", "state", "decided_on", "document", "effect_on", "extended_to", "remark", "entered_at",
    "approved_at", "approval", "settled_at", "reason",
)  # fmt: skip
TRANSFER = (
    "reference", "state", "reason", "remark", "dues_paid_to", "started_at", "sent_on", "valid_until",
    "handed_in_on", "accepted_on", "slip_number", "ended_at", "refusal", "state_since", "outside_committee",
    "outside_address", "outside_postcode", "outside_phone",
)  # fmt: skip
PAPER = (
    "kind", "number", "issued_on", "valid_until", "state", "end_reason", "ended_on", "end_note", "facts",
    "recorded_at",
)  # fmt: skip
ARRIVAL = (
    "letter_number", "letter_body", "letter_address", "letter_phone", "from_branch", "issued_on",
    "valid_until", "dues_paid_to", "name", "standing", "person", "state", "registered_at", "is_return",
    "accepted_on", "refusal", "remark", "ended_at",
)  # fmt: skip
STAY = (
    "state", "place", "reason", "starts_on", "expected_on", "ends_on", "end_kind", "next_contact_on",
    "recorded_at",
)  # fmt: skip
PROPOSAL = (
    "kind", "counts_from", "due_on", "evidence", "state", "opened_on", "closed_on", "reason", "remark",
    "rests_until", "recorded_at",
)  # fmt: skip
CORRECTION = (
    "field", "held", "wanted", "why", "state", "asked_at", "due_on", "answered_at", "answer",
)  # fmt: skip
ACCOUNT = (
    "user_name", "display_name", "mobile", "email", "desk", "is_active", "language", "elder_mode",
    "created_at", "last_login", "password_changed_at",
)  # fmt: skip


def _labels(kinds: Any) -> dict[Any, Any]:
    return dict(kinds.choices)


PERSON_WORDS = {
    "gender": _labels(choices.Gender), "education": _labels(choices.Education),
    "occupation": _labels(choices.Occupation), "standing": _labels(choices.Standing),
    "mobile_state": _labels(choices.MobileState),
}  # fmt: skip
TRANSFER_STATES = _labels(choices.TransferState)
MOVES = {
    **_labels(choices.TransferMove),
    **{f"report-{each}": each.label for each in choices.MemberReport},
}
# Coded values of each part, by key of the row; a part's title stands in `own_words.TITLES`.
WORDS: dict[str, Mapping[str, Mapping[Any, Any]]] = {
    "member": PERSON_WORDS,
    "aliases": PERSON_WORDS,
    "branches": {"reason": _labels(choices.PeriodReason)},
    "standing": {
        "standing": PERSON_WORDS["standing"], "end_kind": _labels(choices.EndKind),
        "restriction": _labels(choices.Restriction), "ground": _labels(choices.StopGround),
    },
    "superseded": {
        "kind": _labels(FactKind),
        "said": {**PERSON_WORDS["standing"], **PERSON_WORDS["mobile_state"], **_labels(PostKind)},
    },
    "decisions": {
        "kind": _labels(choices.ChangeKind), "state": _labels(choices.ChangeState),
        "ground": _labels(choices.StopGround),
    },
    "posts": {"post": _labels(PostKind)},
    "transfers": {
        "state": TRANSFER_STATES, "reason": _labels(choices.TransferReason),
        "refusal": _labels(choices.RefusalReason),
    },
    "transfer_steps": {"move": MOVES, "from_state": TRANSFER_STATES, "to_state": TRANSFER_STATES},
    "papers": {
        "kind": _labels(choices.PaperKind), "state": _labels(choices.PaperState),
        "end_reason": _labels(choices.PaperEnd),
    },
    "arrivals": {
        **PERSON_WORDS, "state": TRANSFER_STATES, "refusal": _labels(choices.RefusalReason),
    },
    "last_seen": {"source": _labels(choices.SeenSource)},
    "stays": {
        "state": PERSON_WORDS["mobile_state"], "reason": _labels(choices.MobileReason),
        "end_kind": _labels(choices.SpellEnd),
    },
    "contacts": {"method": _labels(choices.ContactMethod)},
    "contacts_made": {"method": _labels(choices.ContactMethod)},
    "hosts": {"state": _labels(choices.InflowState)},
    "proposals": {
        "kind": _labels(choices.ProposalKind), "state": _labels(choices.ProposalState),
        "reason": _labels(choices.DismissReason),
        "source": {**_labels(choices.SeenSource), **_labels(choices.StartSource)},
    },
    "corrections": {"field": _labels(choices.OwnField), "state": _labels(choices.CorrectionState)},
    "account": {"desk": _labels(Desk), "language": {"zh-hans": _("Chinese"), "en": _("English")}},
    "feedback": {"kind": _labels(Feedback.Kind)},
    "sign_ins": {"action": AUDIT_ACTIONS},
}  # fmt: skip


# By what somebody can see it: a post, a desk, the task of keeping in touch.
HOLDERS: dict[str, Any] = {
    **_labels(PostKind),
    **_labels(Desk),
    CONTACT_PERSON: _("Home contact person"),
}


def _facts(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _name(row: Any) -> str:
    return str(row) if row else ""


def own_parts(file: OwnFile) -> list[HeldPart]:
    """Everything held, part by part; the parts of the records above come as they are handed down."""
    rows = {**_person(file), **_offices(file), **_way(file), **_away(file), **_said(file)}
    own = [HeldPart(key, TITLES[key], found, HEADINGS, WORDS.get(key, {})) for key, found in rows.items()]
    return [*own, *file.above]


def _person(file: OwnFile) -> dict[str, list[dict[str, Any]]]:
    member = file.member
    line = {
        **_facts(member, PERSON),
        "identity_number": file.masked_id,
        "branch": member.branch.name,
        "group": _name(member.group),
    }
    return {
        "member": [line],
        "aliases": [_facts(row, PERSON) for row in file.aliases],
        "merges": [
            {
                **_facts(row, ("basis", "made_at", "undone_at")), "alias": row.merged.number,
                "by": _name(row.made_by), "undone_by": _name(row.undone_by),
            }
            for row in file.merges
        ],
        "account": [_facts(member.user, ACCOUNT)] if member.user else [],
        "branches": [
            {
                "branch": p.branch.name, "from": p.starts_on, "until": p.ends_on, "reason": p.reason,
                "recorded_at": p.recorded_at,
            }
            for p in file.branches
        ],
        "standing": [
            {
                "standing": p.standing, "from": p.starts_on, "until": p.ends_on, "basis": p.basis,
                "end_kind": p.end_kind, "restriction": p.restriction, "ground": p.ground,
                "recorded_at": p.recorded_at,
            }
            for p in file.standing
        ],
        "superseded": [_once(row) for row in file.superseded],
    }  # fmt: skip


def _once(row: Superseded) -> dict[str, Any]:
    return {
        "kind": row.kind, "branch": _name(row.branch), "said": row.said, "from": row.starts_on,
        "until": row.ends_on, "known_from": row.known_from, "known_until": row.known_until,
    }  # fmt: skip


def _offices(file: OwnFile) -> dict[str, list[dict[str, Any]]]:
    return {
        "decisions": [
            {
                **_facts(row, DECISION), "entered_by": _name(row.entered_by),
                "approved_by": _name(row.approved_by), "settled_by": _name(row.settled_by),
            }
            for row in file.decisions
        ],
        "posts": [
            {
                "post": p.kind, "body": p.organization.name, "group": _name(p.group), "from": p.starts_on,
                "until": p.ends_on, "cancelled": p.cancelled_on, "basis": p.basis,
                "term_from": p.term.starts_on if p.term else None,
                "term_due_on": p.term.due_on if p.term else None, "recorded_at": p.recorded_at,
                "recorded_by": _name(p.recorded_by),
            }
            for p in file.posts
        ],
    }  # fmt: skip


def _way(file: OwnFile) -> dict[str, list[dict[str, Any]]]:
    return {
        "transfers": [
            {
                "source": row.source.name, "target": row.target_name, "started_by": _name(row.started_by),
                **_facts(row, TRANSFER),
            }
            for row in file.transfers
        ],
        "transfer_steps": [
            {
                "reference": step.transfer.reference, "by": _name(step.actor),
                **_facts(step, ("at", "move", "from_state", "to_state", "remark", "details")),
            }
            for step in file.steps
        ],
        "papers": [
            {
                **_facts(row, PAPER), "issuer": row.issuer.name, "branch": row.branch.name,
                "replaces": _name(row.replaces), "issued_by": _name(row.issued_by),
            }
            for row in file.papers
        ],
        "card_checks": [
            {"number": row.card.number, "year": row.year, "on": row.on, "by": _name(row.checked_by)}
            for row in file.card_checks
        ],
        "arrivals": [
            {
                **_facts(row, ARRIVAL), "branch": row.branch.name, "slip_number": _name(row.slip),
                "registered_by": _name(row.registered_by),
            }
            for row in file.arrivals
        ],
    }  # fmt: skip


def _away(file: OwnFile) -> dict[str, list[dict[str, Any]]]:
    return {
        "last_seen": [_facts(row, ("source", "on", "evidence")) for row in file.seen],
        "stays": [
            {
                **_facts(row, STAY), "contact_person": _name(row.contact_person),
                "recorded_by": _name(row.recorded_by),
            }
            for row in file.stays
        ],
        "contacts": [
            {
                **_facts(row, ("method", "on", "note", "next_on", "void_reason", "recorded_at")),
                "by": row.by.name, "recorded_by": _name(row.recorded_by),
            }
            for row in file.contacts
        ],
        "visits": [{**_facts(row, ("on", "what", "evidence")), "host": row.host.name} for row in file.visits],
        "hosts": [
            {
                **_facts(row, ("number", "name", "since", "expected_on", "state", "ended_on", "recorded_at")),
                "host": row.host.name, "recorded_by": _name(row.recorded_by),
            }
            for row in file.hosts
        ],
        "proposals": [
            {**_facts(row, PROPOSAL), "closed_by": _name(row.closed_by)} for row in file.proposals
        ],
        "charges": [
            {"person": row.member.name, **_facts(row, ("starts_on", "ends_on"))} for row in file.charges
        ],
        "contacts_made": [
            {"person": row.member.name, **_facts(row, ("on", "method"))} for row in file.contacts_made
        ],
    }  # fmt: skip


def _said(file: OwnFile) -> dict[str, list[dict[str, Any]]]:
    return {
        "corrections": [
            {**_facts(row, CORRECTION), "answered_by": _name(row.answered_by)} for row in file.corrections
        ],
        "confirmations": [
            {**_facts(row, ("year", "at", "how")), "by_branch": row.is_by_branch, "by": _name(row.by)}
            for row in file.confirmations
        ],
        "looks": [{**line, "what": str(line["what"])} for line in look_lines(file.looks)],
        "feedback": [
            {
                **_facts(row, ("kind", "text", "page", "created_at", "answer", "answered_at")),
                "answered_by": _name(row.answered_by),
            }
            for row in file.feedback
        ],
        "tokens": [_facts(row, ("created", "expiry")) for row in file.tokens],
        "sign_ins": [_facts(row, ("at", "action", "address")) for row in file.sign_ins],
    }


def not_in_copy(book: Rulebook, today: date) -> list[dict[str, Any]]:
    """What is left out, why and how to get it, by which rule; the same for everybody."""
    return [
        {"what": str(what), "why": str(why), "rule": _cited(book.cite(key, today)) if key else ""}
        for what, why, key in OWN_NOT_IN_COPY
    ]


def _cited(rule: Citation) -> str:
    return f"{rule.instrument}{rule.article}"


# --- the two forms it leaves in


def own_record(parts: Iterable[HeldPart], missing: list[dict[str, Any]], at: datetime) -> dict[str, Any]:
    """For machines: keys and codes stay as docs/own-data.md lists them, whatever the language."""
    record: dict[str, Any] = {"made_at": at, "not_in_copy": missing}
    for part in parts:
        record[part.key] = part.rows[0] if part.key == "member" else part.rows
    return record


def own_spreadsheet(parts: Iterable[HeldPart], missing: list[dict[str, Any]]) -> bytes:
    """The same in the reader's language, one sheet a part; first what is not in it, and why."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, TEXT_ONLY)
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    bold = book.add_format({"num_format": "@", "bold": True})
    for part in [*parts, HeldPart("not_in_copy", TITLES["not_in_copy"], missing, HEADINGS)]:
        sheet = book.add_worksheet(str(part.title)[:31])
        for line, row in enumerate(part.rows):
            for number, (key, value) in enumerate(row.items()):
                if line == 0:
                    sheet.set_column(number, number, 18)
                    sheet.write_string(0, number, str(part.headings[key]), bold)
                sheet.write_string(line + 1, number, in_words(part, key, value), text)
        if not part.rows:
            sheet.write_string(0, 0, gettext("None held"), text)
        sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def in_words(part: HeldPart, key: str, value: Any) -> str:
    """A value as a reader knows it: choices and yes or no in words, days and times as written here."""
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        return _joined(
            f"{part.headings.get(name, name)}: {in_words(part, name, each)}"
            for name, each in value.items()
            if each not in {None, ""}
        )
    if isinstance(value, list):
        return _joined(in_words(part, key, each) for each in value)
    for kind, spoken in _SPOKEN:
        if isinstance(value, kind):
            return spoken(value)
    return str(part.words.get(key, {}).get(value, value))


def _joined(words: Iterable[str]) -> str:
    return "; ".join(words)


_SPOKEN: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: gettext("Yes") if value else gettext("No")),
    (datetime, lambda value: f"{timezone.localtime(value):%Y-%m-%d %H:%M}"),
    (date, lambda value: str(written(value))),
)
