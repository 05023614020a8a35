"""What the page of a meeting says of votes: who counts, who is left out, and whether enough came."""

from typing import Any

from django import forms

from activities.choices import ActivityKind
from activities.queries import Setting
from activities.rules.quorum import Quorum, quorum_for, voting_kind
from activities.rules.records import Absence, Agreement, Attendance, Seat, turnout_of

COUNTS = ("votes_for", "votes_against", "votes_abstained")
EXCLUSION = ("exclusion_document", "exclusion_agreed_on", "exclusion_adopted")


class VotingForm(forms.Form):
    """The side of a meeting that votes; the fields stand in the form of the meeting."""

    setting: Setting
    absences: tuple[Absence, ...]

    def name_of(self, member_id: int | None) -> str:
        return next((seat.name for seat in self.setting.everybody if seat.id == member_id), "")

    def has_vote(self, seat: Seat) -> bool:
        """A committee votes as a whole."""
        return seat.has_vote or self.setting.kind == ActivityKind.COMMITTEE

    def voting_kind(self) -> ActivityKind:
        """As what it votes: with a general meeting held inside, as one."""
        also = self["also_kinds"].value() if "also_kinds" in self.fields else ()
        return voting_kind(self.setting.kind, also or ()) or self.setting.kind

    @property
    def takes_votes(self) -> bool:
        return voting_kind(self.setting.kind, ()) is not None

    def quorum(self, counted: Attendance) -> Quorum | None:
        """As it stands with whom the meeting leaves out."""
        kind = self.voting_kind()
        return quorum_for(kind, turnout_of(kind, counted).entitled, self.setting.book, self.setting.on)

    def voters_there(self, counted: Attendance) -> int:
        """Those who count for the quorum: of a committee everybody on it, elsewhere formal members."""
        return turnout_of(self.voting_kind(), counted).there

    def left_out(self) -> list[tuple[str, Any]]:
        """Whom the meeting does not count, by name, and why."""
        return [(self.name_of(each.member_id), each.ground.label) for each in self.absences if each.ground]

    def asks_about_exclusion(self) -> bool:
        """Open where somebody is left out or what it rests on is being typed."""
        return any(self[name].value() or self[name].errors for name in EXCLUSION) or bool(self.left_out())

    def exclusion_problems(self) -> list[str]:
        """What leaving somebody out still lacks."""
        return [str(text) for name in EXCLUSION if name in self.fields for text in self[name].errors]

    def agreement(self) -> Agreement:
        """What leaving somebody out rests on, as typed."""
        document, agreed_on, is_adopted = (self.cleaned_data.get(name) for name in EXCLUSION)
        return Agreement(document or "", agreed_on, bool(is_adopted))
