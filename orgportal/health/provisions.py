"""Where health draws its own lines: local defaults, each of which a body above may set otherwise."""

from datetime import date

from branches.provisions import BRANCH_RULES
from orgportal.core.rulebook import Force, Provision, Version

LOCAL_DEFAULT = "本系统地方默认值（全国性规定未定数值，可由上级党组织另定）"
WEAK_BRANCH_RULE = "软弱涣散基层党组织排查标准（地方规定通行条款）"
EXCELLENCE_OPINION = "关于在党的基层组织和党员中深入开展创先争优活动的意见"
IN_FORCE = date(2018, 10, 28)

SILENT_DAYS = Provision(
    "health.silent_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(45, LOCAL_DEFAULT, "—", IN_FORCE),),
)  # fmt: skip
SECRETARY_VACANT_MONTHS = Provision(
    "health.secretary_vacant_months", unit="months", force=Force.AS_A_RULE,
    versions=(Version(3, WEAK_BRANCH_RULE, "班子配备", IN_FORCE),),
)  # fmt: skip
CONTACT_GRACE_DAYS = Provision(
    "health.contact_grace_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(0, f"中国共产党党员教育管理工作条例；{LOCAL_DEFAULT}", "第七章", date(2019, 5, 6)),),
)  # fmt: skip
FOLLOW_UP_GRACE_DAYS = Provision(
    "health.follow_up_grace_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(0, LOCAL_DEFAULT, "—", IN_FORCE),),
)  # fmt: skip
PLEDGE_DAYS = Provision(
    "health.pledge_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(30, f"{EXCELLENCE_OPINION}；{LOCAL_DEFAULT}", "公开承诺", date(2010, 4, 6)),),
)  # fmt: skip
# Posts of a branch committee beside the secretary's, by kind; one deputy only if needed.
COMMITTEE_POSTS = Provision(
    "committee.posts", unit="posts", force=Force.AS_A_RULE,
    versions=(Version("organisation,publicity,discipline", BRANCH_RULES, "第二十条", IN_FORCE),),
)  # fmt: skip
# What the national collection asks of every member and this register may lack.
MEMBER_FIELDS = Provision(
    "member.fields", unit="fields", force=Force.AS_A_RULE,
    versions=(Version("id_number", "全国党员信息采集（2017年）", "党员信息采集项目", date(2017, 1, 1)),),
)  # fmt: skip
# A month is summed up this many days after its end, when late entries have come in.
SUMMARY_CUT_OFF_DAYS = Provision(
    "health.summary_cut_off_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(5, LOCAL_DEFAULT, "—", IN_FORCE),),
)  # fmt: skip
# Days from the due day on which the next level hears how many of its branches still owe a duty.
DUTY_ESCALATE = Provision(
    "duty.escalate_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version((14,), LOCAL_DEFAULT, "逐级提醒", IN_FORCE),),
)  # fmt: skip
# Whoever was nudged (催办) is left alone so long in the same matter.
NUDGE_WAIT = Provision(
    "nudge.wait_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(7, LOCAL_DEFAULT, "催办间隔", IN_FORCE),),
)  # fmt: skip

PROVISIONS = (
    DUTY_ESCALATE,
    COMMITTEE_POSTS,
    MEMBER_FIELDS,
    NUDGE_WAIT,
    SILENT_DAYS,
    SECRETARY_VACANT_MONTHS,
    CONTACT_GRACE_DAYS,
    FOLLOW_UP_GRACE_DAYS,
    PLEDGE_DAYS,
    SUMMARY_CUT_OFF_DAYS,
)
