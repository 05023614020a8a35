"""What the regulations fix about organisational life: how often, by whom, with what quorum, and which record
answers which duty."""

from dataclasses import dataclass
from datetime import date

from activities.choices import ActivityKind
from branches.choices import Form, PostKind, Sector
from branches.provisions import BRANCH_RULES, IN_FORCE, TAKEN_OVER
from orgportal.core.rulebook import Force, Provision, Version

LOCAL_DEFAULT = "本系统地方默认值（全国性规定未定数值，可由上级党组织另定）"
ELECTION_RULES = "中国共产党基层组织选举工作条例"
ELECTIONS_IN_FORCE = date(2020, 7, 13)

# A frequency is the length of the period in which the thing happens once; a body above may also ask for more
# in one period ("2 per half_year"). What is in force on the first day of a period holds to its end.
GENERAL_FREQ = Provision(
    "meeting.general.freq", unit="once per", force=Force.AS_A_RULE,
    versions=(Version("quarter", BRANCH_RULES, "第十一条", IN_FORCE),),
)  # fmt: skip
COMMITTEE_FREQ = Provision(
    "meeting.committee.freq", unit="once per", force=Force.AS_A_RULE,
    versions=(Version("month", BRANCH_RULES, "第十二条", IN_FORCE),),
)  # fmt: skip
GROUP_FREQ = Provision(
    "meeting.group.freq", unit="once per", force=Force.AS_A_RULE,
    versions=(Version("month", BRANCH_RULES, "第十三条", IN_FORCE),),
)  # fmt: skip
# The regulation says "regularly" for branches: the quarter is ours, and any body above may set its own.
LECTURE_FREQ = Provision(
    "lecture.freq", unit="once per", force=Force.AS_A_RULE,
    versions=(Version("quarter", f"{BRANCH_RULES}；{LOCAL_DEFAULT}", "第十六条", IN_FORCE),),
)  # fmt: skip
THEMEDAY_FREQ = Provision(
    "themeday.freq", unit="once per", force=Force.AS_A_RULE,
    versions=(Version("month", BRANCH_RULES, "第十六条", IN_FORCE),),
)  # fmt: skip
ORGLIFE_FREQ = Provision(
    "orglife.freq", unit="once per", force=Force.AS_A_RULE,
    versions=(Version("year", BRANCH_RULES, "第十七条", IN_FORCE),),
)  # fmt: skip
REVIEW_FREQ = Provision(
    "review.freq", unit="once per", force=Force.AS_A_RULE,
    versions=(Version("year", BRANCH_RULES, "第十八条", IN_FORCE),),
)  # fmt: skip
TALK_FREQ = Provision(
    "talk.freq", unit="once per", force=Force.AS_A_RULE,
    versions=(Version("year", BRANCH_RULES, "第十九条", IN_FORCE),),
)  # fmt: skip

# Shares are written as fractions: at least this share must be there, more than this share must agree.
QUORUM_GENERAL = Provision(
    "quorum.general", unit="at least, of those with voting rights", force=Force.BINDING,
    versions=(Version("1/2", BRANCH_RULES, "第十一条", IN_FORCE),),
)  # fmt: skip
MAJORITY_GENERAL = Provision(
    "majority.general", unit="more than, of those who should attend", force=Force.BINDING,
    versions=(Version("1/2", BRANCH_RULES, "第十一条", IN_FORCE),),
)  # fmt: skip
QUORUM_COMMITTEE = Provision(
    "quorum.committee", unit="at least, of the committee", force=Force.BINDING,
    versions=(Version("1/2", BRANCH_RULES, "第十二条", IN_FORCE),),
)  # fmt: skip

# The regulation names no share of a committee's votes: this one is ours, and any body above may set its own.
MAJORITY_COMMITTEE = Provision(
    "majority.committee", unit="more than, of the committee", force=Force.AS_A_RULE,
    versions=(Version("1/2", LOCAL_DEFAULT, "—", IN_FORCE),),
)  # fmt: skip
QUORUM_ELECTION = Provision(
    "quorum.election", unit="at least, of those with voting rights", force=Force.BINDING,
    versions=(Version("4/5", ELECTION_RULES, "第十八条", ELECTIONS_IN_FORCE),),
)  # fmt: skip
MAJORITY_ELECTION = Provision(
    "elect.majority", unit="more than, of the base", force=Force.BINDING,
    versions=(Version("1/2", ELECTION_RULES, "第二十七条", ELECTIONS_IN_FORCE),),
)  # fmt: skip
# Sources differ on this for the base level: a body above that reads it the other way sets "expected".
ELECTION_BASE = Provision(
    "elect.majority_base", unit="present or expected", force=Force.AS_A_RULE,
    versions=(Version("present", ELECTION_RULES, "第二十七条", ELECTIONS_IN_FORCE),),
)  # fmt: skip

# Entered this many days after the due day it still counts as on time.
RECORD_GRACE = Provision(
    "duty.record_grace_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(7, LOCAL_DEFAULT, "—", IN_FORCE),),
)  # fmt: skip

# When a branch, and whoever answers for a decision, is reminded: days from the due day.
DUTY_REMIND = Provision(
    "duty.remind_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version((-7, 0, 7), LOCAL_DEFAULT, "—", IN_FORCE),),
)  # fmt: skip
DECISION_ESCALATE = Provision(
    "decision.escalate_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(7, LOCAL_DEFAULT, "—", IN_FORCE),),
)  # fmt: skip
DECISION_REMIND = Provision(
    "decision.remind_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version((-3, 0, 7), LOCAL_DEFAULT, "—", IN_FORCE),),
)  # fmt: skip

# The regulations do not say when a record is closed: this many days after the chair confirmed it is ours.
RECORD_LOCK = Provision(
    "record.lock_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(30, LOCAL_DEFAULT, "—", IN_FORCE),),
)  # fmt: skip

# No rule says how long a file taken out of a record can be brought back: a quarter is ours, so that the
# book of the quarter has been bound by then. Its bytes are deleted afterwards: faces and names that are of no
# record any more are kept for nothing.
REMOVED_FILES = Provision(
    "attachment.removed_keep_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(90, LOCAL_DEFAULT, "—", IN_FORCE),),
)  # fmt: skip

# Where a branch has no habit of its own: the regulation asks for a roughly fixed day, the figure is ours.
PLAN_DAY = Provision(
    "themeday.day", unit="day of the month", force=Force.AS_A_RULE,
    versions=(Version(15, f"{BRANCH_RULES}；{LOCAL_DEFAULT}", "第十六条", IN_FORCE),),
)  # fmt: skip

PROVISIONS = (
    DECISION_ESCALATE,
    DECISION_REMIND,
    DUTY_REMIND,
    GENERAL_FREQ,
    COMMITTEE_FREQ,
    GROUP_FREQ,
    LECTURE_FREQ,
    THEMEDAY_FREQ,
    PLAN_DAY,
    ORGLIFE_FREQ,
    REVIEW_FREQ,
    TALK_FREQ,
    QUORUM_GENERAL,
    MAJORITY_GENERAL,
    QUORUM_COMMITTEE,
    MAJORITY_COMMITTEE,
    QUORUM_ELECTION,
    MAJORITY_ELECTION,
    ELECTION_BASE,
    RECORD_GRACE,
    RECORD_LOCK,
    REMOVED_FILES,
    TAKEN_OVER,
)

_ALL_FORMS = frozenset(Form)
_ALL_SECTORS = frozenset(Sector)
# A temporary branch holds meetings and lectures, but its members are reviewed where their affiliation is.
_LASTING = _ALL_FORMS - {Form.TEMPORARY}


@dataclass(frozen=True, slots=True)
class DutyRule:
    """One duty: which records answer it, and which branches owe it."""

    key: str
    answered_by: ActivityKind
    forms: frozenset[Form] = _ALL_FORMS
    sectors: frozenset[Sector] = _ALL_SECTORS
    needs_committee: bool = False
    per_group: bool = False


DUTY_RULES = (
    DutyRule("meeting.general.freq", ActivityKind.GENERAL),
    DutyRule("meeting.committee.freq", ActivityKind.COMMITTEE, needs_committee=True),
    DutyRule("meeting.group.freq", ActivityKind.GROUP, per_group=True),
    DutyRule("lecture.freq", ActivityKind.LECTURE),
    DutyRule("themeday.freq", ActivityKind.THEME_DAY),
    DutyRule("orglife.freq", ActivityKind.ORG_LIFE, forms=_LASTING),
    DutyRule("review.freq", ActivityKind.REVIEW, forms=_LASTING),
    DutyRule("talk.freq", ActivityKind.TALK),
)
RULE_BY_KEY = {rule.key: rule for rule in DUTY_RULES}

# What may be held inside what: a lecture in a general meeting, a review in an organisational-life meeting,
# any of them on a (joint) theme day. Each ticks its own duty. A committee meeting stays one however many are
# invited to it (支委扩大会): it is no general meeting. A party group's meeting answers for that group alone.
_WHOLE_BRANCH = frozenset(
    {
        ActivityKind.GENERAL,
        ActivityKind.LECTURE,
        ActivityKind.THEME_DAY,
        ActivityKind.ORG_LIFE,
        ActivityKind.REVIEW,
    }
)
ALSO_KINDS: dict[ActivityKind, frozenset[ActivityKind]] = {
    kind: _WHOLE_BRANCH - {kind} if kind in _WHOLE_BRANCH else frozenset() for kind in ActivityKind
}

# What several branches may hold together, each with a record of its own people. A general, committee or group
# meeting decides for one branch, a review looks at its own members.
JOINT_KINDS = frozenset({ActivityKind.THEME_DAY, ActivityKind.LECTURE, ActivityKind.OTHER})

# Posts that make up the branch committee.
COMMITTEE_POSTS = frozenset(
    {
        PostKind.SECRETARY,
        PostKind.DEPUTY_SECRETARY,
        PostKind.ORGANISATION,
        PostKind.PUBLICITY,
        PostKind.DISCIPLINE,
        PostKind.COMMITTEE_MEMBER,
    }
)
