"""Gives the demo its office holders: terms, posts, and accounts for those who have work to do."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from branches.choices import Kind, PostKind, Sector
from branches.models import Organization, PartyGroup
from members.choices import Standing
from members.models import Member, Post, Term
from orgportal.core.models import Desk, User
from orgportal.demo.tree import ROOT, SECRETARY_BRANCH

PASSWORD = "Demo-Longshan-1"  # noqa: S105  shown on the sign-in page of the demo, refused in production
DEPARTMENT = f"{ROOT}A01036"  # 区委组织部
OFFICE = f"{ROOT}A01001"  # 区政府办公室
SEATS = (
    PostKind.SECRETARY,
    PostKind.ORGANISATION,
    PostKind.PUBLICITY,
    PostKind.DISCIPLINE,
    PostKind.DEPUTY_SECRETARY,
)


@dataclass(slots=True)
class Cast:
    """Who plays whom, by body code; and the named sign-ins."""

    secretaries: dict[int, Member] = field(default_factory=dict)
    committees: dict[int, list[Member]] = field(default_factory=lambda: defaultdict(list))
    named: dict[str, tuple[str, Member | None, str]] = field(default_factory=dict)

    def leader(self, body_id: int) -> User:
        """The account of the body's secretary."""
        return User.objects.get(member__pk=self.secretaries[body_id].pk)


def appoint(random: Random, today: date, at: datetime) -> Cast:
    """Terms and posts for every body."""
    bodies = {body.code: body for body in Organization.unscoped.order_by("path")}
    people: dict[int, list[Member]] = defaultdict(list)
    adults = Member.unscoped.filter(standing=Standing.FORMAL, birth_on__lt=today - timedelta(days=28 * 365))
    for member in adults.order_by("id"):
        people[member.branch_id].append(member)
    cast = Cast()
    terms = {body.pk: _term(body, random, today, at) for body in bodies.values()}
    Term.unscoped.bulk_create(terms.values())
    posts: list[Post] = []
    for body in (body for body in bodies.values() if body.kind == Kind.BRANCH):
        posts += _branch_posts(body, people[body.pk], terms[body.pk], cast, random, at)
    for body in (body for body in bodies.values() if body.kind != Kind.BRANCH):
        posts += _upper_posts(body, bodies, people, terms[body.pk], cast, at)
    posts += _named_posts(bodies, people, terms, cast, today, at)
    Post.unscoped.bulk_create(posts, batch_size=2000)
    return cast


def _term(body: Organization, random: Random, today: date, at: datetime) -> Term:
    """Most run; about one in twelve is overdue, one in eight ends within half a year."""
    years = 5 if body.kind != Kind.BRANCH or body.sector in {Sector.VILLAGE, Sector.COMMUNITY} else 3
    draw = random.random()
    if draw < 0.08:
        left = -random.randint(20, 400)
    elif draw < 0.2:
        left = random.randint(5, 180)
    else:
        # Nobody came in so lately that their older transfers would have no sender.
        left = random.randint(200, years * 365 - 450)
    due_on = today + timedelta(days=left)
    starts_on = max(due_on - timedelta(days=years * 365 + 1), body.established_on)
    return Term(organization=body, starts_on=starts_on, due_on=due_on, recorded_at=at)


def _branch_posts(
    body: Organization, people: list[Member], term: Term, cast: Cast, random: Random, at: datetime
) -> list[Post]:
    """A committee of three to five where the branch has one, else a secretary; leaders of its groups."""
    is_vacant = random.random() < 0.02 and body.code != SECRETARY_BRANCH
    chosen = people[: (5 if len(people) >= 25 else 3) if body.has_committee else 1]
    posts = [
        Post(member=member, organization=body, kind=kind, term=term, starts_on=term.starts_on, recorded_at=at)
        for member, kind in zip(chosen, SEATS, strict=False)
        if not (is_vacant and kind == PostKind.SECRETARY)
    ]
    if chosen and not is_vacant:
        cast.secretaries[body.pk] = chosen[0]
    cast.committees[body.pk] = chosen
    for place, group in enumerate(PartyGroup.unscoped.filter(branch=body).order_by("id")):
        leader = people[len(chosen) + place]
        leader.group = group
        posts.append(
            Post(
                member=leader,
                organization=body,
                kind=PostKind.GROUP_LEADER,
                group=group,
                starts_on=max(term.starts_on, group.founded_on),
                recorded_at=at,
            )
        )
    return posts


def _upper_posts(
    body: Organization,
    bodies: dict[str, Organization],
    people: dict[int, list[Member]],
    term: Term,
    cast: Cast,
    at: datetime,
) -> list[Post]:
    """A general branch is led by the secretary of its first branch; a committee by people of its own office."""
    if body.kind == Kind.GENERAL_BRANCH:
        first = bodies[f"{body.code}1"]
        seats = [(people[first.pk][0], PostKind.SECRETARY)]
    else:
        office = (
            bodies.get(f"{body.code}J1") or bodies[DEPARTMENT if body.code.startswith(f"{ROOT}A") else OFFICE]
        )
        offset = 10 + 2 * int(body.code[-1]) if office.code == DEPARTMENT else 2
        staff = people[office.pk]
        seats = [
            (staff[offset % len(staff)], PostKind.SECRETARY),
            (staff[(offset + 1) % len(staff)], PostKind.ORGANISER),
        ]
    cast.secretaries[body.pk] = seats[0][0]
    return [
        Post(member=member, organization=body, kind=kind, term=term, starts_on=term.starts_on, recorded_at=at)
        for member, kind in seats
    ]


def _named_posts(
    bodies: dict[str, Organization],
    people: dict[int, list[Member]],
    terms: dict[int, Term],
    cast: Cast,
    today: date,
    at: datetime,
) -> list[Post]:
    """The people behind the demo sign-ins."""
    own, street = bodies[SECRETARY_BRANCH], bodies[SECRETARY_BRANCH[:9]]
    staff, locals_ = people[bodies[DEPARTMENT].pk], people[own.pk]
    office = people[bodies[f"{street.code}J1"].pk]
    officer, recorder = staff[3], locals_[-1]
    cast.named = {
        "secretary": ("secretary", cast.secretaries[own.pk], own.name),
        "officer": ("officer", officer, bodies[ROOT].name),
        "organiser": ("organiser", office[3 % len(office)], street.name),
        "recorder": ("recorder", recorder, own.name),
        "member": ("member", locals_[12], own.name),
        "member2": ("member", locals_[13], own.name),
        "system": (str(Desk.SYSTEM), None, ""),
        "security": (str(Desk.SECURITY), None, ""),
        "audit": (str(Desk.AUDIT), None, ""),
    }
    since = today - timedelta(days=200)
    return [
        Post(
            member=officer, organization=bodies[ROOT], kind=PostKind.OFFICER, starts_on=since, recorded_at=at
        ),
        Post(
            member=recorder,
            organization=own,
            kind=PostKind.RECORDER,
            starts_on=since,
            ends_on=today + timedelta(days=160),
            recorded_at=at,
        ),
    ]


def open_accounts(cast: Cast, at: datetime) -> list[dict[str, str]]:
    """Accounts for the sign-ins shown and for every office holder; returns the lines of the sign-in page."""
    password = make_password(PASSWORD)
    lines, taken = [], set()
    for user_name, (role, member, place) in cast.named.items():
        desk = role if member is None else Desk.NONE
        name = member.name if member else str(Desk(role).label)
        user = _user(user_name, name, password, at, desk=desk)
        user.save()
        if member:
            Member.unscoped.filter(pk=member.pk).update(user=user)
            taken.add(member.pk)
        lines.append(
            {"role": role, "user_name": user_name, "password": PASSWORD, "branch": place, "name": name}
        )
    _open_for_holders(password, at, taken)
    return lines


def _open_for_holders(password: str, at: datetime, taken: set[int]) -> None:
    """Office holders need an account for reminders to reach them; members get theirs from a slip."""
    kinds = [PostKind.SECRETARY, PostKind.ORGANISER, PostKind.ORGANISATION, PostKind.DEPUTY_SECRETARY]
    holders = Member.unscoped.filter(posts__kind__in=kinds).exclude(pk__in=taken).distinct().order_by("id")
    users = [_user(f"u{member.number}".lower(), member.name, password, at) for member in holders]
    User.objects.bulk_create(users)
    for member, user in zip(holders, users, strict=True):
        member.user = user
    Member.unscoped.bulk_update(holders, ["user"], batch_size=500)


def _user(user_name: str, name: str, password: str, at: datetime, *, desk: str = "") -> User:
    return User(
        user_name=user_name,
        display_name=name,
        desk=desk,
        password=password,
        password_changed_at=at,
        email=f"{user_name}@longshan.example",
        created_at=at,
        is_demo=True,
    )
