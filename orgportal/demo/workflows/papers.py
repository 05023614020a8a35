"""Transfers on paper, letters brought from outside, certificates, and what members said of their own line."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle, islice

from branches.models import Organization
from branches.queries import committee_above
from members.choices import (
    Education,
    Gender,
    Occupation,
    OwnField,
    PaperEnd,
    RefusalReason,
    Standing,
    TransferReason,
)
from members.models import Arrival, Member, Transfer
from members.queries import scope_for
from members.workflows import arrivals, certificates, own, transfer
from members.workflows.arrivals import Bearer, PaperLetter, Refusal
from members.workflows.certificates import Stay
from members.workflows.papers import PaperEnding
from members.workflows.register import PersonData
from members.workflows.transfer import Details, Outside, Words
from orgportal.core.models import User
from orgportal.demo import words
from orgportal.demo.people import Numbers
from orgportal.demo.workflows.posts import Cast


@dataclass(frozen=True, slots=True)
class Journey:
    """A transfer out on paper: begun so many days ago, then (days after, move) in order."""

    days_ago: int
    moves: tuple[tuple[int, str], ...]


# The first is of the demo secretary's branch: its committee has a letter to issue.
JOURNEYS = (
    Journey(3, ()),
    Journey(20, ((1, "issue"),)),
    Journey(26, ((1, "issue"), (9, "hand-in"))),
    Journey(70, ((2, "issue"), (12, "hand-in"), (24, "confirm"))),
    Journey(40, ((1, "issue"), (15, "lose"), (17, "reissue"))),
)
SAID = {"lose": "搬家途中遗失，已向支部说明", "reissue": "原介绍信遗失，经核实补开"}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who brought a letter so many days ago, and what became of it."""

    name: str
    gender: Gender
    born: int
    days_ago: int
    answer: str = ""


NEWCOMERS = (
    Newcomer(words.NEWCOMERS[0], Gender.FEMALE, 1991, 2),
    Newcomer(words.NEWCOMERS[1], Gender.MALE, 1986, 25, "accept"),
    Newcomer(words.NEWCOMERS[2], Gender.MALE, 1979, 12, "refuse"),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """A body and who acts for it."""

    body: Organization
    leader: User

    @classmethod
    def of(cls, body: Organization, cast: Cast) -> "Desk":
        return cls(body, cast.leader(body.pk))


def write(cast: Cast, now: datetime, today: date) -> int:
    """Papers of every kind and state, and requests of members; how many there are."""
    own_desk, *others = _desks(cast)
    for journey, desk in zip(JOURNEYS, [own_desk, *islice(cycle(others), len(JOURNEYS) - 1)], strict=True):
        _send_away(journey, desk, cast, now)
    for newcomer, desk in zip(NEWCOMERS, (own_desk, others[0], others[1]), strict=True):
        _take_in(newcomer, desk, now)
    _certify(own_desk, now, today)
    return len(JOURNEYS) + len(NEWCOMERS) + 2 + _ask(own_desk, now, today)


def _desks(cast: Cast) -> list[Desk]:
    """The demo secretary's branch first, then two neighbours of it with a secretary."""
    first = Organization.unscoped.get(pk=Member.unscoped.get(user__user_name="secretary").branch_id)
    above = committee_above(first.path) or first
    near = Organization.unscoped.branches().current().filter(path__startswith=above.path, form="regular")
    led = near.filter(pk__in=list(cast.secretaries)).exclude(pk=first.pk).order_by("path")
    return [Desk.of(body, cast) for body in (first, *led[:2])]


def _plain(body: Organization) -> Member:
    """A member of the branch whom no other story tells of."""
    free = Member.unscoped.active().filter(
        branch=body, posts=None, user=None, transfers=None, standing=Standing.FORMAL, standing_changes=None,
        cases=None, spells=None, papers=None, confirmations=None,
    )  # fmt: skip
    return free.order_by("-birth_on", "pk")[:1].get()


def _send_away(journey: Journey, desk: Desk, cast: Cast, now: datetime) -> None:
    began = now - timedelta(days=journey.days_ago)
    details = Details(
        target=None,
        reason=TransferReason.JOB,
        remark="到外地工作",
        dues_paid_to=began.date(),
        outside=Outside(
            body=words.OUTSIDE_BRANCH, committee=words.OUTSIDE_COMMITTEE, address=words.OUTSIDE_ADDRESS,
            postcode="130000",
        ),
    )  # fmt: skip
    scope = scope_for(desk.leader, began.date())
    current = transfer.start(_plain(desk.body), details, actor=desk.leader, scope=scope, at=began)
    above = Desk.of(committee_above(desk.body.path) or desk.body, cast)
    for after, name in journey.moves:
        current = _move(current, name, desk if name in {"hand-in", "lose"} else above, began, after)


def _move(current: Transfer, name: str, desk: Desk, began: datetime, after: int) -> Transfer:
    at = began + timedelta(days=after)
    said = Words(remark=SAID.get(name, ""))
    if name == "confirm":
        said = Words(accepted_on=at.date() - timedelta(days=6), slip_number="（演示）0012")
    return transfer.move(
        current, name, actor=desk.leader, scope=scope_for(desk.leader, at.date()), at=at, words=said
    )


def _take_in(newcomer: Newcomer, desk: Desk, now: datetime) -> None:
    at = now - timedelta(days=newcomer.days_ago)
    scope = scope_for(desk.leader, at.date())
    letter = PaperLetter(
        number=f"（演示）组介〔{at.year}〕第{newcomer.born}号",
        body=words.OUTSIDE_COMMITTEE,
        from_branch=words.OUTSIDE_BRANCH,
        issued_on=at.date() - timedelta(days=8),
        valid_until=at.date() + timedelta(days=52),
        address=words.OUTSIDE_ADDRESS,
    )
    bearer = Bearer(person=_person(newcomer), standing=Standing.FORMAL, insists=True)
    arrival = arrivals.register_letter(desk.body, letter, bearer, actor=desk.leader, scope=scope, at=at)
    _answer(arrival, newcomer.answer, desk, at + timedelta(days=3))


def _person(newcomer: Newcomer) -> PersonData:
    born = date(newcomer.born, 5, 18)
    return PersonData(
        name=newcomer.name,
        gender=newcomer.gender,
        birth_on=born,
        education=Education.UNIVERSITY,
        occupation=Occupation.PROFESSIONAL,
        joined_on=date(newcomer.born + 24, 7, 1),
        confirmed_on=date(newcomer.born + 25, 7, 1),
        id_number=Numbers(first=400).next(born, newcomer.gender),
        mobile=f"1990990{newcomer.born}",
    )


def _answer(arrival: Arrival, answer: str, desk: Desk, at: datetime) -> None:
    scope, day = scope_for(desk.leader, at.date()), at.date()
    if answer == "accept":
        arrivals.accept(arrival, day, seen_version=arrival.version, actor=desk.leader, scope=scope, at=at)
    if answer == "refuse":
        refusal = Refusal(RefusalReason.FILE_CHECK, "介绍信上的姓名与本人证件不一致，请原单位核对后重开")
        arrivals.refuse(arrival, refusal, seen_version=arrival.version, actor=desk.leader, scope=scope, at=at)


def _certify(desk: Desk, now: datetime, today: date) -> None:
    """One certificate that was handed back and one in force."""
    for days_ago, is_back in ((90, True), (15, False)):
        at = now - timedelta(days=days_ago)
        stay = Stay(
            to=words.OUTSIDE_BRANCH,
            purpose="外出学习期间参加组织生活",
            valid_until=at.date() + timedelta(days=120),
        )
        scope = scope_for(desk.leader, today)
        paper = certificates.certify(_plain(desk.body), stay, actor=desk.leader, scope=scope, at=at)
        if is_back:
            ending = PaperEnding(PaperEnd.RETURNED, "学习结束，证明信已交回")
            certificates.take_back(paper, ending, actor=desk.leader, scope=scope, at=at + timedelta(days=60))


def _ask(desk: Desk, now: datetime, today: date) -> int:
    """One member asks for a correction, another has looked the own line over; the branch did so for a third."""
    asker, keeper = (User.objects.select_related("member").get(user_name=n) for n in ("member2", "recorder"))
    asked_at = now - timedelta(days=2)
    wanted = "汉族" if asker.member.ethnicity == "满族" else "满族"
    wish = own.Wish(field=OwnField.ETHNICITY, wanted=wanted, why=f"户口簿登记为{wanted}")
    own.ask(asker.member, wish, actor=asker, scope=scope_for(asker, asked_at.date()), at=asked_at)
    version = keeper.member.version
    own.confirm(keeper.member, seen_version=version, actor=keeper, scope=scope_for(keeper, today), at=now)
    third = _plain(desk.body)
    scope = scope_for(desk.leader, today)
    own.confirm(
        third, seen_version=third.version, actor=desk.leader, scope=scope, at=now, how="入户走访时逐项核对"
    )
    return 3
