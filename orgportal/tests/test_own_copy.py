"""A member's own copy leaves nothing out: whatever points at a person is in it, or named with its reason."""

import json
import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import translation
from knox.models import AuthToken

from activities.models import Activity
from activities.tests.factories import make_activity
from members.choices import ContactMethod, LookKind, SeenSource
from members.models import (
    Arrival,
    BranchPeriod,
    CardCheck,
    Confirmation,
    Contact,
    ContactProposal,
    Correction,
    HostAttendance,
    Inflow,
    LastSeen,
    Look,
    Member,
    Merge,
    MobileSpell,
    Paper,
    Post,
    StandingChange,
    StandingPeriod,
    Superseded,
    Transfer,
    TransferStep,
)
from members.queries.own_file import OwnFile, own_file
from members.tables.own import WORDS, own_parts
from members.tables.own_words import HEADINGS, TITLES
from members.tests.factories import make_member, make_spell, make_transfer
from members.tests.matrix_cases import a_case
from orgportal.core.bridges import held_about
from orgportal.core.models import AuditEntry, Feedback, User
from orgportal.tests.own_columns import COLUMNS

pytestmark = pytest.mark.usefixtures("on_the_day")

# The part of the copy that holds the rows of a model, by the column that points at the person or the account.
IN_COPY = {
    "members.Member.user": "account",
    "members.Member.merged_into": "aliases",
    "members.BranchPeriod.member": "branches",
    "members.StandingPeriod.member": "standing",
    "members.Superseded.member": "superseded",
    "members.StandingChange.member": "decisions",
    "members.Post.member": "posts",
    "members.Transfer.member": "transfers",
    "members.Paper.member": "papers",
    "members.Arrival.member": "arrivals",
    "members.LastSeen.member": "last_seen",
    "members.MobileSpell.member": "stays",
    "members.MobileSpell.contact_person": "charges",
    "members.Contact.member": "contacts",
    "members.Contact.by": "contacts_made",
    "members.HostAttendance.member": "visits",
    "members.Inflow.member": "hosts",
    "members.ContactProposal.member": "proposals",
    "members.Correction.member": "corrections",
    "members.Confirmation.member": "confirmations",
    "members.Look.member": "looks",
    "members.Merge.kept": "merges",
    "members.Merge.merged": "merges",
    "core.Feedback.author": "feedback",
    "core.AuditEntry.actor": "sign_ins",
    "knox.AuthToken.user": "tokens",
    "activities.Activity.chair": "led",
    "activities.Activity.recorder": "led",
    "activities.AttendanceException.member": "attendance",
    "activities.LeaveRequest.member": "leave_asked",
    "activities.Decision.owner": "follow_ups",
    "activities.Pledge.member": "pledges",
    "activities.CalendarFeed.user": "feeds",
}
ON_REQUEST = "read by its keepers alone; given on request (own.case_on_request), as page and file say"
IN_OFFICE = "what was done in office: the row is another's or a body's; the trail names who did it"
SENT = "read in the inbox; what it tells of the person stands in the other parts"
COUNTED = "counts tries for a limit and holds nothing but a time"
VIEW = "a view over rows that are in the copy"
NOT_IN_COPY = {
    "members.Fact.member": VIEW,
    "members.Case.member": ON_REQUEST,
    "members.BatchRow.member": "preparation of a transfer; what came of it stands under the transfers",
    "core.Notification.recipient": SENT,
    "core.Reminder.recipient": SENT,
    "core.Digest.recipient": SENT,
    "core.Waiver.user": SENT,
    "core.ReminderSettings.user": "read and changed on the page of reminders",
    "core.MailConfirmation.user": "an address on the way; once confirmed it stands with the account",
    "core.MailAddress.user": "counts what the mail server refused at the address of the account",
    "core.IdempotencyKey.user": "keeps a form from being sent twice, for a day",
    "members.NumberTry.user": COUNTED,
    **dict.fromkeys(
        (
            "activities.Activity.recorded_by", "activities.Activity.confirmed_by",
            "activities.ActivityStep.by", "activities.ActivityRevision.replaced_by",
            "activities.Attachment.added_by", "activities.Attachment.removed_by",
            "activities.Campaign.recorded_by", "activities.LeaderComment.author",
            "branches.HandoverNote.recorded_by", "branches.HandoverNote.struck_by",
            "branches.AdviserVisit.recorded_by", "branches.UnitEvent.recorded_by",
            "branches.UnitImport.recorded_by",
            "branches.OrganizationEvent.recorded_by", "core.Feedback.answered_by",
            "health.Nudge.sent_by", "health.Nudge.withdrawn_by", "health.Robot.recorded_by",
            "activities.Invitation.answered_by", "activities.Invitation.invited_by",
            "activities.LedgerTemplate.ended_by", "activities.LedgerTemplate.uploaded_by",
            "activities.LedgerRun.ordered_by", "core.HolidayNotice.recorded_by",
            "core.LocalProvision.recorded_by", "core.ReminderText.written_by",
            "members.Arrival.registered_by", "members.Batch.prepared_by",
            "members.CardCheck.checked_by", "members.Case.opened_by", "members.CaseStep.recorded_by",
            "members.Confirmation.by", "members.Contact.recorded_by", "members.ContactProposal.closed_by",
            "members.Correction.answered_by", "members.Inflow.recorded_by", "members.Look.looker",
            "members.Merge.made_by", "members.Merge.undone_by", "members.MobileSpell.recorded_by",
            "members.Paper.issued_by", "members.PaperTemplate.ended_by", "members.PaperTemplate.uploaded_by",
            "members.Post.recorded_by", "members.StandingChange.approved_by",
            "members.StandingChange.entered_by", "members.StandingChange.settled_by",
            "members.Transfer.started_by", "members.TransferStep.actor",
        ),
        IN_OFFICE,
    ),
}  # fmt: skip


def pointing() -> set[str]:
    """Every stored column of every model that points at a person of the register or an account."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model in {Member, User}
    }


def columns_of(label: str) -> set[str]:
    return {field.name for field in apps.get_model(label)._meta.concrete_fields}


def test_every_column_of_those_models_is_given_or_has_its_reason():
    labels = {place.rpartition(".")[0] for place in IN_COPY}
    # Reached through a transfer, a paper or the person itself.
    assert set(COLUMNS) == labels | {"members.TransferStep", "members.CardCheck", "core.User"}
    for label, stated in COLUMNS.items():
        assert columns_of(label) == {*stated.given, *stated.left}, label
    for label, stated in COLUMNS.items():
        twice = set(stated.given) & set(stated.left) - {"id"}
        assert not twice, label
        assert all(stated.left.values()), label


SENTINEL = "⟂"
# Columns that are told in words of their own: only that the key is there can be held.
TOLD = {"looker", "looker_post", "kind", "id"}


def in_memory(world) -> OwnFile:
    """One row of each kind, never saved: what the parts make of each column is seen by changing it."""
    chen, of = world.chen, {"member": world.chen}
    user, made = world.li.user, {"recorded_at": world.now, "recorded_by": world.li.user}
    transfer = Transfer(pk=1, source=world.a, target=world.c, started_by=user, **of)
    paper = Paper(issuer=world.committee_1, branch=world.a, issued_by=user, **of)
    return OwnFile(
        member=chen, masked_id="", aliases=[chen],
        merges=[Merge(kept=chen, merged=world.sun, made_by=user, undone_by=user)],
        branches=[BranchPeriod(branch=world.a, **of)], standing=[StandingPeriod(**of)],
        superseded=[Superseded(branch=world.a, **of)],
        decisions=[StandingChange(entered_by=user, approved_by=user, settled_by=user, **of)],
        posts=[Post(organization=world.a, recorded_by=user, **of)], transfers=[transfer],
        steps=[TransferStep(transfer=transfer, actor=user)], papers=[paper],
        card_checks=[CardCheck(card=paper, checked_by=user)],
        arrivals=[Arrival(branch=world.a, registered_by=user, **of)], seen=[LastSeen(**of)],
        stays=[MobileSpell(contact_person=world.sun, **made, **of)], charges=[],
        contacts=[Contact(by=world.sun, **made, **of)], contacts_made=[],
        visits=[HostAttendance(host=world.c, **of)], hosts=[Inflow(host=world.c, **made, **of)],
        proposals=[ContactProposal(closed_by=user, **of)], corrections=[Correction(answered_by=user, **of)],
        confirmations=[Confirmation(by=user, **of)],
        looks=[Look(looker=user, looker_post="", kind=LookKind.STAY, at=world.now, **of)],
        feedback=[Feedback(author=user, answered_by=user)], tokens=[AuthToken(user=user)],
        sign_ins=[AuditEntry(actor=user)], above=[],
    )  # fmt: skip


def rows_in(file: OwnFile) -> dict[str, object]:
    """The row behind each part."""
    seen = {
        "member": file.member, "account": file.member.user, "transfer_steps": file.steps[0],
        "last_seen": file.seen[0],
    }  # fmt: skip
    named = {part: getattr(file, part, None) for part in TITLES}
    return {**{part: rows[0] for part, rows in named.items() if isinstance(rows, list) and rows}, **seen}


def first_lines(file: OwnFile) -> dict[str, dict[str, object]]:
    return {part.key: part.rows[0] for part in own_parts(file) if part.rows}


def test_what_is_said_to_be_given_is_what_the_copy_reads(world):
    file = in_memory(world)
    before, rows = first_lines(file), rows_in(file)

    for label, stated in COLUMNS.items():
        if stated.part not in rows:
            continue
        row, model = rows[stated.part], apps.get_model(label)
        assert isinstance(row, model), label
        for column, key in stated.given.items():
            assert key in before[stated.part], f"{label}.{column}"
            if column in TOLD or model._meta.get_field(column).is_relation:
                continue
            held = getattr(row, column)
            if column == "outside_body":
                row.target = None
            setattr(row, column, SENTINEL)
            assert first_lines(file)[stated.part][key] == SENTINEL, f"{label}.{column}"
            setattr(row, column, held)
            if column == "outside_body":
                row.target = world.c


def test_what_the_records_above_give_is_headed_in_the_copy(world):
    headed = {part.key: part.headings for part in held_about([world.chen.pk], [world.a.pk], 0)}

    for label, stated in COLUMNS.items():
        if label.startswith("activities."):
            assert set(stated.given.values()) <= set(headed[stated.part]), label


def copy_of(as_, persona="chen"):
    return json.loads(as_(persona).get(reverse("members:own-copy", args=["json"])).content)


def test_every_model_that_points_at_a_person_is_in_the_copy_or_named_with_its_reason():
    assert pointing() == set(IN_COPY) | set(NOT_IN_COPY)
    assert not set(IN_COPY) & set(NOT_IN_COPY)


def test_the_parts_named_are_parts_of_the_copy(world, as_):
    record = copy_of(as_)

    assert set(IN_COPY.values()) <= set(record)
    assert set(record) == {
        *TITLES,
        "made_at",
        "attendance",
        "led",
        "leave_asked",
        "follow_ups",
        "pledges",
        "comments",
        "feeds",
    }


def filled(world):
    """Chen with something of most kinds."""
    chen = world.chen
    make_transfer(chen, world.c, state="submitted").steps.create(
        move="submit",
        from_state="draft",
        to_state="submitted",
        actor=world.li.user,
        remark="见附件",
        at=world.now,
    )
    make_spell(chen, contact_person=world.sun, place="辽宁省大连市")
    make_spell(world.ran, contact_person=chen)
    Contact.unscoped.create(
        member=chen, by=world.sun, method=ContactMethod.PHONE, on=world.today, note="在岗",
        recorded_at=world.now, recorded_by=world.sun.user,
    )  # fmt: skip
    LastSeen.objects.create(member=chen, source=SeenSource.CONTACT, on=world.today, evidence="x:1")
    HostAttendance.objects.create(member=chen, host=world.c, on=world.today, what="主题党日", evidence="x:2")
    Look.objects.create(member=chen, looker=world.li.user, looker_post="", kind=LookKind.STAY, at=world.now)
    Feedback.objects.create(author=chen.user, kind="suggestion", text="字大些", created_at=world.now)
    make_activity(world.a, world.li.user, [chen], title="学习会议")
    make_activity(world.a, world.li.user, absent_ids=[chen.pk], expected=1, chair=chen)
    alias = make_member(world.a, "陈当员", merged_into=chen, standing="ended")
    Merge.unscoped.create(
        kept=chen,
        merged=alias,
        basis="核对",
        taken={},
        fingerprint="x",
        made_by=world.li.user,
        made_at=world.now,
    )


def test_the_copy_holds_what_others_wrote_and_who(world, as_):
    filled(world)
    a_case(world)

    record = copy_of(as_)

    assert record["transfers"][0]["target"] == world.c.name
    assert (record["transfer_steps"][0]["by"], record["transfer_steps"][0]["remark"]) == ("李书记", "见附件")
    assert record["stays"][0]["contact_person"] == "孙党员"
    assert record["charges"][0]["person"] == world.ran.name
    assert record["contacts"][0]["note"] == "在岗"
    assert record["last_seen"][0]["source"] == "contact"
    assert record["visits"][0]["host"] == world.c.name
    assert record["aliases"][0]["name"] == "陈当员"
    assert record["feedback"][0]["text"] == "字大些"
    assert {line["presence"] for line in record["attendance"]} == {"present", "absent"}
    assert record["led"][0]["chaired"] is True
    assert record["account"]
    assert "处置" in record["not_in_copy"][0]["what"]
    assert "个人信息保护法第四十五条" in record["not_in_copy"][0]["rule"]


def test_a_disposition_file_does_not_show_by_the_copy_or_the_page(world, as_):
    without = {
        key: value for key, value in copy_of(as_).items() if key not in {"made_at", "sign_ins", "looks"}
    }

    a_case(world)

    assert {key: value for key, value in copy_of(as_).items() if key in without} == without
    assert "不合格党员组织处置材料" in as_("chen").get(reverse("members:own")).content.decode()


QUERIES = 34
LATIN = re.compile(r"[A-Za-z_]{3,}")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_spreadsheet_speaks_the_readers_language(world, as_, language):
    filled(world)
    User.objects.filter(pk=world.chen.user_id).update(language=language, user_name="13800000000", email="")
    client = as_("chen")
    client.cookies["django_language"] = language

    with ZipFile(BytesIO(client.get(reverse("members:own-copy", args=["xlsx"])).content)) as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        cells = re.findall(r"<t[^>]*>([^<]*)</t>", book.read("xl/sharedStrings.xml").decode())

    assert len(names) == len(TITLES) + 7
    said = re.sub(r"ZJ\d+|CS\d+|x:\d", "", " ".join([*names, *cells]))
    if language == "zh-hans":
        assert LATIN.findall(said) == []
        assert "大连" in said
        assert "正式党员" in said
    else:
        assert "Formal" in said
        assert "Submitted to the branch" in said
        assert "submitted " not in said


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_titles_fit_a_sheet_and_are_unlike(language):
    with translation.override(language):
        titles = [str(title) for title in TITLES.values()]

    assert all(len(each) <= 31 and not set(each) & set("[]:*?/") for each in titles)
    assert len(set(titles)) == len(titles)


def test_every_coded_value_has_a_heading():
    assert {key for words in WORDS.values() for key in words} <= set(HEADINGS)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_copy_costs_the_same_however_much_there_is(world, rows, django_assert_num_queries):
    for number in range(rows):
        make_activity(world.a, world.li.user, [world.chen], held_on=date(2026, 3, 1 + number))
        make_transfer(world.chen, world.c, state="withdrawn", ended_at=world.now)
        Look.objects.create(
            member=world.chen, looker=world.li.user, looker_post="", kind="page", at=world.now
        )
    member = Member.unscoped.select_related("branch", "group", "user").get(pk=world.chen.pk)

    with django_assert_num_queries(QUERIES):
        own_parts(own_file(member))


def test_records_of_other_people_stay_out(world, as_):
    make_activity(world.a, world.li.user, [world.sun])
    make_transfer(world.sun, world.c, state="submitted")

    record = copy_of(as_)

    assert (record["attendance"], record["transfers"]) == ([], [])
    assert Activity.unscoped.count() == 1
