"""Files of a locked record: no way in or out without a reason; and removed files whose bytes are deleted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import translation

from activities.models import Activity, Attachment, AttachmentContent
from activities.queries.attachments import bytes_since
from activities.queries.ledgers import record_ledger
from activities.tasks import sweep_attachments
from activities.tests.attachments import kept, sent, upload
from activities.tests.factories import make_activity
from activities.tests.pages import page
from activities.workflows import attachments as work
from activities.workflows.attachment_sweep import sweep
from branches.tests.factories import NOW
from orgportal.core.errors import Refused
from orgportal.core.models import AuditEntry, LocalProvision
from orgportal.core.tests import received

pytestmark = pytest.mark.usefixtures("on_the_day")
GREEN = received.photo(seed="#00ff00")


def by(world: Any, who: str = "li", days: int = 0) -> dict[str, Any]:
    at = NOW + timedelta(days=days)
    return {"actor": world.user(who), "scope": world.scope(who), "at": at}


def checked() -> None:
    """What the database looks at when it commits."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def record(world: Any) -> Activity:
    """With one file of those above, locked since today."""
    row = make_activity(world.a, world.li.user, [world.li], chair=world.li)
    kept(world, row, "above")
    checked()
    stamps = {"confirmed_at": NOW, "confirmed_by": world.li.user, "locks_on": world.today}
    Activity.unscoped.filter(pk=row.pk).update(**stamps)
    row.refresh_from_db()
    return row


def test_each_way_in_and_out_of_a_locked_record_has_its_reason_in_the_history(
    world: Any, record: Activity, as_: Any
) -> None:
    file, reason = Attachment.unscoped.get(), "补交签字纪要"
    with pytest.raises(Refused, match="locked_file_reason"):
        work.add(record, sent(data=GREEN), "branch", **by(world))
    added = work.add(record, work.Sent("a.jpg", len(GREEN), GREEN, reason), "committee", **by(world))
    work.remove(file, "拍错了", **by(world, "ran"))
    with pytest.raises(Refused, match="locked_file_reason"):
        work.restore(file, " ", **by(world))
    work.restore(file, "核对后无误", **by(world))
    checked()

    steps = list(record.steps.order_by("pk").values_list("file_act", "remark", "attachment"))
    assert steps == [
        ("added", reason, added.pk), ("removed", "拍错了", file.pk), ("restored", "核对后无误", file.pk),
    ]  # fmt: skip
    assert AuditEntry.objects.get(action="attachment.restored").changes["reason"] == "核对后无误"
    told = page(as_("zhao").get(record.get_absolute_url()))
    assert "锁定后添加文件" in told
    assert reason in told
    assert "a.jpg" not in told
    with translation.override("zh-hans"):
        (part,) = record_ledger(record, world.scope("zhao"), world.today).parts
    assert part.grids[-1].rows[0][1:] == ("锁定后添加文件", "李书记", reason)
    (first, *_rest) = as_("li").get(f"/api/v1/activities/{record.pk}/").json()["steps"]
    assert (first["move"], first["file_act"], first["remark"]) == ("files", "added", reason)


def test_the_database_lets_none_pass_without_a_step(world: Any, record: Activity) -> None:
    file = Attachment.unscoped.get()
    gone = {"removed_at": NOW, "removed_by": world.li.user, "removal_reason": "x"}

    def silently() -> None:
        with transaction.atomic():
            Attachment.unscoped.filter(pk=file.pk).update(**gone)
            checked()

    with pytest.raises(IntegrityError, match="without a step"):
        silently()


def test_page_and_api_ask_for_the_reason_and_say_why(world: Any, record: Activity, as_: Any) -> None:
    client, here = as_("li"), reverse("activities:attachment-list", args=[record.pk])
    assert "文件的增减须写明理由" in page(client.get(here))
    wanted = {"visibility": "above"}
    assert client.post(here, {**wanted, "file": [upload(data=GREEN)]}).status_code == 422
    assert client.post(here, {**wanted, "file": [upload(data=GREEN)], "reason": "补交"}).status_code == 302
    file = Attachment.unscoped.order_by("pk")[1]
    api, back = "/api/v1/attachments/", reverse("activities:attachment-restore", args=[file.pk])
    away = reverse("activities:attachment-remove", args=[file.pk])
    client.post(away, {"reason": "重复"})
    assert client.post(back).status_code == 409
    told = client.post(f"{api}{file.pk}/restore/").json()
    assert (told["code"], "锁定" in told["message"]) == ("locked_file_reason", True)
    said = client.post(f"{api}{file.pk}/restore/", {"reason": "无误"}, content_type="application/json")
    assert said.json()["removed_at"] is None
    more = {"activity": record.pk, "visibility": "above"}
    pdf = received.pdf()
    assert client.post(api, {**more, "file": upload(data=pdf)}).json()["code"] == "locked_file_reason"
    assert client.post(api, {**more, "file": upload(data=pdf), "reason": "补交"}).status_code == 201
    client.post(away, {"reason": "重复"})
    assert client.post(back, {"reason": "无误"}).status_code == 302


def test_bytes_of_a_file_removed_long_ago_are_deleted_once_and_the_facts_stay(world: Any, as_: Any) -> None:
    row = make_activity(world.a, world.li.user, [world.li])
    far = make_activity(world.c, world.wang.user, [world.wang])
    old, new, stands = (kept(world, row, each) for each in ("above", "branch", "committee"))
    other = kept(world, far, "above", "wang", GREEN)
    work.remove(old, "拍错了", **by(world, days=-90))
    work.remove(new, "拍错了", **by(world, days=-89))
    work.remove(other, "拍错了", **by(world, "wang", days=-40))
    LocalProvision.objects.create(
        key="attachment.removed_keep_days", path=world.c.path, value=30, valid_from=world.today,
        instrument="区委通知", article="一", recorded_at=NOW,
    )  # fmt: skip

    assert [sweep(at=NOW), sweep(at=NOW)] == [2, 0]

    old.refresh_from_db()
    assert (old.cleared_at, old.name, old.removal_reason) == (NOW, "above.jpg", "拍错了")
    assert set(AttachmentContent.objects.values_list("attachment", flat=True)) == {new.pk, stands.pk}
    entries = AuditEntry.objects.filter(action="attachment.cleared")
    assert {(each.actor_id, each.target_id) for each in entries} == {(None, old.pk), (None, other.pk)}
    html = page(as_("li").get(reverse("activities:attachment-list", args=[row.pk])))
    assert "内容已于2026年3月10日删除" in html
    assert "90天内可以恢复" in html
    with pytest.raises(Refused, match="attachment_cleared"):
        work.restore(old, **by(world))
    work.restore(new, **by(world))
    everything = bytes_since(Attachment.unscoped.all(), world.a, datetime(2020, 1, 1, tzinfo=UTC))
    assert everything == new.size + stands.size
    assert sweep_attachments() == 0
