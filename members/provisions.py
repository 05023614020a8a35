"""What the regulations fix about membership, probation and terms of office."""

from datetime import date

from branches.choices import Sector
from orgportal.core.rulebook import Force, Provision, Version

CONSTITUTION = "中国共产党章程"
BRANCH_RULES = "中国共产党支部工作条例（试行）"
ELECTION_RULES = "中国共产党基层组织选举工作条例"
TERM_OPINION = "关于党的基层组织任期的意见"

PARTY_CONGRESS_1982 = date(1982, 9, 6)
OPINION_FROM = date(2018, 7, 5)
BEFORE_OPINION = date(2018, 7, 4)

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

PROVISIONS = (
    MIN_AGE,
    PROBATION_EXTENSION_MONTHS,
    PROBATION_MONTHS,
    TERM_SHIFT_YEARS,
    TERM_YEARS,
    TERM_YEARS_COMMITTEE,
    TERM_YEARS_LONG,
)
