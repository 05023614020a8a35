"""What else happens around transfers: statements corrected, people edited, a death, bodies that end; and
what is looked at after each move.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import rule

from branches.workflows import tree
from branches.workflows.history import Order
from members.models import Member, Transfer
from members.queries import scope_for
from members.tests.transfer_model import Model
from members.tests.transfers import details
from members.workflows import transfer as work
from members.workflows.register import TYPED, Correction, PersonData, correct_member
from members.workflows.reorganise import merge_branches
from members.workflows.standing import Decision, enter
from orgportal.core.errors import Refused
from orgportal.core.models import Notification


def outcome(act: Callable[[], Any]) -> Any:
    """What came of it: what the workflow returned, or the refusal."""
    try:
        with transaction.atomic():
            return act()
    except Refused as refusal:
        return refusal


def code_of(made: Any) -> str:
    """Why it was refused, "" if it was not."""
    return made.code if isinstance(made, Refused) else ""


class Events(Model):
    """Rules of the walk beside the moves; D is a branch nobody lives in at first."""

    world: Any

    def by(self, actor: str) -> dict[str, Any]:
        user = self.world.user(actor)
        return {"actor": user, "scope": scope_for(user, self.today), "at": self.at}

    def correct_statement(self, pk: int, to: str, actor: str) -> None:
        known, transfer = self.all[pk], Transfer.unscoped.get(pk=pk)
        lies_with_writer = known.state in {"draft", "returned"}
        expected = (
            "not_allowed" if not lies_with_writer or known.holder not in self.sides(actor, known)
            else "transfer_own_branch" if to == known.source
            else "transfer_target_dissolved" if to in self.dissolved
            else ""
        )  # fmt: skip

        made = outcome(
            lambda: work.correct(
                transfer, details(getattr(self.world, to)), seen_version=known.version, **self.by(actor)
            )
        )

        assert code_of(made) == expected
        if not expected:
            known.target, known.version = to, known.version + 1
            self.moves += 1

    @rule(name=st.sampled_from(["chen", "sun", "li"]), actor=st.sampled_from(["li", "yang", "wang"]))
    def edit_member(self, name: str, actor: str) -> None:
        """A correction of the register is nobody's transfer: only who runs the branch makes it."""
        if self.secretary[self.home[name]] != actor or name in self.ended:
            return
        row = Member.unscoped.get(pk=getattr(self.world, name).pk)
        typed = {field: getattr(row, field) for field in TYPED} | {
            "id_number": "",
            "employer": f"{self.at:%d}",
        }
        correction = Correction(person=PersonData(**typed), version=row.version, insists=True)

        made = outcome(lambda: correct_member(row, correction, **self.by(actor)))

        assert isinstance(made, Member), made

    @rule()
    def sun_dies(self) -> None:
        """Entered by the district: what was under way is cancelled with it, at once."""
        if len(self.all) <= 3 or "sun" in self.ended:
            return
        row = Member.unscoped.get(pk=self.world.sun.pk)
        decision = Decision(kind="death", decided_on=self.today, effect_on=self.today, document="死亡证明")

        made = outcome(lambda: enter(row, decision, seen_version=row.version, **self.by("qian")))

        assert not isinstance(made, Refused), made.code
        self.ended.add("sun")
        for known in self.all.values():
            if known.is_open and known.member == "sun":
                self.note(known, "cancelled")

    @rule(actor=st.sampled_from(["qian", "li"]))
    def dissolve_d(self, actor: str) -> None:
        expected = "not_allowed" if actor == "li" else self._why_d_stays(merging=False)

        made = outcome(lambda: tree.dissolve(self.world.d, self._order(), **self.by(actor)))

        assert code_of(made) == expected
        if not expected:
            self.dissolved.add("d")

    @rule(actor=st.sampled_from(["qian", "wang"]))
    def merge_d_into_c(self, actor: str) -> None:
        expected = "not_allowed" if actor == "wang" else self._why_d_stays(merging=True)

        made = outcome(lambda: merge_branches(self.world.d, self.world.c, self._order(), **self.by(actor)))

        assert code_of(made) == expected
        if expected:
            return
        self.dissolved.add("d")
        for name in self._at_d():
            self.home[name], self.since[name] = "c", self.today
            self.lived.setdefault(name, {})[self.today] = "c"

    def _order(self) -> Order:
        self.world.d.refresh_from_db()
        return Order(on=self.today, basis="区委组〔2026〕3号", version=self.world.d.version)

    def _at_d(self) -> list[str]:
        return [name for name, home in self.home.items() if home == "d" and name not in self.ended]

    def _why_d_stays(self, *, merging: bool) -> str:
        people = self._at_d()
        if merging and any(self.since.get(name) == self.today for name in people):
            return "arrived_later"
        if "d" in self.dissolved:
            return "already_dissolved"
        if people and not merging:
            return "has_members"
        on_the_way = any(each.is_open and "d" in {each.source, each.target} for each in self.all.values())
        return "has_open_transfers" if on_the_way else ""

    # --- after each move

    def _each_party_was_told_once(self, transfer: Transfer, parties: set[str], actor: str) -> None:
        step = transfer.steps.latest("pk")
        notes = Notification.unscoped.filter(key=f"transfer:{transfer.pk}:{step.pk}")
        told = Counter(notes.values_list("recipient__user_name", flat=True))
        assert told == Counter(parties - {actor})

    def _its_branch_alone_sees(self, name: str) -> None:
        """The source has the member in its register until the acceptance, after it the target alone."""
        for branch, secretary in self.secretary.items():
            if secretary is not None and secretary not in self.ended:
                scope = scope_for(self.world.user(secretary), self.today)
                there = Member.objects.visible_to(scope).filter(pk=getattr(self.world, name).pk).exists()
                assert there is (self.home[name] == branch)
