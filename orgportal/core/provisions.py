"""Where the ground floor draws its own lines: how long mail is tried before it is given up."""

from datetime import date

from orgportal.core.rulebook import Force, Provision, Version

LOCAL_DEFAULT = "本系统地方默认值（全国性规定未定数值，可由上级党组织另定）"
IN_FORCE = date(2018, 10, 28)

# An address refused for good this often, one mail after the other, gets no more mail until it is changed.
MAIL_STOP_AFTER = Provision(
    "mail.stop_after", unit="mails", force=Force.AS_A_RULE,
    versions=(Version(3, LOCAL_DEFAULT, "邮件地址停用", IN_FORCE),),
)  # fmt: skip
# A mail refused for now, or meeting no server, is tried so often; the waits double up to an hour.
MAIL_TRIES = Provision(
    "mail.tries", unit="tries", force=Force.AS_A_RULE,
    versions=(Version(8, LOCAL_DEFAULT, "邮件重发次数", IN_FORCE),),
)  # fmt: skip
# The link that confirms an address is good for so long; so many are mailed a day, to a person and an address.
MAIL_CONFIRM_HOURS = Provision(
    "mail.confirm_hours", unit="hours", force=Force.AS_A_RULE,
    versions=(Version(48, LOCAL_DEFAULT, "邮箱确认链接有效期", IN_FORCE),),
)  # fmt: skip
MAIL_CONFIRM_MOST = Provision(
    "mail.confirm_most", unit="mails", force=Force.AS_A_RULE,
    versions=(Version(5, LOCAL_DEFAULT, "邮箱确认邮件每日次数", IN_FORCE),),
)  # fmt: skip
# The same of a group robot's address and of one message to it.
ROBOT_STOP_AFTER = Provision(
    "robot.stop_after", unit="messages", force=Force.AS_A_RULE,
    versions=(Version(3, LOCAL_DEFAULT, "群机器人地址停用", IN_FORCE),),
)  # fmt: skip
ROBOT_TRIES = Provision(
    "robot.tries", unit="tries", force=Force.AS_A_RULE,
    versions=(Version(8, LOCAL_DEFAULT, "群消息重发次数", IN_FORCE),),
)  # fmt: skip

PROVISIONS = (
    MAIL_STOP_AFTER,
    MAIL_TRIES,
    MAIL_CONFIRM_HOURS,
    MAIL_CONFIRM_MOST,
    ROBOT_STOP_AFTER,
    ROBOT_TRIES,
)
