"""What the regulations fix about bodies: which kind stands under which, which posts each has, and what a
post lets its holder see and do."""

from dataclasses import dataclass
from datetime import date

from branches.choices import Form, Kind, PostKind
from orgportal.core.rulebook import Force, Provision, Version

BRANCH_RULES = "中国共产党支部工作条例（试行）"
RURAL_RULES = "中国共产党农村基层组织工作条例"
LOCAL_DEFAULT = "本系统地方默认值（全国性规定未定数值，可由上级党组织另定）"
IN_FORCE = date(2018, 10, 28)


@dataclass(frozen=True, slots=True)
class Structure:
    """One row of the table: where a kind may stand, in which forms, and the posts it has."""

    parents: frozenset[Kind]
    forms: frozenset[Form]
    posts: frozenset[PostKind]
    may_be_root: bool = False


_OFFICERS = frozenset({PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY, PostKind.COMMITTEE_MEMBER})
_SEATS = frozenset({PostKind.ORGANISATION, PostKind.PUBLICITY, PostKind.DISCIPLINE})
_ABOVE = frozenset({Kind.COMMITTEE, Kind.WORK_COMMITTEE})

STRUCTURE: dict[Kind, Structure] = {
    Kind.COMMITTEE: Structure(
        parents=_ABOVE,
        forms=frozenset({Form.REGULAR}),
        posts=_OFFICERS | _SEATS | {PostKind.ORGANISER, PostKind.OFFICER},
        may_be_root=True,
    ),
    Kind.WORK_COMMITTEE: Structure(
        parents=_ABOVE,
        forms=frozenset({Form.REGULAR}),
        posts=_OFFICERS | _SEATS | {PostKind.ORGANISER, PostKind.OFFICER},
        may_be_root=True,
    ),
    Kind.GENERAL_BRANCH: Structure(
        parents=_ABOVE,
        forms=frozenset({Form.REGULAR}),
        posts=_OFFICERS | _SEATS | {PostKind.ORGANISER},
    ),
    Kind.BRANCH: Structure(
        parents=_ABOVE | {Kind.GENERAL_BRANCH},
        forms=frozenset(Form),
        posts=_OFFICERS | _SEATS | {PostKind.GROUP_LEADER, PostKind.RECORDER},
    ),
}

# What each post lets its holder see and do, in the body it is held in and below. Data, read by the scope.
_SEE = frozenset(
    {"branch.view", "member.view", "activity.view", "transfer.view", "health.view", "campaign.view"}
)
_RUN_BRANCH = _SEE | {
    "activity.record",
    "ledger.template",
    "member.edit",
    "member.merge",
    "member.reveal",
    "member.export",
    "member.account",
    "post.edit",
    "group.edit",
    "handover.write",
    "branch.release_member",
    "branch.accept_member",
    "transfer.start",
    "mobile.edit",
    "pledge.edit",
    "comment.write",
}
_OVERSEE = _SEE | {
    "ledger.template",
    "member.export",
    "activity.return",
    "committee.release_member",
    "committee.accept_member",
    "standing.decide",
    "member.merge",
    "transfer.start",
    "mobile.edit",
    "post.edit",
    "branch.edit",
    "unit.edit",
    "comment.write",
    "nudge.send",
    "robot.edit",
}
# Files of a record kept to the branch committee: its members, and nobody who only writes or leads a group.
_COMMITTEE = {"activity.committee_files"}
# 不合格党员处置: the files of members who do not meet the standard, for the fewest eyes.
_CASES = {"case.keep"}
RIGHTS: dict[PostKind, frozenset[str]] = {
    PostKind.SECRETARY: _RUN_BRANCH | _CASES | _COMMITTEE | {"robot.edit"},
    PostKind.DEPUTY_SECRETARY: _RUN_BRANCH | _COMMITTEE,
    PostKind.ORGANISATION: (_RUN_BRANCH | _COMMITTEE) - {"member.account"},
    PostKind.PUBLICITY: _SEE | _COMMITTEE | {"activity.record"},
    PostKind.DISCIPLINE: _SEE | _COMMITTEE,
    PostKind.COMMITTEE_MEMBER: _SEE | _COMMITTEE,
    PostKind.GROUP_LEADER: frozenset({"branch.view", "activity.view"}),
    PostKind.RECORDER: frozenset({"branch.view", "activity.view", "activity.record"}),
    PostKind.ORGANISER: _OVERSEE | _CASES,
    PostKind.OFFICER: _OVERSEE
    | {"branch.create", "branch.move", "branch.dissolve", "branch.import"}
    | {"member.import", "campaign.edit", "health.district", "text.edit"},
}
# The same posts in a body above branches.
RIGHTS_ABOVE: dict[PostKind, frozenset[str]] = {
    PostKind.SECRETARY: _OVERSEE | _CASES,
    PostKind.DEPUTY_SECRETARY: _OVERSEE,
    PostKind.ORGANISATION: _OVERSEE,
    PostKind.PUBLICITY: _SEE,
}

MIN_FORMAL = Provision(
    "branch.min_formal_members", unit="members", force=Force.BINDING,
    versions=(Version(3, BRANCH_RULES, "第四条", IN_FORCE),),
)  # fmt: skip
MAX_MEMBERS = Provision(
    "branch.max_members_usual", unit="members", force=Force.AS_A_RULE,
    versions=(Version(50, BRANCH_RULES, "第四条", IN_FORCE),),
)  # fmt: skip
JOINT_TRIGGER = Provision(
    "branch.joint.trigger", unit="members", force=Force.AS_A_RULE,
    versions=(Version(3, BRANCH_RULES, "第五条", IN_FORCE),),
)  # fmt: skip
COMMITTEE_FROM = Provision(
    "committee.required_from", unit="members", force=Force.BINDING,
    versions=(Version(7, BRANCH_RULES, "第二十条", IN_FORCE),),
)  # fmt: skip

# The day a body's records begin here (an ISO date): what lies before is not known, and never held against it.
TAKEN_OVER = Provision(
    "duty.taken_over_on", unit="date", force=Force.AS_A_RULE,
    versions=(
        Version("", LOCAL_DEFAULT, "—", date(1921, 7, 23)),
    ),
)  # fmt: skip


# --- the two coverages (rules.md 9)

NON_PUBLIC_OPINION = "关于加强和改进非公有制企业党的建设工作的意见（试行）（中办发〔2012〕11号）"
OLDER_BULLETINS = "2011—2012年党内统计公报口径（以具备组建条件的单位为分母）"
OPINION_IN_FORCE = date(2012, 3, 21)

# A share is the two lists it divides: (part, whole), as `rules.coverage.MEASURES` names them.
ORGANISATION_SHARE = Provision(
    "cov.org.rate", unit="share", force=Force.AS_A_RULE,
    versions=(Version(("covered", "operating"), NON_PUBLIC_OPINION, "—", OPINION_IN_FORCE),),
)  # fmt: skip
OWN_SHARE = Provision(
    "cov.single.rate", unit="share", force=Force.AS_A_RULE,
    versions=(Version(("own", "operating"), NON_PUBLIC_OPINION, "—", OPINION_IN_FORCE),),
)  # fmt: skip
OLDER_SHARE = Provision(
    "cov.rate.older", unit="share", force=Force.AS_A_RULE,
    versions=(Version(("ripe_covered", "ripe"), OLDER_BULLETINS, "—", date(2011, 7, 1)),),
)  # fmt: skip
WORK_SHARE = Provision(
    "cov.work.rate", unit="share", force=Force.AS_A_RULE,
    versions=(
        Version(("work", "operating"), f"{NON_PUBLIC_OPINION}；{LOCAL_DEFAULT}", "—", OPINION_IN_FORCE),
    ),
)  # fmt: skip
# A unit is looked at again half-yearly, an adviser calls each quarter.
COVERAGE_CHECK_DAYS = Provision(
    "cov.check_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(183, LOCAL_DEFAULT, "—", OPINION_IN_FORCE),),
)  # fmt: skip
COVERAGE_VISIT_DAYS = Provision(
    "cov.visit_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(92, LOCAL_DEFAULT, "—", OPINION_IN_FORCE),),
)  # fmt: skip
COVERAGE_SHARES = (ORGANISATION_SHARE, OWN_SHARE, OLDER_SHARE, WORK_SHARE)
COVERAGE_PROVISIONS = (MIN_FORMAL, *COVERAGE_SHARES, COVERAGE_CHECK_DAYS, COVERAGE_VISIT_DAYS)
PROVISIONS = (MIN_FORMAL, MAX_MEMBERS, JOINT_TRIGGER, COMMITTEE_FROM, *COVERAGE_PROVISIONS[1:])
