"""Letters in and out, their slips weeks late, and who is entered long after they came."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from branches.models import Organization
from drills._as_of_decisions import DecisionPlay
from drills._as_of_journal import DAY
from drills._as_of_play import WIDE, Moment
from members.models import Member, Post
from members.queries import scope_for
from members.workflows import arrivals
from members.workflows.arrivals import Bearer, PaperLetter
from members.workflows.register import Entry, PersonData, add_member
from members.workflows.transfer import Details, Outside, Words, move, start
from orgportal.core.errors import Refused
from orgportal.core.sealing import unseal

LATE = 30
NAMES = "安宝成达恩福光海佳康乐明宁平庆荣瑞森泰伟祥宇泽"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass
class PaperPlay(DecisionPlay):
    """The same year with those who come from outside and go there."""

    gone: list[int] = field(default_factory=list)  # who left to a body outside
    letters: int = 0

    def kinds(self) -> list[Callable[[Moment], str]]:
        return [
            *super().kinds(), self.arrive, self.arrive, self.leave_by_letter, self.leave_by_letter,
            self.enter_late,
        ]  # fmt: skip

    # --- in and out on paper

    def arrive(self, now: Moment) -> str:
        """A letter is registered; some weeks later its bearer is accepted, as of a day before that."""
        back = self.random.choice(self.gone) if self.gone and self.random.random() < 0.5 else 0
        self.letters += 1
        letter = PaperLetter(
            number=f"外介〔{now.day.year}〕{self.letters}号", body="外区委组织部", from_branch="外支部",
            issued_on=now.day, valid_until=now.day + timedelta(days=60),
        )  # fmt: skip
        person = self.person_of(back) if back else self.person(has_number=True)
        bearer = Bearer(person=person, standing="formal", insists=True)
        arrival = arrivals.register_letter(
            self.branch(), letter, bearer, actor=self.officer, scope=WIDE, at=now.at
        )
        self.put_off(now, LATE, lambda day: self.take_in(arrival, person, back, day))
        return "letters registered"

    def take_in(self, arrival: Any, person: PersonData, back: int, now: Moment) -> None:
        span = (now.day - arrival.issued_on).days
        on = now.day - timedelta(days=self.random.randint(0, span))
        told = arrivals.accept(
            arrival, on, seen_version=arrival.version, actor=self.officer, scope=WIDE, at=now.at
        )
        assert bool(back) == (told.member_id == back)
        self.journal.begin(told.member_id, on, "branch", arrival.branch_id, now.day)
        if back:
            self.journal.begin(back, on, "standing", "formal", now.day)
            self.gone.remove(back)
        else:
            self.stand(told.member_id, person, now.day)
            self.pool.append(told.member_id)
        self.done[f"{'came back' if back else 'arrived'} by letter{' late' if on < now.day else ''}"] += 1

    def leave_by_letter(self, now: Moment) -> str:
        """A letter goes out; weeks later the slip says since when the member is somebody else's."""
        member = self.one({"formal"})
        clerk = self.clerk(member, now.day)
        scope = scope_for(clerk, now.day)
        outside = Outside(body="外街道党工委", committee="外区委组织部")
        details = Details(None, "job", "工作调动", now.day, outside)  # type: ignore[arg-type]
        paper = start(member, details, actor=clerk, scope=scope, at=now.at)
        if paper.state == "submitted":
            paper = move(paper, "release", actor=clerk, scope=scope, at=now.at)
        paper = move(paper, "issue", actor=clerk, scope=scope, at=now.at, words=Words(days=60))
        self.put_off(now, LATE, lambda day: self.slip(paper, member.pk, now.day, day))
        return "letters issued"

    def slip(self, paper: Any, member: int, issued: date, now: Moment) -> None:
        on = now.day - timedelta(days=self.random.randint(0, (now.day - issued).days))
        words = Words(accepted_on=on, slip_number="回1号")
        clerk = self.clerk(Member.unscoped.get(pk=member), now.day)
        move(paper, "confirm", actor=clerk, scope=scope_for(clerk, now.day), at=now.at, words=words)
        self.journal.begin(member, on, "standing", "ended", now.day)
        self.stay_over(member, on - DAY, now.day)
        self.posts_over(member, on - DAY, now.day)
        self.gone.append(member)
        self.done[f"left by letter{', slip late' if on < now.day else ''}"] += 1

    def clerk(self, member: Member, day: date) -> Any:
        """Somebody of the committee above who can do both sides of the paper way."""
        rows = Post.unscoped.held_on(day).filter(member__user__isnull=False, member__user__is_active=True)
        for post in rows.select_related("member__user", "organization").order_by("pk"):
            if member.path.startswith(post.organization.path) and post.member_id != member.pk:
                scope = scope_for(post.member.user, day)
                if scope.may("transfer.start", member) and scope.may("committee.release_member", member):
                    return post.member.user
        raise Refused("no_clerk")

    def enter_late(self, now: Moment) -> str:
        """Somebody who has been here for a while is entered, a member in full or a year on probation."""
        branch, since = self.branch(), now.day - timedelta(days=self.random.randint(1, LATE))
        person = self.person()
        if self.random.random() < 0.6:
            began = now.day - timedelta(days=self.random.randint(380, 420))
            person = replace(person, joined_on=began, confirmed_on=None)
        member = self.add(branch, person, since, now)
        self.entered(member.pk, branch.pk, person, since, now.day)
        self.pool.append(member.pk)
        return "entered late"

    # --- persons

    def add(self, branch: Organization, person: PersonData, since: date, now: Moment) -> Member:
        standing = "formal" if person.confirmed_on else "probationary"
        entry = Entry(person=person, standing=standing, since=since, basis="补录", insists=True)
        return add_member(branch, entry, actor=self.officer, scope=WIDE, at=now.at)

    def entered(self, member: int, branch: int, person: PersonData, since: date, known: date) -> None:
        self.journal.begin(member, since, "branch", branch, known)
        self.stand(member, person, known)

    def stand(self, member: int, person: PersonData, known: date) -> None:
        if person.confirmed_on != person.joined_on:
            self.journal.begin(member, person.joined_on, "standing", "probationary", known)
        if person.confirmed_on:
            self.journal.begin(member, person.confirmed_on, "standing", "formal", known)

    def person(
        self, joined_on: date = date(1996, 7, 1), confirmed_on: date | None = None, *,
        has_number: bool = False,
    ) -> PersonData:  # fmt: skip
        name = "来" + "".join(self.random.choices(NAMES, k=2))
        return PersonData(
            name=name, gender="male", birth_on=date(1970, 1, 2), education="college", occupation="worker",
            id_number=self.number() if has_number else "", joined_on=joined_on,
            confirmed_on=confirmed_on or joined_on + timedelta(days=366),
        )  # fmt: skip

    def person_of(self, pk: int) -> PersonData:
        """As their own card says it."""
        row = Member.unscoped.get(pk=pk)
        sealed = row.id_number_sealed
        return PersonData(
            name=row.name, gender=row.gender, birth_on=row.birth_on, education=row.education,
            occupation=row.occupation, joined_on=row.joined_on, confirmed_on=row.confirmed_on,
            id_number=unseal(bytes(sealed)) if sealed else "",
        )  # fmt: skip

    def number(self) -> str:
        body = f"22010419700102{self.random.randint(0, 499) * 2 + 1:03d}"
        total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
        return body + "10X98765432"[total % 11]
