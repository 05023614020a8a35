"""Choosing on the roster and in the queue, checking together, watching the work, reading what came of it."""

from typing import Any

import pytest
from django.urls import reverse

from members.models import Batch, BranchPeriod, Member, Post, Transfer
from members.tasks import run_batch
from members.tests.factories import make_member, make_transfer
from members.tests.transfer_pages import ids, text, wrong
from members.tests.transfers import OUTSIDE, add_yang

pytestmark = pytest.mark.usefixtures("on_the_day")
START = "/members/transfers/together/start/"


def fields(world: Any, **more: Any) -> dict[str, Any]:
    return {"target": world.b.pk, "target_text": "乙社区", "reason": "study", "remark": "毕业", **more}


def test_roster_offers_its_ticked_rows_and_all_of_its_filters(world: Any) -> None:
    listed = world.client("li").get("/members/?gender=male").content.decode()

    assert f'name="pick" value="{world.chen.pk}" form="together"' in " ".join(listed.split())
    assert '<input type="hidden" name="gender" value="male">' in " ".join(listed.split())


def test_list_of_a_plain_member_has_nothing_to_tick(world: Any) -> None:
    assert 'name="pick"' not in world.client("wang").get("/members/transfers/?queue=ended").content.decode()


def test_chosen_members_are_checked_begun_and_told_one_by_one(world: Any) -> None:
    make_transfer(world.sun, world.c, state="submitted")
    client = world.client("li")
    place = f"{START}?pick={world.chen.pk}&pick={world.sun.pk}&who=picked"
    chosen = ids(client.get(place))

    made = client.post(place, fields(world))
    batch = Batch.unscoped.get()
    preview = text(client.get(made["Location"]))
    client.post(reverse("members:batch-begin", args=[batch.pk]))
    running = client.get(batch.get_absolute_url())
    run_batch(batch_id=batch.pk)
    after = client.get(batch.get_absolute_url())

    assert chosen == {world.chen.pk, world.sun.pk}
    assert "共 2 人，其中 1 人可以办理" in preview
    assert "不能办理" in preview
    assert 'hx-trigger="every 2s"' in running.content.decode()
    assert "已完成 0 / 2" in text(running)
    assert "已办理 1 人，未办理 1 人" in text(after)
    assert Transfer.unscoped.get(member=world.chen).get_absolute_url() in after.content.decode()
    assert "hx-trigger" not in after.content.decode().partition('id="batch"')[2].partition("</div>")[0]


def outside_fields(**more: Any) -> dict[str, Any]:
    words = {f"outside_{name}": getattr(OUTSIDE, name) for name in OUTSIDE.__dataclass_fields__}
    return {"target_text": "", "reason": "study", "remark": "毕业", **words, **more}


def test_chosen_members_leave_for_a_body_outside_and_wait_for_their_letters(world: Any) -> None:
    client = world.client("li")
    made = client.post(f"{START}?pick={world.chen.pk}&pick={world.sun.pk}&who=picked", outside_fields())
    batch = Batch.unscoped.get()
    preview = text(client.get(made["Location"]))
    listed = text(client.get("/members/transfers/together/"))
    client.post(reverse("members:batch-begin", args=[batch.pk]))
    run_batch(batch_id=batch.pk)
    after = text(client.get(batch.get_absolute_url()))
    todo = world.client("zhao").get("/members/transfers/?queue=todo")

    assert made.status_code == 302
    assert "共 2 人，均可办理" in preview
    assert all(page.count(OUTSIDE.body) == 1 for page in [preview, listed, after])
    assert OUTSIDE.committee in preview
    assert OUTSIDE.address in preview
    assert "已办理 2 人" in after
    assert set(Transfer.unscoped.values_list("pk", flat=True)) <= ids(todo)


def test_a_body_outside_needs_the_committee_its_letters_go_to(world: Any) -> None:
    place = f"{START}?pick={world.chen.pk}&who=picked"
    answer = world.client("li").post(place, outside_fields(outside_committee=""))

    assert (answer.status_code, wrong(answer)) == (422, {"outside_committee"})
    assert not Batch.unscoped.exists()


def test_of_a_filtered_list_all_are_taken_but_nobody_of_another_branch(world: Any) -> None:
    found = world.client("li").get(f"{START}?who=all&pick={world.wang.pk}")

    assert world.wang.pk not in ids(found)
    assert {world.chen.pk, world.sun.pk, world.li.pk} <= ids(found)


def test_members_of_others_that_are_ticked_are_not_there(world: Any) -> None:
    found = world.client("li").get(f"{START}?who=picked&pick={world.wang.pk}&pick=abc")

    assert ids(found) == set()
    assert "尚未选择党员" in text(found)


def test_without_a_target_the_form_says_so_and_keeps_the_choice(world: Any) -> None:
    place = f"{START}?pick={world.chen.pk}&who=picked"
    answer = world.client("li").post(place, {"target_text": "", "reason": "study"})

    assert (answer.status_code, wrong(answer)) == (422, {"target_text"})
    assert ids(answer) >= {world.chen.pk}
    assert not Batch.unscoped.exists()


def test_nobody_or_too_many_never_become_a_batch(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client("li")
    nobody = client.post(f"{START}?who=picked", fields(world))
    monkeypatch.setattr("members.workflows.batches.MOST", 1)
    monkeypatch.setattr("members.forms.batches.MOST", 1)
    many = client.get(f"{START}?who=all")
    sent = client.post(f"{START}?who=all", fields(world))

    assert (nobody.status_code, many.status_code, sent.status_code) == (422, 200, 422)
    assert "一次最多一并办理 1 人" in text(many)
    assert not Batch.unscoped.exists()


def test_queue_of_things_to_do_moves_on_together(world: Any) -> None:
    add_yang(world)
    papers = [
        make_transfer(make_member(world.a, f"毕业{n}"), world.b, state="at_receiver", sent_on=world.today)
        for n in range(2)
    ]
    client = world.client("yang")
    listed = client.get("/members/transfers/?queue=todo").content.decode()
    made = client.post("/members/transfers/together/move-on/", {"who": "all", "q": "毕业"})
    batch = Batch.unscoped.get()
    client.post(reverse("members:batch-begin", args=[batch.pk]))
    run_batch(batch_id=batch.pk)

    assert 'action="/members/transfers/together/move-on/"' in listed
    assert "接收" in text(client.get(made["Location"])) or batch.rows.count() == len(papers)
    assert set(Transfer.unscoped.values_list("state", flat=True)) == {"accepted"}
    assert ids(client.get("/members/transfers/together/")) == {batch.pk}


def test_discarded_batch_is_gone_and_a_begun_one_stays(world: Any) -> None:
    client = world.client("li")
    for _ in range(2):
        client.post(f"{START}?pick={world.chen.pk}&who=picked", fields(world))
    first, second = Batch.unscoped.order_by("pk")
    client.post(reverse("members:batch-begin", args=[second.pk]))

    gone = client.post(reverse("members:batch-discard", args=[first.pk]))
    kept = client.post(reverse("members:batch-discard", args=[second.pk]))
    twice = client.post(reverse("members:batch-begin", args=[second.pk]))

    assert (gone.status_code, kept.status_code, twice.status_code) == (302, 409, 409)
    assert list(Batch.unscoped.all()) == [second]
    assert "已经开始办理" in text(kept)


def test_whoever_left_office_reads_nothing_new_of_the_members(world: Any) -> None:
    make_transfer(world.sun, world.c, state="submitted")
    client = world.client("li")
    place = client.post(f"{START}?pick={world.chen.pk}&pick={world.sun.pk}&who=picked", fields(world))[
        "Location"
    ]
    Post.unscoped.filter(member=world.li).update(ends_on=world.today.replace(day=1))

    rows = client.get(place).content.decode().partition("<tbody")[2].partition("</tbody>")[0]

    assert rows.count("此件目前无需您办理") == 2
    for fact in (world.c.name, "党费"):
        assert fact not in rows


def test_once_it_is_done_a_row_says_where_the_member_was_and_not_where_now(world: Any) -> None:
    make_transfer(world.sun, world.b, state="submitted")
    client = world.client("li")
    address = f"{START}?pick={world.chen.pk}&pick={world.sun.pk}&who=picked"
    place = client.post(address, fields(world))["Location"]
    client.post(f"{place}begin/")
    run_batch(batch_id=Batch.unscoped.get().pk)
    both = [world.chen.pk, world.sun.pk]
    Member.unscoped.filter(pk__in=both).update(branch=world.c, path=world.c.path)
    BranchPeriod.objects.filter(member__in=both).update(branch=world.c)

    rows = client.get(place).content.decode().partition("<tbody")[2].partition("</tbody>")[0]

    assert rows.count(world.a.short_name) == 2
    assert world.c.short_name not in rows


@pytest.mark.parametrize("many", [1, 3])
def test_preview_costs_the_same_however_many_rows(
    world: Any, many: int, django_assert_num_queries: Any
) -> None:
    people = [make_member(world.a, f"党员{n}") for n in range(many)]
    client = world.client("li")
    picks = "&".join(f"pick={each.pk}" for each in people)
    place = client.post(f"{START}?who=picked&{picks}", fields(world))["Location"]
    client.get(place)

    with django_assert_num_queries(20):
        client.get(place)
