"""A body's own templates: editions, one in use, refusals that name what to do, papers filled into them."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from branches.choices import PostKind
from members.choices import PaperKind, TemplateState
from members.models import Look, Paper, PaperTemplate
from members.queries.paper_templates import current_for, shelves_of
from members.tests.factories import make_person, make_post
from members.tests.test_workflows_papers import issued
from members.tests.transfers import OUTSIDE, act, with_letter
from members.tests.word import letter, raw_zip, replaced, starter, swollen, uploaded, with_parts, words_in
from members.workflows import paper_templates as work
from orgportal.core.errors import NotAllowed, Refused
from orgportal.core.models import AuditEntry
from orgportal.core.sealing import seal
from orgportal.core.word_files import Fault, parts_of
from orgportal.core.word_layouts import TemplateFaulty
from orgportal.core.word_starters import composed

LETTER = PaperKind.LETTER
VERIFY = "http://portal.example.cn/verify/token/"


def how(world: Any, persona: str = "zhao") -> dict[str, Any]:
    return {"actor": world.user(persona), "scope": world.scope(persona), "at": world.now}


def refused(data: bytes, most: int = 1024 * 1024) -> list[Fault]:
    with pytest.raises(TemplateFaulty) as caught:
        work.check(LETTER, data, most=most)
    return list(caught.value.faults)


def filled(world: Any, paper: Paper, persona: str = "zhao") -> str:
    return words_in(work.filled(paper, VERIFY, **how(world, persona)))


def locks(asked: CaptureQueriesContext) -> list[str]:
    """Rows somebody else has to wait for."""
    return [each["sql"] for each in asked if "FOR NO KEY UPDATE" in each["sql"]]


# --- the check


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no zip", "word_unreadable"),
        (raw_zip({"a.txt": b"x"}), "word_unreadable"),
        (with_parts(starter(), {"word/vbaProject.bin": b"x"}), "word_macros"),
        (with_parts(starter(), {"word/media/a.png": b"\0" * 13_000_000}), "word_too_much_inside"),
        (letter("{% for x in y %}"), "template_not_plain"),
        (letter("{{ nmae }}"), "template_unknown_near"),
        (composed([("text", "{{ 姓名 }}")]), "template_missing"),
        (replaced(letter("正文"), ">正文<", '>{{ qr }}<w:t w:x="{{ qr }}"/><'), "template_hidden"),
    ],
)
def test_a_file_that_will_not_do_is_refused_with_its_fault(data: bytes, code: str) -> None:
    assert code in {fault.code for fault in refused(data)}


def test_a_file_over_the_limit_is_refused_unread() -> None:
    assert refused(b"x" * 2049, most=2048) == [Fault("word_too_large", {"most": "2"})]


def test_a_file_that_breaks_when_filled_is_refused() -> None:
    """The text stands where Word expects none: a picture there leaves no document."""
    data = replaced(letter("正文"), "<w:t>正文</w:t>", "</w:r><w:t>{{ qr }}</w:t><w:r>")

    assert refused(data) == [Fault("template_breaks")]


def test_the_refusal_carries_each_fault_for_programs() -> None:
    with pytest.raises(TemplateFaulty) as caught:
        work.check(LETTER, b"x", most=10)

    assert (caught.value.code, caught.value.params) == (
        "template_faulty",
        {"faults": [{"code": "word_unreadable"}]},
    )


# --- editions


def test_an_upload_is_in_use_and_replaces_the_one_before(world: Any) -> None:
    first = uploaded(world)
    second = uploaded(world, name="C:\\信\\介绍信（新）.DOC", data=letter())

    first.refresh_from_db()
    assert (first.state, first.ended_at, first.ended_by) == ("replaced", world.now, world.user("zhao"))
    assert (second.state, second.edition, second.ended_at) == ("current", 2, None)
    assert (first.file_name, second.file_name[-5:]) == ("介绍信.docx", ".docx")
    assert (len(second.digest), second.size) == (64, len(second.content))
    assert second.marks == [
        "number", "to", "name", "from", "body", "valid_until", "issuer", "issued_on",
    ]  # fmt: skip
    entries = AuditEntry.objects.order_by("pk").values_list("action", "changes__edition")
    assert list(entries) == [("paper_template.uploaded", 1), ("paper_template.uploaded", 2)]
    assert str(second) == f"{second.file_name} (2)"


def test_kinds_and_bodies_have_editions_of_their_own(world: Any) -> None:
    rows = [
        uploaded(world),
        uploaded(world, kind=PaperKind.SLIP, data=starter(PaperKind.SLIP)),
        uploaded(world, "qian", body=world.committee_2),
    ]

    assert [(row.edition, row.state) for row in rows] == [(1, TemplateState.CURRENT)] * 3


def test_a_refused_upload_leaves_the_one_in_use(world: Any) -> None:
    first = uploaded(world)

    with CaptureQueriesContext(connection) as asked, pytest.raises(TemplateFaulty):
        uploaded(world, data=b"x")

    assert not locks(asked)
    assert PaperTemplate.unscoped.get() == first
    assert PaperTemplate.unscoped.get().is_current


@pytest.mark.parametrize(
    ("persona", "body"), [("li", "committee_1"), ("ran", "a"), ("wang", "a"), ("chen", "a")]
)
def test_only_who_issues_papers_in_the_bodys_name_uploads(world: Any, persona: str, body: str) -> None:
    with pytest.raises(NotAllowed):
        uploaded(world, persona, body=getattr(world, body))

    assert not PaperTemplate.unscoped.exists()


def test_a_dissolved_body_gets_none(world: Any) -> None:
    world.committee_1.dissolved_on = date(2026, 3, 1)
    world.committee_1.save()

    with pytest.raises(Refused, match="body_dissolved"):
        uploaded(world, "qian")


def test_a_dissolved_body_puts_none_to_use_again(world: Any) -> None:
    old = work.retire(uploaded(world), **how(world))
    world.committee_1.dissolved_on = date(2026, 3, 1)
    world.committee_1.save()

    with pytest.raises(Refused, match="body_dissolved"):
        work.restore(old, **how(world, "qian"))


def test_taken_out_of_use_and_put_to_use_again(world: Any) -> None:
    first = uploaded(world)

    retired = work.retire(first, **how(world))
    restored = work.restore(retired, **how(world))

    assert (retired.state, retired.ended_by) == ("retired", world.user("zhao"))
    assert (restored.state, restored.ended_at, restored.ended_by) == ("current", None, None)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == [f"paper_template.{what}" for what in ("uploaded", "retired", "restored")]


def test_an_earlier_edition_takes_the_place_of_the_one_in_use(world: Any) -> None:
    first, second = uploaded(world), uploaded(world)

    work.restore(first, **how(world))

    states = dict(PaperTemplate.unscoped.values_list("pk", "state"))
    assert states == {first.pk: "current", second.pk: "replaced"}


def test_what_is_done_already_is_said(world: Any) -> None:
    first, second = uploaded(world), uploaded(world)

    with pytest.raises(Refused, match="template_not_in_use"):
        work.retire(first, **how(world))
    with pytest.raises(Refused, match="template_in_use"):
        work.restore(second, **how(world))


def test_an_edition_that_no_longer_fits_is_not_put_to_use(world: Any) -> None:
    old = work.retire(uploaded(world), **how(world))
    outgrown = letter("{{ 旧项 }}")
    PaperTemplate.unscoped.filter(pk=old.pk).update(content=outgrown, size=len(outgrown))

    with CaptureQueriesContext(connection) as asked, pytest.raises(TemplateFaulty):
        work.restore(old, **how(world))

    assert not locks(asked)


def test_others_neither_take_out_of_use_nor_put_to_use(world: Any) -> None:
    template = uploaded(world)

    for move in (work.retire, work.restore):
        with pytest.raises(NotAllowed):
            move(template, **how(world, "li"))


def test_the_database_holds_one_in_use_for_a_body_and_kind(world: Any) -> None:
    first = uploaded(world)
    uploaded(world)

    with pytest.raises(IntegrityError, match="paper_template_one_current"), transaction.atomic():
        PaperTemplate.unscoped.filter(pk=first.pk).update(state="current", ended_at=None, ended_by=None)
    with pytest.raises(IntegrityError, match="paper_template_end_is_dated"), transaction.atomic():
        PaperTemplate.unscoped.filter(pk=first.pk).update(state="current")


def test_shelves_stand_by_kind_the_latest_first(world: Any) -> None:
    first, second = uploaded(world), uploaded(world)
    third = uploaded(world)
    slip = uploaded(world, kind=PaperKind.SLIP, data=starter(PaperKind.SLIP))

    shelves = shelves_of(world.committee_1, world.scope("zhao"))

    assert [(shelf.kind, shelf.current, shelf.earlier) for shelf in shelves] == [
        (LETTER, third, (second, first)),
        (PaperKind.SLIP, slip, ()),
        (PaperKind.CERTIFICATE, None, ()),
    ]


def test_issuing_roots_are_where_papers_are_issued(world: Any) -> None:
    assert work.issuing_roots(world.scope("zhao")) == {world.committee_1.path}
    assert work.issuing_roots(world.scope("chen")) == set()


def test_an_example_is_no_paper_and_an_outgrown_one_is_refused(world: Any) -> None:
    template = uploaded(world)

    assert "样例甲" in words_in(work.sample(template))
    template.content = letter("{{ 旧项 }}")
    with pytest.raises(Refused, match="template_outgrown"):
        work.sample(template)
    template.content = swollen(letter())
    with pytest.raises(Refused, match="template_swells"):
        work.sample(template)


# --- a paper filled in


def test_a_letter_is_filled_from_what_it_says(world: Any) -> None:
    world.chen.id_number_sealed = seal("11010519491231002X")
    world.chen.save()
    template = uploaded(world)
    with_letter(world, days=20)
    paper = Paper.unscoped.get()

    text = filled(world, paper)

    for words in (
        paper.number, "陈党员", "11010519491231002X", OUTSIDE.body, OUTSIDE.committee, "甲社区党支部",
        "东街道党工委", "2026年3月10日", "2026年3月30日", "有效期20天",
    ):  # fmt: skip
        assert words in text
    assert "{{" not in text
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.target_id) == ("paper.printed", paper.pk)
    assert entry.changes == {"member": world.chen.pk, "template": template.pk}
    assert Look.objects.filter(member=world.chen, purpose=paper.number).exists()


def test_the_paper_speaks_as_it_was_issued_whatever_changed_since(world: Any) -> None:
    uploaded(world)
    with_letter(world)
    before = filled(world, Paper.unscoped.get())
    world.chen.name = "改名"
    world.chen.save()
    world.committee_1.name = "改名街道党工委"
    world.committee_1.save()

    assert filled(world, Paper.unscoped.get()) == before


def test_slips_and_certificates_are_filled_too(world: Any) -> None:
    facts = {
        "to": "省委党校",
        "purpose": "培训",
        "from": "甲社区党支部",
        "name": "陈党员",
        "issuer": "甲社区党支部",
    }
    uploaded(world, "li", PaperKind.CERTIFICATE, world.a, data=starter(PaperKind.CERTIFICATE))
    uploaded(world, kind=PaperKind.SLIP, data=starter(PaperKind.SLIP))
    certificate = issued(world, issuer=world.a, facts=facts, valid_until=date(2026, 6, 1))
    slip = issued(world, PaperKind.SLIP, facts={"letter": "南介1号", "accepted_on": "2026-03-09"})

    assert "因培训前往你处" in filled(world, certificate, "li")
    text = filled(world, slip)
    assert "你处南介1号介绍信收悉" in text
    assert "于2026年3月9日编入________" in text


def test_the_member_takes_the_own_paper_without_a_line(world: Any) -> None:
    uploaded(world)
    with_letter(world)
    lines = AuditEntry.objects.count()

    assert "陈党员" in filled(world, Paper.unscoped.get(), "chen")
    assert AuditEntry.objects.count() == lines


def test_the_code_stands_in_the_file_once_for_each_mark(world: Any) -> None:
    uploaded(world)
    with_letter(world)

    parts = parts_of(work.filled(Paper.unscoped.get(), VERIFY, **how(world)))

    assert parts["word/document.xml"].count(b"<pic:pic") == 1


def test_who_sees_a_paper_without_printing_gets_nothing(world: Any) -> None:
    reader = make_person(world.committee_1, "xuan", "宣委员")
    make_post(reader, world.committee_1, PostKind.PUBLICITY)
    world.xuan = reader
    uploaded(world)
    with_letter(world)

    with pytest.raises(NotAllowed):
        filled(world, Paper.unscoped.get(), "xuan")


def test_without_a_template_in_use_there_is_nothing_to_fill(world: Any) -> None:
    with_letter(world)
    paper = Paper.unscoped.get()
    work.retire(uploaded(world), **how(world))
    lines = AuditEntry.objects.count()

    assert current_for(paper) is None
    with pytest.raises(Refused, match="template_none"):
        filled(world, paper)
    assert AuditEntry.objects.count() == lines


def test_a_paper_that_has_ended_is_not_filled(world: Any) -> None:
    uploaded(world)
    act(world, "chen", with_letter(world), "withdraw")

    with pytest.raises(Refused, match="template_paper_ended"):
        filled(world, Paper.unscoped.get())


@pytest.mark.parametrize(
    ("content", "code"),
    [(letter("{{ 旧项 }}"), "template_outgrown"), (swollen(letter()), "template_swells")],
    ids=["outgrown", "too large"],
)
def test_a_template_that_is_filled_no_more_is_said(world: Any, content: bytes, code: str) -> None:
    template = uploaded(world)
    with_letter(world)
    PaperTemplate.unscoped.filter(pk=template.pk).update(content=content)

    with CaptureQueriesContext(connection) as asked, pytest.raises(Refused, match=code):
        filled(world, Paper.unscoped.get())

    # Nobody waits for the trail while a file is made, and nothing is written down of one that was not.
    assert not [each["sql"] for each in asked if "INSERT" in each["sql"] or "advisory" in each["sql"]]
