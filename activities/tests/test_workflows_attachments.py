"""Files of a record: who may take which, what is kept of them, and that nothing is lost or doubled."""

import io
import threading
from typing import Any

import pytest
from django.db import connection, connections
from PIL import Image

from activities.choices import Visibility
from activities.models import Activity, Attachment, AttachmentContent
from activities.queries.attachments import choices_for, files_of, takeable
from activities.tests.attachments import kept, one_for_each, sent
from activities.tests.factories import make_activity
from activities.workflows import attachments as work
from activities.workflows.meetings import void_record
from branches.choices import PostKind
from branches.tests.factories import make_group
from conftest import World
from members.tests.factories import make_person, make_post
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry
from orgportal.core.tests import received

MEGABYTE = 1024 * 1024


@pytest.fixture
def record(world: World) -> Activity:
    return make_activity(world.a, world.user("li"), [world.li])


def by(world: World, who: str) -> dict[str, Any]:
    return {"actor": world.user(who), "scope": world.scope(who), "at": world.now}


def why(act: Any) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def actions() -> list[str]:
    rows = AuditEntry.objects.filter(action__startswith="attachment.").order_by("pk")
    return list(rows.values_list("action", flat=True))


def test_each_is_shown_what_the_word_of_the_file_lets_them_take(world: World, record: Activity) -> None:
    """Held against a table read off the posts, not off the scope."""
    group = make_group(world.a)
    for name, post, body, where in (
        ("zhou", PostKind.DISCIPLINE, world.a, {}),
        ("wu", PostKind.COMMITTEE_MEMBER, world.a, {}),
        ("zheng", PostKind.GROUP_LEADER, world.a, {"group": group}),
        ("feng", PostKind.SECRETARY, world.committee_1, {}),
        ("chu", PostKind.SECRETARY, world.b, {}),
    ):
        person = make_person(world.b if name == "chu" else world.organ, name, name)
        make_post(person, body, post, **where)
        setattr(world, name, person)
    both = make_person(world.a, "wei", "wei")
    make_post(both, world.a, PostKind.PUBLICITY)
    make_post(both, world.committee_1, PostKind.ORGANISER)
    world.wei = both  # type: ignore[attr-defined]
    files = one_for_each(world, record)
    inside, outside = {"branch", "above"}, {"above"}
    expected = {
        "li": inside | {"committee"}, "zhou": inside | {"committee"}, "wu": inside | {"committee"},
        "wei": inside | {"committee"}, "ran": inside, "zheng": inside,
        "feng": outside, "zhao": outside, "qian": outside,
        "wang": set(), "chu": set(), "chen": set(), "sys": set(), "sec": set(), "aud": set(),
    }  # fmt: skip

    seen = {
        who: {row.pk for row in Attachment.objects.visible_to(world.scope(who)).standing()}
        for who in expected
    }

    assert seen == {who: {files[each].pk for each in words} for who, words in expected.items()}


def test_a_photo_is_kept_without_its_place_and_a_document_as_it_came(world: World, record: Activity) -> None:
    written = received.docx()
    photo = work.add(record, sent("会场.PNG", received.photo("PNG")), "branch", **by(world, "ran"))
    paper = work.add(record, sent("纪要.doc", written), "above", **by(world, "li"))
    table = work.add(record, sent("名单", received.xlsx()), "above", **by(world, "li"))
    scan = work.add(record, sent("扫描.pdf", received.pdf()), "committee", **by(world, "li"))

    kept_bytes = {row.attachment_id: bytes(row.content) for row in AttachmentContent.objects.all()}
    assert [each.name for each in (photo, paper, table, scan)] == [
        "会场.jpg", "纪要.docx", "名单.xlsx", "扫描.pdf",
    ]  # fmt: skip
    assert not dict(Image.open(io.BytesIO(kept_bytes[photo.pk])).getexif())
    assert kept_bytes[paper.pk] == written
    assert work.take(scan, actor=world.user("li"), at=world.now) == received.pdf()
    assert [each.position for each in (photo, paper, table, scan)] == [1, 2, 3, 4]
    assert actions() == ["attachment.added"] * 4 + ["attachment.taken"]


BAD = {
    "svg.png": (received.SVG, "file_markup"),
    "页面.jpg": (received.HTML, "file_markup"),
    "旧.doc": (received.OLD_WORD, "file_old_office"),
    "宏.docx": (received.changed(received.docx(), {"word/vbaProject.bin": b"x"}), "office_runs"),
    "锁.pdf": (received.pdf(lock=received.LOCK), "pdf_locked"),
    "半.pdf": (received.pdf()[:-30], "pdf_broken"),
    "大.png": (received.png_of(20000, 20000), "picture_too_many_points"),
    "半.jpg": (received.photo()[:300], "picture_broken"),
    "空.jpg": (b"", "file_empty"),
    "x.exe": (b"MZ\0\0", "file_unknown"),
}


def test_each_bad_file_is_refused_by_its_name_and_keeps_no_good_one_out(
    world: World, record: Activity
) -> None:
    files = [sent(name, data) for name, (data, _code) in list(BAD.items())[:9]]

    done = work.add_all(record, [*files, sent("好.jpg")], "branch", **by(world, "ran"))

    assert [row.name for row in done.kept] == ["好.jpg"]
    assert {each.params["name"]: each.code for each in done.refused} == {
        name: code for name, (_data, code) in list(BAD.items())[:9]
    }
    assert (
        why(lambda: work.add(record, sent("x.exe", b"MZ\0\0"), "branch", **by(world, "li"))) == "file_unknown"
    )
    assert actions() == ["attachment.added"]


def test_too_large_is_said_with_the_true_size_and_without_reading_it(
    world: World, record: Activity, settings: Any
) -> None:
    settings.ATTACHMENT_DOCUMENT_MAX_BYTES = MEGABYTE
    beginning = received.photo()[:100]

    with pytest.raises(Refused) as caught:
        work.add(record, work.Sent("原图.jpg", 50 * MEGABYTE, beginning), "branch", **by(world, "li"))

    assert (caught.value.code, caught.value.params) == (
        "file_too_large", {"name": "原图.jpg", "size": "50.0", "most": 20},
    )  # fmt: skip
    large = work.Sent("a.pdf", MEGABYTE + 1, received.pdf())
    assert why(lambda: work.add(record, large, "branch", **by(world, "li"))) == "file_too_large"


def test_a_record_and_a_year_hold_so_many_and_no_file_twice(
    world: World, record: Activity, settings: Any
) -> None:
    settings.ATTACHMENTS_PER_RECORD = 2
    first = kept(world, record, "branch")
    same = sent("另名.jpg", received.photo(seed="#123456"))
    assert why(lambda: work.add(record, same, "branch", **by(world, "li"))) == "attachment_there"
    kept(world, record, "above")
    other = sent(data=received.photo(seed="#000000"))
    assert why(lambda: work.add(record, other, "branch", **by(world, "li"))) == "attachments_full"

    work.remove(first, "重复", **by(world, "li"))
    done = work.add_all(record, [same, other, sent("第三.jpg")], "branch", **by(world, "li"))

    assert [row.name for row in done.kept] == ["另名.jpg"]
    assert {each.code for each in done.refused} == {"attachments_full"}
    assert why(lambda: work.restore(first, **by(world, "li"))) == "attachment_there"
    settings.ATTACHMENT_BRANCH_YEAR_BYTES, settings.ATTACHMENTS_PER_RECORD = 2000, 10
    late = sent(data=received.photo(seed="#00ff00"))
    assert why(lambda: work.add(record, late, "branch", **by(world, "li"))) == "attachments_of_year_full"


def test_removed_files_stay_with_their_reason_and_come_back(world: World, record: Activity) -> None:
    file = kept(world, record, "above")
    assert why(lambda: work.remove(file, "  ", **by(world, "li"))) == "reason_missing"
    assert why(lambda: work.restore(file, **by(world, "li"))) == "attachment_stands"

    work.remove(file, "拍错了", **by(world, "ran"))

    gone = files_of(record, world.scope("li"), may_write=True)
    assert (gone.standing, [row.removal_reason for row in gone.removed]) == ((), ["拍错了"])
    assert files_of(record, world.scope("zhao"), may_write=False).removed == ()
    assert not takeable(world.scope("li")).exists()
    assert why(lambda: work.remove(file, "又", **by(world, "li"))) == "attachment_removed"
    assert why(lambda: work.show_to(file, "branch", **by(world, "li"))) == "attachment_removed"
    work.restore(file, **by(world, "li"))
    assert takeable(world.scope("zhao")).get().pk == file.pk
    assert actions() == ["attachment.added", "attachment.removed", "attachment.restored"]


def test_who_may_see_it_is_changed_and_the_same_again_is_no_line(world: World, record: Activity) -> None:
    file = kept(world, record, "above")

    for word in ("committee", "committee"):
        work.show_to(file, word, **by(world, "li"))

    assert not takeable(world.scope("qian")).exists()
    assert takeable(world.scope("li")).get().visibility == "committee"
    assert actions() == ["attachment.added", "attachment.shown"]


def test_nobody_puts_a_file_where_they_could_not_take_it(world: World, record: Activity) -> None:
    assert choices_for(world.a, world.scope("ran")) == [Visibility.BRANCH, Visibility.ABOVE]
    assert choices_for(world.a, world.scope("zhao")) == [Visibility.ABOVE]
    file = kept(world, record, "branch", "ran")
    assert why(lambda: work.show_to(file, "committee", **by(world, "ran"))) == "visibility_not_yours"
    assert why(lambda: work.add_all(record, [], "x", **by(world, "li"))) == "visibility_not_yours"
    for act in (
        lambda: work.add(record, sent(), "above", **by(world, "zhao")),
        lambda: work.remove(file, "x", **by(world, "zhao")),
        lambda: work.restore(file, **by(world, "wang")),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_voided_record_keeps_its_files_as_they_are(world: World, record: Activity) -> None:
    file = kept(world, record, "above")
    void_record(record, reason="录错", seen_version=1, **by(world, "li"))

    assert why(lambda: work.add(record, sent(), "above", **by(world, "li"))) == "attachment_of_void"
    assert why(lambda: work.remove(file, "x", **by(world, "li"))) == "attachment_of_void"
    assert takeable(world.scope("zhao")).get().pk == file.pk


@pytest.mark.usefixtures("committed_db")
def test_two_at_once_are_kept_once(world: World) -> None:
    record = make_activity(world.a, world.user("li"), [world.li])
    asked, outcomes, start = by(world, "li"), [], threading.Barrier(2)

    def send() -> None:
        start.wait()
        try:
            outcomes.append(work.add(record, sent(), "above", **asked).name)
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    connection.close()

    assert sorted(outcomes) == ["attachment_there", "会场.jpg"]
    assert Attachment.unscoped.count() == AttachmentContent.objects.count() == 1
