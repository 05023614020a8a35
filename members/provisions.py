"""What the regulations fix about membership, probation and terms of office."""

from datetime import date

from branches.choices import Sector
from branches.provisions import TAKEN_OVER
from orgportal.core.rulebook import Force, Provision, Version

CONSTITUTION = "中国共产党章程"
BRANCH_RULES = "中国共产党支部工作条例（试行）"
ELECTION_RULES = "中国共产党基层组织选举工作条例"
TERM_OPINION = "关于党的基层组织任期的意见"
# No national text fixes the value: any body above may set its own (`core.LocalProvision`).
LOCAL_DEFAULT = "本系统地方默认值（全国性规定未定数值，可由上级党组织另定）"

PARTY_CONGRESS_1982 = date(1982, 9, 6)
OPINION_FROM = date(2018, 7, 5)
BEFORE_OPINION = date(2018, 7, 4)
# From this day on what was not done by its day is asked for again after it.
BEFORE_LATER_STEPS, LATER_STEPS_FROM = date(2026, 11, 30), date(2026, 12, 1)

MIN_AGE = Provision(
    "dev.age_min", unit="years", force=Force.BINDING,
    versions=(Version(18, CONSTITUTION, "第一条", PARTY_CONGRESS_1982),),
)  # fmt: skip
PROBATION_MONTHS = Provision(
    "probation.length", unit="months", force=Force.BINDING,
    versions=(Version(12, CONSTITUTION, "第七条", PARTY_CONGRESS_1982),),
)  # fmt: skip
PROBATION_EXTENSION_MONTHS = Provision(
    "probation.extend", unit="months", force=Force.BINDING,
    versions=(Version(12, CONSTITUTION, "第七条", PARTY_CONGRESS_1982),),
)  # fmt: skip
TERM_YEARS_LONG = Provision(
    "term.years.village_community", unit="years", force=Force.BINDING,
    versions=(
        Version(3, CONSTITUTION, "第三十条", PARTY_CONGRESS_1982, BEFORE_OPINION),
        Version(5, TERM_OPINION, "第一条", OPINION_FROM),
    ),
)  # fmt: skip
TERM_YEARS = Provision(
    "term.years.other", unit="years", force=Force.AS_A_RULE,
    versions=(
        Version(3, CONSTITUTION, "第三十条", PARTY_CONGRESS_1982, date(2018, 10, 27)),
        Version(3, BRANCH_RULES, "第二十一条", date(2018, 10, 28)),
    ),
)  # fmt: skip
TERM_YEARS_COMMITTEE = Provision(
    "term.years.committee", unit="years", force=Force.AS_A_RULE,
    versions=(
        Version(5, CONSTITUTION, "第三十条", PARTY_CONGRESS_1982, BEFORE_OPINION),
        Version(5, TERM_OPINION, "第一条", OPINION_FROM),
    ),
)  # fmt: skip
TERM_SHIFT_YEARS = Provision(
    "term.shift_max_years", unit="years", force=Force.AS_A_RULE,
    versions=(Version(1, ELECTION_RULES, "第三条", date(2020, 7, 13)),),
)  # fmt: skip

# Bodies of these sectors elect for the longer term.
LONG_TERM_SECTORS = frozenset({Sector.VILLAGE, Sector.COMMUNITY})

# --- standing (rules.md 3 and 6)
EDUCATION = "中国共产党党员教育管理工作条例"
DISPOSITION = "不合格党员组织处置办法"
EDUCATION_FROM, DISPOSITION_FROM = date(2019, 5, 6), date(2024, 6, 1)
PROBATION_EXTENSION_MIN = Provision(
    "probation.extend_min", unit="months", force=Force.BINDING,
    versions=(Version(6, CONSTITUTION, "第七条", PARTY_CONGRESS_1982),),
)  # fmt: skip
PROBATION_REMIND = Provision(
    "probation.remind_months", unit="months before", force=Force.AS_A_RULE,
    versions=(Version((1, 0, -1), LOCAL_DEFAULT, "预备期满提醒", EDUCATION_FROM),),
)  # fmt: skip
STOP_LOST = Provision(
    "stop.lost", unit="months", force=Force.BINDING,
    versions=(Version(6, EDUCATION, "第二十四条", EDUCATION_FROM),),
)  # fmt: skip
STOP_ABROAD = Provision(
    "stop.abroad", unit="years of study abroad", force=Force.AS_A_RULE,
    versions=(Version(5, EDUCATION, "第二十四条", EDUCATION_FROM),),
)  # fmt: skip
STRIKE_LOST = Provision(
    "strike.lost", unit="months", force=Force.BINDING,
    versions=(Version(24, EDUCATION, "第二十四条", EDUCATION_FROM),),
)  # fmt: skip
RESTORE = Provision(
    "restore", unit="yes", force=Force.BINDING,
    versions=(Version(True, EDUCATION, "第二十四条", EDUCATION_FROM),),
)  # fmt: skip
VOTE_WHO = Provision(
    "vote.who", unit="yes", force=Force.BINDING,
    versions=(Version(True, ELECTION_RULES, "第五条", date(2020, 7, 13)),),
)  # fmt: skip
LEAVE_PARTY = Provision(
    "leave.own_request", unit="yes", force=Force.BINDING,
    versions=(Version(True, CONSTITUTION, "第九条", PARTY_CONGRESS_1982),),
)  # fmt: skip
EXPEL = Provision(
    "discipline.flow", unit="yes", force=Force.BINDING,
    versions=(Version(True, CONSTITUTION, "第四十二条", PARTY_CONGRESS_1982),),
)  # fmt: skip
NEVER_DELETE = Provision(
    "never_delete", unit="yes", force=Force.BINDING,
    versions=(Version(True, "党内统计年报审核说明", "人数变动", PARTY_CONGRESS_1982),),
)  # fmt: skip
DISPOSE_KINDS = Provision(
    "dispose.kinds", unit="yes", force=Force.BINDING,
    versions=(Version(True, DISPOSITION, "第三条、第四条", DISPOSITION_FROM),),
)  # fmt: skip
DISPOSE_FLOW = Provision(
    "dispose.flow", unit="yes", force=Force.BINDING,
    versions=(Version(True, DISPOSITION, "处置程序", DISPOSITION_FROM),),
)  # fmt: skip
CORRECT_USUAL = Provision(
    "dispose.correct_usual", unit="months", force=Force.AS_A_RULE,
    versions=(Version(6, DISPOSITION, "第四条", DISPOSITION_FROM),),
)  # fmt: skip
CORRECT_MAX = Provision(
    "dispose.correct_max", unit="months", force=Force.BINDING,
    versions=(Version(12, DISPOSITION, "第四条", DISPOSITION_FROM),),
)  # fmt: skip
CORRECT_REMIND = Provision(
    "dispose.correct_remind_days", unit="days after the last day", force=Force.AS_A_RULE,
    versions=(
        Version((-14, 0), LOCAL_DEFAULT, "限期改正到期提醒", DISPOSITION_FROM, BEFORE_LATER_STEPS),
        Version((-14, 0, 14), LOCAL_DEFAULT, "限期改正到期提醒", LATER_STEPS_FROM),
    ),
)  # fmt: skip
CORRECT_WHEN = Provision(
    "dispose.correct.when", unit="grounds", force=Force.BINDING,
    versions=(Version(True, DISPOSITION, "第六条", DISPOSITION_FROM),),
)  # fmt: skip
ADVISE_WHEN = Provision(
    "dispose.advise_out.when", unit="grounds", force=Force.BINDING,
    versions=(Version(True, DISPOSITION, "第三条", DISPOSITION_FROM),),
)  # fmt: skip
STRIKE_WHEN = Provision(
    "dispose.strike.when", unit="grounds", force=Force.BINDING,
    versions=(Version(True, DISPOSITION, "第三条；党章第九条", DISPOSITION_FROM),),
)  # fmt: skip
STANDING_AHEAD = Provision(
    "standing.ahead_months", unit="months", force=Force.BINDING,
    versions=(Version(12, LOCAL_DEFAULT, "党籍变动最早录入", EDUCATION_FROM),),
)  # fmt: skip
STANDING_PROVISIONS = (
    ADVISE_WHEN,
    CORRECT_MAX,
    CORRECT_REMIND,
    CORRECT_USUAL,
    CORRECT_WHEN,
    DISPOSE_FLOW,
    DISPOSE_KINDS,
    EXPEL,
    LEAVE_PARTY,
    NEVER_DELETE,
    PROBATION_EXTENSION_MIN,
    PROBATION_REMIND,
    RESTORE,
    STANDING_AHEAD,
    STOP_ABROAD,
    STOP_LOST,
    STRIKE_LOST,
    STRIKE_WHEN,
    VOTE_WHO,
)

# --- transfer of the affiliation (rules.md 4)
LETTER_NOTICE = "组通字〔2006〕45号"
EDUCATION_RULES = "中国共产党党员教育管理工作条例"
HANDBOOKS = f"组织部门工作手册通行做法；{LOCAL_DEFAULT}"
LETTER_VALID_DAYS = Provision(
    "letter.valid_max", unit="days", force=Force.AS_A_RULE,
    versions=(Version(90, LETTER_NOTICE, "介绍信有效期", date(2006, 1, 1)),),
)  # fmt: skip
LETTER_USUAL_DAYS = Provision(
    "letter.valid_usual", unit="days", force=Force.AS_A_RULE,
    versions=(Version(30, HANDBOOKS, "介绍信通常有效期（市外30天）", date(2006, 1, 1)),),
)  # fmt: skip
LETTER_USUAL_DAYS_CITY = Provision(
    "letter.valid_usual_city", unit="days", force=Force.AS_A_RULE,
    versions=(Version(10, HANDBOOKS, "介绍信通常有效期（市内10天）", date(2006, 1, 1)),),
)  # fmt: skip
CERTIFICATE_MONTHS = Provision(
    "certificate.valid_max", unit="months", force=Force.BINDING,
    versions=(Version(6, LETTER_NOTICE, "党员证明信有效期", date(2006, 1, 1)),),
)  # fmt: skip
LETTER_PARTS = Provision(
    "letter.parts", unit="parts", force=Force.BINDING,
    versions=(Version(3, LETTER_NOTICE, "存根、介绍信、回执联", date(2006, 1, 1)),),
    reference_only=True,  # the template draws them
)  # fmt: skip
LETTER_DUES = Provision(
    "letter.dues_paid_to", unit="months behind", force=Force.AS_A_RULE,
    versions=(Version(0, LETTER_NOTICE, "介绍信填写内容", date(2006, 1, 1)),),
)  # fmt: skip
SENDER_DUTY = Provision(
    "duty.sender", unit="yes", force=Force.BINDING,
    versions=(Version(True, EDUCATION_RULES, "第二十五条", date(2019, 5, 6)),),
)  # fmt: skip
CASE_FIRST = Provision(
    "transfer.case_first", unit="yes", force=Force.AS_A_RULE,
    versions=(Version(True, LOCAL_DEFAULT, "处置事项由转出方先行办结，其间暂缓接收", date(2019, 5, 6)),),
)  # fmt: skip
REFUSAL_REASON = Provision(
    "refusal.needs_reason", unit="yes", force=Force.BINDING,
    versions=(Version(True, EDUCATION_RULES, "第二十五条", date(2019, 5, 6)),),
    reference_only=True,  # held by the choices and a constraint: there is no value to read
)  # fmt: skip
TRANSFER_STEP_DAYS = Provision(
    "transfer.step_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(10, LOCAL_DEFAULT, "组织关系转接每步办理时限", date(2019, 5, 6)),),
)  # fmt: skip
TRANSFER_REMIND_FIRST = Provision(
    "transfer.remind_first_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(0, LOCAL_DEFAULT, "组织关系转接首次提醒", date(2019, 5, 6)),),
)  # fmt: skip
TRANSFER_REMIND_AGAIN = Provision(
    "transfer.remind_again_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(7, LOCAL_DEFAULT, "组织关系转接催办", date(2019, 5, 6)),),
)  # fmt: skip
TRANSFER_ESCALATE = Provision(
    "transfer.escalate_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(14, LOCAL_DEFAULT, "组织关系转接逐级提醒", date(2019, 5, 6)),),
)  # fmt: skip
ARRIVAL_STEP_DAYS = Provision(
    "arrival.step_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(10, LOCAL_DEFAULT, "线下转入（纸质介绍信）办理时限", date(2019, 5, 6)),),
)  # fmt: skip
ARRIVAL_REMIND_FIRST = Provision(
    "arrival.remind_first_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(0, LOCAL_DEFAULT, "线下转入首次提醒", date(2019, 5, 6)),),
)  # fmt: skip
ARRIVAL_REMIND_AGAIN = Provision(
    "arrival.remind_again_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(7, LOCAL_DEFAULT, "线下转入催办", date(2019, 5, 6)),),
)  # fmt: skip
ARRIVAL_ESCALATE = Provision(
    "arrival.escalate_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(14, LOCAL_DEFAULT, "线下转入逐级提醒", date(2019, 5, 6)),),
)  # fmt: skip
ELECTION_REMIND = Provision(
    "election.remind_months_before", unit="months", force=Force.BINDING,
    versions=(Version(6, BRANCH_RULES, "第二十三条", date(2018, 10, 28)),),
)  # fmt: skip
ELECTION_REMIND_AGAIN = Provision(
    "election.remind_again_months", unit="months", force=Force.AS_A_RULE,
    versions=(
        Version((2, 0), LOCAL_DEFAULT, "换届提醒", date(2019, 5, 6), BEFORE_LATER_STEPS),
        Version((2, 0, -1, -3), LOCAL_DEFAULT, "换届提醒", LATER_STEPS_FROM),
    ),
)  # fmt: skip
TRANSFER_PROVISIONS = (
    ARRIVAL_ESCALATE,
    ARRIVAL_REMIND_AGAIN,
    ARRIVAL_REMIND_FIRST,
    ARRIVAL_STEP_DAYS,
    CERTIFICATE_MONTHS,
    ELECTION_REMIND,
    ELECTION_REMIND_AGAIN,
    LETTER_DUES,
    LETTER_PARTS,
    LETTER_USUAL_DAYS,
    LETTER_USUAL_DAYS_CITY,
    LETTER_VALID_DAYS,
    CASE_FIRST,
    REFUSAL_REASON,
    SENDER_DUTY,
    TRANSFER_ESCALATE,
    TRANSFER_REMIND_AGAIN,
    TRANSFER_REMIND_FIRST,
    TRANSFER_STEP_DAYS,
)

# --- mobile members and lost contact (rules.md 3, 5)
MOBILE_OPINION = "关于进一步加强和改进流动党员管理工作的意见"
CARD_NOTICE = "组通字〔2006〕45号（流动党员活动证）"
IN_FORCE_EDUCATION = date(2019, 5, 6)

MOBILE_MONTHS = Provision(
    "mobile.definition", unit="months", force=Force.AS_A_RULE,
    versions=(Version(6, MOBILE_OPINION, "流动党员界定", date(2024, 11, 1)),),
    reference_only=True,  # said on the page: an outing is registered from its first day
)  # fmt: skip
MOBILE_CONTACT = Provision(
    "mobile.contact_freq", unit="months", force=Force.AS_A_RULE,
    versions=(Version(3, LOCAL_DEFAULT, "流动党员经常联系", IN_FORCE_EDUCATION),),
)  # fmt: skip
MOBILE_CONTACT_ABROAD = Provision(
    "mobile.abroad_contact", unit="months", force=Force.BINDING,
    versions=(Version(6, EDUCATION_RULES, "第七章", IN_FORCE_EDUCATION),),
)  # fmt: skip
MOBILE_CONTACT_REMIND = Provision(
    "mobile.contact_remind_days", unit="days", force=Force.AS_A_RULE,
    versions=(
        Version((0, 14), LOCAL_DEFAULT, "流动党员联系提醒", IN_FORCE_EDUCATION, BEFORE_LATER_STEPS),
        Version((-7, 0, 14), LOCAL_DEFAULT, "流动党员联系提醒", LATER_STEPS_FROM),
    ),
)  # fmt: skip
STAY_REMIND = Provision(
    "mobile.stay_remind_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version((0, 14), LOCAL_DEFAULT, "流动党员外出事项提醒", IN_FORCE_EDUCATION),),
)  # fmt: skip
CARD_USE = Provision(
    "card.use", unit="months", force=Force.AS_A_RULE,
    versions=(Version(6, CARD_NOTICE, "使用范围：外出半年以内，或暂不能转接的", date(2006, 1, 1)),),
)  # fmt: skip
CARD_NOT_FOR = Provision(
    "card.not_for", unit="months", force=Force.AS_A_RULE,
    versions=(Version(6, CARD_NOTICE, "不适用：学习、借调、休假半年以内（用证明信）", date(2006, 1, 1)),),
)  # fmt: skip
CARD_CHECK_MONTH = Provision(
    "card.check_month", unit="month", force=Force.AS_A_RULE,
    versions=(Version(10, LOCAL_DEFAULT, "活动证查验提醒月份", IN_FORCE_EDUCATION),),
)  # fmt: skip
GRADUATE_KEEP = Provision(
    "graduate.keep_years", unit="years", force=Force.AS_A_RULE,
    versions=(Version(2, EDUCATION_RULES, "第七章（未落实工作单位的毕业生）", IN_FORCE_EDUCATION),),
)  # fmt: skip
CARD_CHECK = Provision(
    "card.issue", unit="checks a year", force=Force.AS_A_RULE,
    versions=(Version(1, CARD_NOTICE, "每年结合民主评议查验一次", date(2006, 1, 1)),),
)  # fmt: skip
MOVE_WHEN = Provision(
    "move.when", unit="months", force=Force.AS_A_RULE,
    versions=(Version(6, EDUCATION_RULES, "第二十五条", IN_FORCE_EDUCATION),),
)  # fmt: skip
LOST_ASK_AGAIN = Provision(
    "lost.ask_again_months", unit="months", force=Force.AS_A_RULE,
    versions=(Version(3, LOCAL_DEFAULT, "失联党员核查", IN_FORCE_EDUCATION),),
)  # fmt: skip
LOST_REMIND = Provision(
    "lost.remind_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version((0, 14, 30), LOCAL_DEFAULT, "失联党员处置催办", IN_FORCE_EDUCATION),),
)  # fmt: skip
LOST_ESCALATE = Provision(
    "lost.escalate_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(30, LOCAL_DEFAULT, "失联党员处置逐级提醒", IN_FORCE_EDUCATION),),
)  # fmt: skip
MATCH_REMIND = Provision(
    "mobile.match_remind_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version((10, 17, 24), LOCAL_DEFAULT, "流出地流入地对接催办", IN_FORCE_EDUCATION),),
)  # fmt: skip
MATCH_ESCALATE = Provision(
    "mobile.match_escalate_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(24, LOCAL_DEFAULT, "流出地流入地对接逐级提醒", IN_FORCE_EDUCATION),),
)  # fmt: skip
MOBILE_PROVISIONS = (
    CARD_CHECK,
    CARD_CHECK_MONTH,
    CARD_NOT_FOR,
    CARD_USE,
    GRADUATE_KEEP,
    LOST_ASK_AGAIN,
    LOST_ESCALATE,
    LOST_REMIND,
    MATCH_ESCALATE,
    MATCH_REMIND,
    MOBILE_CONTACT,
    MOBILE_CONTACT_ABROAD,
    MOBILE_CONTACT_REMIND,
    MOBILE_MONTHS,
    MOVE_WHEN,
    STAY_REMIND,
    TAKEN_OVER,
)

# --- a member's own data (product.md 4: correction requests, the yearly look)
DATA_LAW, DATA_LAW_FROM = "中华人民共和国个人信息保护法", date(2021, 11, 1)
OWN_CORRECTION = Provision(
    "own.correction_right", unit="yes", force=Force.BINDING,
    versions=(Version(True, DATA_LAW, "第四十六条", DATA_LAW_FROM),),
)  # fmt: skip
OWN_COPY = Provision(
    "own.copy_right", unit="yes", force=Force.BINDING,
    versions=(Version(True, DATA_LAW, "第四十五条", DATA_LAW_FROM),),
)  # fmt: skip
OWN_CASE = Provision(
    "own.case_on_request", unit="yes", force=Force.BINDING,
    versions=(
        Version(True, DATA_LAW, "第四十五条第一款（第十八条、第三十五条规定的情形除外）", DATA_LAW_FROM),
    ),
)  # fmt: skip
OWN_ANSWER_DAYS = Provision(
    "own.answer_days", unit="days", force=Force.AS_A_RULE,
    versions=(Version(15, LOCAL_DEFAULT, "党员信息更正申请答复时限", EDUCATION_FROM),),
)  # fmt: skip
OWN_REMIND_DAYS = Provision(
    "own.remind_days", unit="days after the due day", force=Force.AS_A_RULE,
    versions=(Version((-3, 0, 7), LOCAL_DEFAULT, "党员信息更正申请提醒", EDUCATION_FROM),),
)  # fmt: skip
OWN_CONFIRM_FROM = Provision(
    "own.confirm_from_month", unit="month", force=Force.AS_A_RULE,
    versions=(Version(1, LOCAL_DEFAULT, "党员信息年度核对开始月份", EDUCATION_FROM),),
)  # fmt: skip
OWN_CONFIRM_TO = Provision(
    "own.confirm_to_month", unit="month", force=Force.AS_A_RULE,
    versions=(Version(3, LOCAL_DEFAULT, "党员信息年度核对截止月份", EDUCATION_FROM),),
)  # fmt: skip
OWN_CONFIRM_REMIND = Provision(
    "own.confirm_remind_days", unit="days after the last day", force=Force.AS_A_RULE,
    versions=(Version((-60, -14, 0), LOCAL_DEFAULT, "党员信息年度核对提醒（党员本人）", EDUCATION_FROM),),
)  # fmt: skip
OWN_CONFIRM_TELL = Provision(
    "own.confirm_tell_days", unit="days after the last day", force=Force.AS_A_RULE,
    versions=(Version((-14, 0, 14), LOCAL_DEFAULT, "党员信息年度核对提醒（党支部书记）", EDUCATION_FROM),),
)  # fmt: skip
OWN_PROVISIONS = (
    OWN_ANSWER_DAYS,
    OWN_CASE,
    OWN_CONFIRM_FROM,
    OWN_CONFIRM_REMIND,
    OWN_CONFIRM_TELL,
    OWN_CONFIRM_TO,
    OWN_COPY,
    OWN_CORRECTION,
    OWN_REMIND_DAYS,
)

PROVISIONS = (
    *MOBILE_PROVISIONS,
    MIN_AGE,
    PROBATION_EXTENSION_MONTHS,
    PROBATION_MONTHS,
    TERM_SHIFT_YEARS,
    TERM_YEARS,
    TERM_YEARS_COMMITTEE,
    TERM_YEARS_LONG,
    *OWN_PROVISIONS,
    *STANDING_PROVISIONS,
    *TRANSFER_PROVISIONS,
)
