"""A member leaves the portal on paper and comes back on paper, through HTTP on a real stack.

The letter and the slip are drawn to PNG: the rare characters of the name are there and are not the box of
a missing glyph, the code on the sheet opens the verify page. Numbers have no gap under 8 concurrent issuers,
some of whom fail half way. Prints the figures last and exits non-zero when one falls short.

    ./portal drill letters [FOLDER for the pictures]
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django
import pypdfium2
import zxingcpp
from django.utils import timezone

from drills._stack import ROOT, _database, _environment, _served
from drills._visitor import Visitor

ISSUERS, EACH, FAILS_EVERY = 8, 12, 4
RARE = "𠮷㛃龘"
MISSING = "\U0002b52e"  # in none of the pinned faces: what it draws is the box of a missing glyph
PASSWORD = "Drill-of-letters-2026"  # noqa: S105  of a throw-away district
SCALE = 3
OUTSIDE = {
    "outside_body": "长春市南关区明珠社区党支部", "outside_committee": "中共长春市南关区委组织部",
    "outside_address": "长春市亚泰大街1号", "outside_postcode": "130022", "outside_phone": "0431-88880000",
}  # fmt: skip


@contextmanager
def stack() -> Iterator[str]:
    """A small district in a database of its own, served by gunicorn; this process works on it as well."""
    with tempfile.TemporaryDirectory(prefix="portal-letters-") as folder, _database() as database:
        env = _environment(Path(folder), database)
        for step in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
            subprocess.run([sys.executable, "manage.py", *step], cwd=ROOT, env=env, check=True)
        os.environ.update(env)
        django.setup()
        from django.db import connections  # noqa: PLC0415  needs the set-up above

        with _served(env) as url:
            yield url
            connections.close_all()


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0] if arguments else tempfile.mkdtemp(prefix="letters-"))
    folder.mkdir(parents=True, exist_ok=True)
    with stack() as url:
        world = district()
        checks: dict[str, bool] = {}
        checks |= way_out(url, world, folder)
        checks |= way_in(url, world, folder)
        serials, seconds = crowd(world)
    no_gap = serials == list(range(1, len(serials) + 1))
    print(f"pictures in {folder}")
    for name, holds in checks.items():
        print(f"{'ok    ' if holds else 'FAILED'} {name}")
    print(
        f"{ISSUERS} issuers, {len(serials)} letters in {seconds:.1f} s, numbers 1 to {max(serials)}, "
        f"{'no gap' if no_gap else 'GAPS'}; {sum(checks.values())} of {len(checks)} checks hold"
    )
    return 0 if no_gap and all(checks.values()) else 1


# --- the district


def district() -> dict[str, Any]:
    """Two committees, three branches, and the people who deal with letters."""
    from branches.choices import Kind, PostKind, Sector  # noqa: PLC0415
    from branches.tests.factories import make_organization  # noqa: PLC0415
    from members.models import Member  # noqa: PLC0415
    from members.tests.factories import make_person, make_post  # noqa: PLC0415
    from orgportal.core.sealing import blind, seal  # noqa: PLC0415

    town = make_organization(None, "示范区委", sector=Sector.TERRITORY)
    street = make_organization(
        town, "中共示范区东街道工作委员会", short_name="东街道党工委", kind=Kind.WORK_COMMITTEE,
        sector=Sector.TERRITORY, address="示范区新华路18号", phone="0437-3221100",
    )  # fmt: skip
    a = make_organization(street, "东街道新华社区党支部")
    b = make_organization(street, "东街道站前社区党支部")
    since = timezone.localdate() - timedelta(days=3650)
    people = {
        "secretary": make_person(a, "secretary", "李书记", since=since),
        "other": make_person(b, "other", "杨书记", since=since),
        "organiser": make_person(b, "organiser", "赵组织", since=since),
        "member": make_person(a, "member", RARE, since=since),
    }
    make_post(people["secretary"], a, PostKind.SECRETARY)
    make_post(people["other"], b, PostKind.SECRETARY)
    make_post(people["organiser"], street, PostKind.ORGANISER)
    number = id_number()
    Member.unscoped.filter(pk=people["member"].pk).update(
        id_number_sealed=seal(number), id_number_digest=blind(number), birth_on=date(1980, 5, 17)
    )
    for person in people.values():
        person.user.set_password(PASSWORD)
        person.user.save()
    return {"town": town, "street": street, "a": a, "b": b, "number": number, **people}


def id_number() -> str:
    from members.tests.test_workflows_loader import id_number  # noqa: PLC0415

    return id_number(date(1980, 5, 17), 7)


def fresh(row: Any) -> Any:
    return type(row).unscoped.get(pk=row.pk)


# --- out


def way_out(url: str, world: dict[str, Any], folder: Path) -> dict[str, bool]:
    from members.choices import PaperKind  # noqa: PLC0415
    from members.models import Member, Paper, Transfer  # noqa: PLC0415

    names = ("member", "secretary", "organiser")
    member, secretary, officer = (Visitor(url, name, PASSWORD) for name in names)
    page = started(member)
    pk = Transfer.unscoped.get().pk
    secretary.send(f"{page}release/", {}, page=page)
    officer.send(f"{page}issue/", {"days": 30})
    first = Paper.unscoped.get(kind=PaperKind.LETTER)
    status, content, _ = officer.get(f"/members/papers/{first.pk}/print.pdf")
    opened = verified(url, drawn(content, folder / "letter.png"), folder / "verify.html")
    member.send(f"{page}lose/", {"remark": "路上遗失"})
    void = Visitor(url).get(f"/verify/{first.token}/")[1].decode()
    officer.send(f"{page}reissue/", {"days": 30, "remark": "遗失补开"})
    member.send(f"{page}hand-in/", {}, page=page)
    too_early = {"accepted_on": timezone.localdate() - timedelta(days=9)}
    refused, words, _ = officer.send(f"{page}confirm/", too_early)
    officer.send(f"{page}confirm/", {"accepted_on": timezone.localdate(), "slip_number": "南组回字12号"})
    ended = world["member"].standing_periods.latest("starts_on")
    return {
        "letter is a PDF": status == 200 and content.startswith(b"%PDF-"),
        "rare characters of the name are drawn": glyphs_drawn(content),
        "identity number stands on the letter": world["number"] in text_of(content),
        "code on the letter opens the verify page": first.number in opened and "本件有效" in opened,
        "verify page names no person": RARE not in opened and world["a"].name not in opened,
        "a lost letter is told void": "本件已终止" in void,
        "one letter in force, two issued": list(
            Paper.unscoped.filter(transfer=pk).order_by("pk").values_list("serial", "end_reason")
        ) == [(1, "lost"), (2, "used")],
        "a slip before the letter is refused in words": refused == 422 and "不能早于" in words,
        "the slip ends the transfer": Transfer.unscoped.get(pk=pk).state == "accepted",
        "the member left the register that day": (
            Member.unscoped.get(pk=world["member"].pk).standing,
            ended.end_kind,
            ended.starts_on,
        ) == ("ended", "transferred", timezone.localdate()),
    }  # fmt: skip


def started(member: Visitor) -> str:
    """The member's own start, through the page that shows what will be sent."""
    from members.models import Transfer  # noqa: PLC0415

    typed = {**OUTSIDE, "reason": "job", "dues_paid_to": f"{timezone.localdate():%Y-%m}"}
    check = f"/members/transfers/start/own/?{urlencode({**typed, 'step': 'check'})}"
    member.send("/members/transfers/start/own/", {**typed, "step": "confirm"}, page=check)
    return str(Transfer.unscoped.get().get_absolute_url())


# --- in


def way_in(url: str, world: dict[str, Any], folder: Path) -> dict[str, bool]:
    from members.choices import PaperKind  # noqa: PLC0415
    from members.models import Arrival, Member, Paper  # noqa: PLC0415

    other = Visitor(url, "other", PASSWORD)
    away_since(world, timezone.localdate() - timedelta(days=20))
    lines, typed = Member.unscoped.count(), typed_letter(world)
    over = {**typed, "valid_until": timezone.localdate() - timedelta(days=1)}
    refused, words, _ = other.send("/members/arrivals/add/", over)
    wrong = {**typed, "id_number": world["number"][:-1] + ("1" if world["number"][-1] != "1" else "2")}
    odd, doubt, _ = other.send("/members/arrivals/add/", wrong)
    other.send("/members/arrivals/add/", typed)
    arrival = Arrival.unscoped.get()
    page = f"/members/arrivals/{arrival.pk}/"
    other.send(f"{page}accept/", {"accepted_on": timezone.localdate()}, page=page)
    slip = Paper.unscoped.get(kind=PaperKind.SLIP)
    content = other.get(f"/members/papers/{slip.pk}/print.pdf")[1]
    opened = verified(url, drawn(content, folder / "slip.png"), folder / "verify-slip.html")
    back = Member.unscoped.get(pk=world["member"].pk)
    return {
        "a letter past its day is refused in words": refused == 422 and "已超过有效期" in words,
        "a bad check digit is asked about": odd == 422 and 'name="insists"' in doubt,
        "the same line of the register goes on": (back.standing, back.branch_id, Member.unscoped.count())
        == ("formal", world["b"].pk, lines),
        "slip draws the rare characters": glyphs_drawn(content),
        "code on the slip opens the verify page": slip.number in opened,
    }


def away_since(world: dict[str, Any], day: date) -> None:
    """The member left today; for the way back it has to have been some days ago."""
    from django.db import transaction  # noqa: PLC0415

    from members.models import BranchPeriod, StandingPeriod  # noqa: PLC0415

    yesterday = timezone.localdate() - timedelta(days=1)
    with transaction.atomic():
        for model in (BranchPeriod, StandingPeriod):
            rows = model.objects.filter(member=world["member"], ends_on=yesterday)
            rows.update(ends_on=day - timedelta(days=1))
        StandingPeriod.objects.filter(member=world["member"], ends_on=None).update(starts_on=day)


def typed_letter(world: dict[str, Any]) -> dict[str, Any]:
    """What the receiving side types off the letter and the card."""
    today = timezone.localdate()
    return {
        "branch": world["b"].pk, "letter_number": "南组介字〔2026〕88号",
        "letter_body": "中共长春市南关区委组织部", "letter_address": "长春市亚泰大街1号",
        "from_branch": "明珠社区党支部", "issued_on": today - timedelta(days=3),
        "valid_until": today + timedelta(days=27), "dues_paid_to": f"{today:%Y-%m}", "name": RARE,
        "gender": "male", "birth_on": "1980-05-17", "id_number": world["number"], "mobile": "13800001111",
        "ethnicity": "汉族", "education": "college", "occupation": "worker", "standing": "formal",
        "joined_on": "2005-07-01", "confirmed_on": "2006-07-01",
    }  # fmt: skip


# --- the sheet


def drawn(content: bytes, file: Path) -> Any:
    picture = pypdfium2.PdfDocument(content)[0].render(scale=SCALE).to_pil()
    picture.save(file)
    return picture


def verified(url: str, picture: Any, file: Path) -> str:
    """What a passer-by reads who scans the code on the sheet."""
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text.startswith(url), code.text
    page = Visitor(url).get(code.text.removeprefix(url))[1].decode()
    file.write_text(page, encoding="utf-8")
    return page


def text_of(content: bytes) -> str:
    return str(pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range())


def glyphs_drawn(content: bytes) -> bool:
    """Each rare character has a shape of its own, and none is that of a missing glyph."""
    shapes = [shape_of(content, each) for each in RARE]
    return None not in shapes and len({*shapes, box_of_missing()}) == len(RARE) + 1


def shape_of(content: bytes, character: str) -> bytes | None:
    """The first drawing of a character on the page, brought to one size; None without ink."""
    page = pypdfium2.PdfDocument(content)[0]
    words = page.get_textpage()
    text = words.get_text_range()
    if character not in text and character != MISSING:
        return None
    # Places are counted in UTF-16; a missing glyph leaves no text, and stands first on its sheet.
    place = 0 if character == MISSING else len(text[: text.index(character)].encode("utf-16-le")) // 2
    left, bottom, right, top = words.get_charbox(place, loose=True)
    height = page.get_height()
    box = [round(SCALE * value) for value in (left, height - top, right, height - bottom)]
    cut = page.render(scale=SCALE).to_pil().convert("1").crop(box).resize((32, 32))
    return cut.tobytes() if cut.getextrema() == (0, 255) else None


def box_of_missing() -> bytes | None:

    from orgportal.core import documents  # noqa: PLC0415

    data = {"name": MISSING, "day": "2026-03-10", "number": "", "qr": documents.qr_svg("x")}
    return shape_of(documents.pdf("orgportal/core/tests/sample.typ", data, at=timezone.now()), MISSING)


# --- the crowd


def crowd(world: dict[str, Any]) -> tuple[list[int], float]:
    """Issuers of one committee all at once; every so often one fails after it has taken a number."""
    import time  # noqa: PLC0415

    from members.models import Paper  # noqa: PLC0415

    before = Paper.unscoped.filter(kind="letter").count()
    desks = [organiser(world, who) for who in range(ISSUERS)]
    shares = [[waiting(world, f"{who}-{n}") for n in range(EACH)] for who in range(ISSUERS)]
    gate = threading.Barrier(ISSUERS)
    faults: list[str] = []
    threads = [
        threading.Thread(target=issue_all, args=(user, share, gate, faults))
        for user, share in zip(desks, shares, strict=True)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    assert not faults, faults
    serials = sorted(Paper.unscoped.filter(kind="letter").values_list("serial", flat=True))
    assert len(serials) - before == ISSUERS * EACH
    return serials, seconds


def waiting(world: dict[str, Any], name: str) -> int:
    """A transfer to a body outside that waits for its letter."""

    from members.tests.factories import make_member, make_transfer  # noqa: PLC0415

    transfer = make_transfer(
        make_member(world["a"], f"党员{name}"), None, state="sent", outside_body="外地党支部",
        outside_committee="外地区委", sent_on=timezone.localdate(), valid_until=timezone.localdate(),
        started_by=world["secretary"].user, started_at=timezone.now(), state_since=timezone.now(),
    )  # fmt: skip
    return int(transfer.pk)


def organiser(world: dict[str, Any], who: int) -> Any:
    """One more organiser of the committee, with an account."""
    from branches.choices import PostKind  # noqa: PLC0415
    from members.tests.factories import make_person, make_post  # noqa: PLC0415

    person = make_person(world["b"], f"organiser{who}", f"组织员{who}")
    make_post(person, world["street"], PostKind.ORGANISER)
    return person.user


def issue_all(user: Any, share: list[int], gate: threading.Barrier, faults: list[str]) -> None:
    from django.db import connection  # noqa: PLC0415

    gate.wait()
    try:
        for place, pk in enumerate(share):
            if place % FAILS_EVERY == 0:
                issue(user, pk, fails=True)
            issue(user, pk)
    except Exception as fault:
        faults.append(repr(fault))
    finally:
        connection.close()


def issue(user: Any, pk: int, *, fails: bool = False) -> None:
    """One letter; a lock held too long is met as a person meets it, by trying again."""
    from django.db import OperationalError, transaction  # noqa: PLC0415

    from members.models import Transfer  # noqa: PLC0415
    from members.queries import scope_for  # noqa: PLC0415
    from members.workflows import transfer as work  # noqa: PLC0415

    at = timezone.now()
    scope = scope_for(user, timezone.localdate(at))
    try:
        with transaction.atomic():
            work.move(Transfer.unscoped.get(pk=pk), "issue", actor=user, scope=scope, at=at)
            transaction.set_rollback(fails)
    except OperationalError as failure:
        if "lock timeout" not in str(failure):
            raise
        issue(user, pk, fails=fails)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
