"""Every stored column of the models that point at a person: where the own copy gives it, or why it does not.

One table, held against the models and against the copy itself by `test_own_copy`.
"""

from dataclasses import dataclass, field

from activities.models import VOTE_COLUMNS

ROW = "which row it is in the database"
SELF = "the person whose copy it is"
VERSION = "counts changes, so that two people do not overwrite each other"
COMPUTED = "computed from what is given, for search, order or scope"
SECRET = "a key or a seal that opens something: whoever reads the copy must not hold it"
MASKED = "the identity number: given masked, as everywhere"
TECHNICAL = "holds no fact about the person"
BESIDE = "names another row that is given in its own part"
CHANGED = "what the row said before, and until when, stands in a part of its own"
BODYS = "a fact of the branch's record, the same for everybody in it; read on the record's page"


@dataclass(frozen=True)
class Columns:
    """Of one model: the part of the copy, its columns by the key they have there, the others by reason."""

    part: str
    same: str = ""  # columns given under their own name
    other: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)

    @property
    def given(self) -> dict[str, str]:
        return {**{name: name for name in self.same.split()}, **self.other}


def own(part: str, same: str, other: dict[str, str] | None = None, **left: str) -> Columns:
    """A row of the person's own: its id and the way to the person are left as they are everywhere."""
    return Columns(part, same, other or {}, {"id": ROW, "member": SELF, **left})


COLUMNS: dict[str, Columns] = {
    "members.Member": Columns(
        "member",
        "number name reading gender birth_on ethnicity education occupation employer mobile standing "
        "joined_on confirmed_on probation_until mobile_state recorded_at branch group",
        {},
        {
            "id": ROW, "user": "the account: part `account`", "path": COMPUTED, "name_key": COMPUTED,
            "initials": COMPUTED, "id_number_sealed": MASKED, "id_number_digest": MASKED,
            "id_number_end": MASKED, "merged_into": "the other way round: part `aliases`", "version": VERSION,
        },
    ),
    "core.User": Columns(
        "account",
        "user_name display_name mobile email desk is_active language elder_mode created_at last_login "
        "password_changed_at",
        {},
        {
            "id": ROW, "password": SECRET, "must_change_password": TECHNICAL,
            "password_expires_at": TECHNICAL, "session_epoch": TECHNICAL, "is_demo": TECHNICAL,
            "version": VERSION,
        },
    ),
    "members.BranchPeriod": own(
        "branches", "branch reason recorded_at", {"starts_on": "from", "ends_on": "until"},
        changed_at=CHANGED,
    ),
    "members.Superseded": own(
        "superseded", "kind branch said known_from known_until", {"starts_on": "from", "ends_on": "until"}
    ),
    "members.StandingPeriod": own(
        "standing", "standing end_kind restriction basis ground recorded_at",
        {"starts_on": "from", "ends_on": "until"}, changed_at=CHANGED,
    ),
    "members.StandingChange": own(
        "decisions",
        "kind state decided_on document effect_on ground extended_to remark entered_by entered_at "
        "approved_by approved_at approval settled_by settled_at reason",
        meeting_id="names the meeting; its day and document are given", version=VERSION,
    ),
    "members.Post": own(
        "posts", "group basis recorded_at recorded_by",
        {
            "organization": "body", "kind": "post", "term": "term_from", "starts_on": "from",
            "ends_on": "until", "cancelled_on": "cancelled",
        },
        changed_at=CHANGED,
    ),
    "members.Transfer": own(
        "transfers",
        "source target outside_committee outside_address outside_postcode outside_phone state reason remark "
        "dues_paid_to started_by started_at state_since sent_on valid_until handed_in_on accepted_on "
        "slip_number ended_at refusal",
        {"outside_body": "target", "id": "reference"}, version=VERSION,
    ),
    "members.TransferStep": Columns(
        "transfer_steps", "move from_state to_state remark details at",
        {"transfer": "reference", "actor": "by"}, {"id": ROW},
    ),
    "members.Paper": own(
        "papers",
        "kind number issuer branch replaces issued_on valid_until state end_reason ended_on end_note facts "
        "issued_by recorded_at",
        transfer=BESIDE, year="stands in the number", serial="stands in the number", token=SECRET,
        version=VERSION,
    ),
    "members.CardCheck": Columns(
        "card_checks", "year on", {"card": "number", "checked_by": "by"}, {"id": ROW}
    ),
    "members.Arrival": own(
        "arrivals",
        "branch letter_number letter_body letter_address letter_phone from_branch issued_on valid_until "
        "dues_paid_to name standing person state registered_by registered_at is_return accepted_on refusal "
        "remark ended_at",
        {"slip": "slip_number"}, id_number_sealed=MASKED, version=VERSION,
    ),
    "members.LastSeen": own("last_seen", "source on evidence"),
    "members.MobileSpell": own(
        "stays",
        "state reason place starts_on expected_on ends_on end_kind contact_person next_contact_on "
        "recorded_at recorded_by",
        version=VERSION, changed_at=CHANGED,
    ),
    "members.Contact": own(
        "contacts", "by method on note next_on void_reason recorded_at recorded_by", spell=BESIDE
    ),
    "members.HostAttendance": own("visits", "host on what evidence"),
    "members.Inflow": own(
        "hosts", "host number name state since expected_on ended_on recorded_at recorded_by", spell=BESIDE,
        version=VERSION,
    ),
    "members.ContactProposal": own(
        "proposals",
        "kind counts_from due_on evidence state opened_on closed_on closed_by reason remark rests_until "
        "recorded_at",
        version=VERSION,
    ),
    "members.Correction": own(
        "corrections", "field held wanted why state asked_at due_on answered_by answered_at answer",
        wanted_sealed=MASKED, version=VERSION,
    ),
    "members.Confirmation": own(
        "confirmations", "year by how at", {"is_by_branch": "by_branch"},
        seen_version="the version of the record that was shown",
    ),
    "members.Look": own(
        "looks", "at purpose", {"looker": "who", "looker_post": "post", "kind": "what"}
    ),
    "members.Merge": Columns(
        "merges", "basis made_at undone_at undone_by", {"merged": "alias", "made_by": "by"},
        {
            "id": ROW, "kept": SELF, "fingerprint": COMPUTED,
            "taken": "copies of the other record kept to undo it; that record stands under `aliases`",
        },
    ),
    "core.Feedback": Columns(
        "feedback", "kind text page created_at answer answered_at answered_by", {},
        {"id": ROW, "author": SELF, "version": VERSION},
    ),
    "core.AuditEntry": Columns(
        "sign_ins", "at action address", {},
        {
            "id": ROW, "actor": SELF, "actor_name": SELF, "target_type": TECHNICAL, "target_id": TECHNICAL,
            "target_name": SELF, "path": TECHNICAL, "changes": "of signing in and out: how, never what",
            "request_id": TECHNICAL, "previous_hash": SECRET, "hash": SECRET,
        },
    ),
    "knox.AuthToken": Columns(
        "tokens", "created expiry", {}, {"digest": SECRET, "token_key": SECRET, "user": SELF}
    ),
    "activities.Activity": Columns(
        "led", "branch state title", {
            "kind": "activity", "held_on": "on", "chair": "chaired", "recorder": "took_minutes",
        },
        {
            "id": ROW, "version": VERSION,
            **dict.fromkeys(("present_ids", "leave_ids", "absent_ids", "place"), "part `attendance`"),
            **dict.fromkeys(
                (
                    "group", "also_kinds", "starts_at", "ends_at", "note", "reason", "present", "expected",
                    "voters_present", "voters_expected", "recorded_at", "recorded_by", "changed_at",
                    "confirmed_at", "confirmed_by", "paper_on", "locks_on", "returned_at",
                    "plan_starts_on", "plan_ends_on", "plan_number", "held_inside",
                ),
                BODYS,
            ),
        },
    ),
    "activities.AttendanceException": own(
        "attendance", "presence remark ground agreed_under agreed_on",
        {"reason": "excuse", "activity": "title"},
    ),
    "activities.LeaveRequest": own(
        "leave_asked", "remark asked_at withdrawn_at",
        {"reason": "excuse", "activity": "title", "for_day": "on"}, version=VERSION,
    ),
    "activities.Decision": Columns(
        "follow_ups", "due_on done_on result", {"text": "decision", "item": "title"},
        {
            "id": ROW, "owner": SELF, "position": TECHNICAL, "version": VERSION,
            "carried_to": "goes on under a decision that stands in the list itself",
            **dict.fromkeys(VOTE_COLUMNS, BODYS),
        },
    ),
    "activities.Pledge": own(
        "pledges", "due_on progress state recorded_at changed_at",
        {"participation": "campaign", "text": "promise", "progress_note": "done"}, version=VERSION,
    ),
    "activities.CalendarFeed": Columns(
        "feeds", "branch made_at used_at", {},
        {
            "id": ROW, "user": SELF, "digest": SECRET, "epoch": TECHNICAL, "content_digest": TECHNICAL,
            "content_at": TECHNICAL,
        },
    ),
}  # fmt: skip
