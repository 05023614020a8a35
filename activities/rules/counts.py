"""The counts of a vote as people write them: "表决：赞成28 反对1 弃权2", "28票赞成，1票反对", "28:1:2". Pure.

"选举：" or "election:" before the counts says that it was one. What is not named is nought.
"""

import re

from activities.choices import Majority
from activities.rules.people import Problem
from activities.rules.votes import Vote

_WORDS = {
    "votes_for": ("赞成", "同意", "for"),
    "votes_against": ("反对", "不赞成", "不同意", "against"),
    "votes_abstained": ("弃权", "abstained", "abstaining", "abstain"),
}
_NAMES = {word: name for name, words in _WORDS.items() for word in words}
ELECTION_HEADS = {"选举", "election"}
# Longest first: "不赞成" is not "赞成".
_LABEL = "|".join(sorted(_NAMES, key=len, reverse=True))
_NUMBER = r"(?<!\d)\d{1,4}(?!\d)"
_PAIR = (
    rf"(?:(?<![A-Za-z])(?:{_LABEL})\s*[:：]?\s*{_NUMBER}\s*票?"
    rf"|{_NUMBER}\s*票?\s*(?:{_LABEL})(?![A-Za-z]))"
)
_BALLOTS = rf"(?:(?:{_LABEL})\s*[:：]?\s*{_NUMBER}\s*票|{_NUMBER}\s*票\s*(?:{_LABEL}))"
_NEXT = rf"(?:[\s,，、;；/]*{_PAIR})"
_TRIPLE = rf"{_NUMBER}\s*[:：]\s*{_NUMBER}\s*[:：]\s*{_NUMBER}(?!\s*[:：])"
_ALONE = rf"(?:^|(?<=[\s,，;；。(（]))(?:{_TRIPLE})(?=[\s,，;；。.)）@]|$)"
# Counts after their head; without one only several in a row, or ballots (票), are taken for counts.
_VOTE = re.compile(
    rf"(?P<head>选举|表决|票决|投票|election|vote)(?:结果)?\s*[:：]?\s*(?P<told>{_TRIPLE}|{_PAIR}{_NEXT}*)"
    rf"|(?P<bare>{_PAIR}{_NEXT}+|{_BALLOTS}|{_ALONE})",
    re.IGNORECASE,
)
_LABELLED = re.compile(rf"({_LABEL})|(\d+)", re.IGNORECASE)
_EDGES = " \t,，、;；:：。."
_EMPTY_BRACKETS = re.compile(r"[(（]\s*[)）]")


def take_vote(text: str) -> tuple[str, Vote | None] | Problem:
    """The words without the counts, and the vote they tell; None where none is told."""
    found = list(_VOTE.finditer(text))
    if not found:
        return text, None
    told = found[0]
    counts = _read(told["told"] or told["bare"])
    if len(found) > 1 or counts is None:
        return Problem("vote_unclear", " ".join(each[0].strip() for each in found))
    is_election = (told["head"] or "").lower() in ELECTION_HEADS
    vote = Vote(*counts, Majority.ELECTION if is_election else Majority.ORDINARY)
    before, after = text[: told.start()].rstrip(_EDGES), text[told.end() :].lstrip(_EDGES)
    return _EMPTY_BRACKETS.sub("", f"{before} {after}").strip(_EDGES), vote


def written_vote(vote: Vote) -> str:
    """The words that read back as this vote."""
    head = "选举" if vote.majority == Majority.ELECTION else "表决"
    return f"{head}：赞成{vote.votes_for} 反对{vote.votes_against} 弃权{vote.votes_abstained}"


def _read(told: str) -> tuple[int, int, int] | None:
    """For, against, abstained; None where one is named twice."""
    parts = _LABELLED.findall(told)
    numbers = [int(number) for _, number in parts if number]
    labels = [_NAMES[label.lower()] for label, _ in parts if label]
    if not labels:
        labels = list(_WORDS)
    if len(set(labels)) < len(labels):
        return None
    counts = dict(zip(labels, numbers, strict=True))
    yes, no, none = (counts.get(name, 0) for name in _WORDS)
    return yes, no, none
