"""Sentences of health: findings, duties, refusals, audit lines; made where shown, from stored values."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from branches.choices import PostKind
from orgportal.core.reminder_kinds import Kind

# What a finding is about, by the provision it is held against; a duty is named by what it asks for.
SUBJECTS = {
    "health.silent_days": _("Records"),
    "meeting.general.freq": _("General branch meeting"),
    "meeting.committee.freq": _("Branch committee meeting"),
    "meeting.group.freq": _("Party group meeting"),
    "lecture.freq": _("Party lecture"),
    "themeday.freq": _("Theme day"),
    "orglife.freq": _("Organisational-life meeting"),
    "review.freq": _("Democratic review of members"),
    "talk.freq": _("Heart-to-heart talks"),
    "health.secretary_vacant_months": _("Branch secretary"),
    "term.years.village_community": _("Term of office"),
    "term.years.other": _("Term of office"),
    "election.remind_months_before": _("Term of office"),
    "branch.min_formal_members": _("Set-up of the branch"),
    "branch.max_members_usual": _("Set-up of the branch"),
    "branch.joint.trigger": _("Set-up of the branch"),
    "committee.required_from": _("Set-up of the branch"),
    "transfer.step_days": _("Transfers waiting here"),
    "health.contact_grace_days": _("Mobile members"),
    "health.follow_up_grace_days": _("Decisions to follow up"),
    "health.pledge_days": _("Strive for excellence"),
    "committee.posts": _("Posts of the committee"),
    "letter.valid_usual": _("Members on the way"),
    "letter.valid_max": _("Members on the way"),
    "stop.lost": _("Members out of contact"),
    "mobile.match_remind_days": _("Members from elsewhere"),
    "member.fields": _("Gaps of the register"),
}

# The same duties where room is scarce: heads of the matrix.
SHORT_DUTIES = {
    "meeting.general.freq": pgettext_lazy("duty head", "General"),
    "meeting.committee.freq": pgettext_lazy("duty head", "Committee"),
    "meeting.group.freq": pgettext_lazy("duty head", "Groups"),
    "lecture.freq": pgettext_lazy("duty head", "Lecture"),
    "themeday.freq": pgettext_lazy("duty head", "Theme day"),
    "orglife.freq": pgettext_lazy("duty head", "Org. life"),
    "review.freq": pgettext_lazy("duty head", "Review"),
    "talk.freq": pgettext_lazy("duty head", "Talks"),
}

# {measured} {expected} {since} {last} are filled in as dates, numbers or words.
FINDINGS = {
    "silent": _("Nothing has been recorded for more than {expected} days. Last record: {measured}."),
    "silent_on_duty": _("A duty fell due and nothing has been said about it since {since}."),
    "heard": _("Something was recorded within {expected} days. Last record: {measured}."),
    "nothing_known": _("No records of this branch are known here yet; nothing is concluded from that."),
    "duty_missing": _("Periods with nothing said: {measured}. The first fell due on {since}."),
    "duty_did_not_meet": _("The branch said that it did not meet. The first such period was due on {since}."),
    "duty_late": _("Held; entered after the due day."),
    "duty_excused": _("Excused, with the reason on record."),
    "duty_met": _("Held and recorded in time."),
    "duty_not_due": _("Not due yet."),
    "duty_no_data": _("The period lies before records began here; it is not counted."),
    "duty_not_applicable": _("This duty does not apply to the branch."),
    "secretary_unknown": _("No secretary was ever recorded here; please complete the posts."),
    "secretary_in_post": _("The post is held."),
    "secretary_vacant": _("The branch has had no secretary since {since}."),
    "secretary_vacant_long": _("The branch has had no secretary since {since}, more than {expected} months."),
    "term_not_applicable": _("A temporary branch has appointed officers and holds no term election."),
    "term_unknown": _("No term of office is recorded; please enter the last election."),
    "term_running": _("The next election is due on {measured}."),
    "term_ending": _("The election is due on {measured}: prepare it now."),
    "term_overdue": _("The election was due on {since} and no approval to postpone it is recorded."),
    "term_extended": _("The election was due on {since}; it is postponed with approval."),
    "term_overdue_extension": _("The election was due on {since}; the approved postponement has run out."),
    "register_empty": _("No members are recorded here."),
    "set_up_fits": _("The set-up fits the number of members: {measured} formal members."),
    "committee_due": _("{measured} formal members: from {expected} on, a branch committee is elected."),
    "split_due": _("{measured} members: above {expected}, consider dividing the branch or a general branch."),
    "join_due": _("{measured} formal members: below {expected}, consider a joint branch."),
    "no_transfer_waiting": _("Nobody waits for this branch."),
    "transfer_waiting": _("Transfers this branch has to deal with: {measured}."),
    "transfer_waiting_long": _(
        "Transfers waiting for this branch longer than {expected} days: {measured}, the first since {since}."
    ),
    "no_mobile_members": _("The branch has no mobile members."),
    "contact_unknown": _("No next contact is planned for its mobile members."),
    "contact_kept": _("Contact with the mobile members is kept."),
    "contact_overdue": _("Mobile members whose contact is overdue: {measured}, the first since {since}."),
    "follow_ups_kept": _("No decision is past its day."),
    "follow_up_overdue": _("Decisions past their day: {measured}, the first since {since}."),
    "no_campaign": _("The branch takes part in no running campaign."),
    "pledge_made": _("The branch has made its public pledge."),
    "pledge_to_make": _("The public pledge of the branch is to be made."),
    "pledge_missing": _("The branch joined on {since} and has made no public pledge within {expected} days."),
    "committee_posts_not_asked": _("No committee is elected here, so none of its posts is asked for."),
    "committee_posts_unknown": _(
        "No post of the committee but the secretary's is on record; please add them."
    ),
    "committee_posts_held": _("The posts of the committee are held."),
    "committee_posts_vacant": _("Nobody holds: {measured}."),
    "nobody_in_transit": _("Nobody is on the way to another branch."),
    "in_transit": _("Members on the way for no longer than {expected} days: {measured}."),
    "in_transit_long": _(
        "Members on the way for more than {expected} days: {measured}, the first since {since}."
    ),
    "in_transit_over": _(
        "Members on the way for more than {expected} days, or whose letter ran out: {measured}, the first "
        "since {since}. Until somebody takes them in, they are yours to look after."
    ),
    "nobody_lost": _("Nobody has been out of contact for {expected} months."),
    "member_lost": _(
        "Members not seen for {expected} months: {measured}, the first since {since}. A meeting decides."
    ),
    "nobody_hosted": _("Nobody from elsewhere is looked after here."),
    "hosted_settled": _(
        "Members from elsewhere looked after here: {measured}, all confirmed with their branches."
    ),
    "hosted_waiting": _("Members from elsewhere not confirmed yet: {measured}, the first since {since}."),
    "hosted_waiting_long": _(
        "Members from elsewhere not confirmed for more than {expected} days: {measured}, the first since "
        "{since}."
    ),
    "nobody_registered": _("No members are recorded here."),
    "register_gaps": _(
        "Members whose identity number is not on record: {measured}. A gap of the record, no fault."
    ),
    "register_complete": _("Every member's identity number is on record."),
}

# Values that are codes, by the provision they are measured or asked by.
CODES: dict[str, dict[str, object]] = {
    "committee.posts": {kind.value: kind.label for kind in PostKind},
    "member.fields": {"id_number": _("identity number on record")},
}

# The findings that ask for something, as counted over many branches.
FINDING_NAMES = {
    "silent": _("Branches with no record for too long"),
    "silent_on_duty": _("Branches silent on a duty"),
    "duty_missing": _("Duties with nothing said (rules)"),
    "duty_did_not_meet": _("Duties answered with “did not meet” (rules)"),
    "secretary_vacant": _("Branches without a secretary"),
    "secretary_vacant_long": _("Branches without a secretary for more than three months"),
    "term_ending": _("Elections to prepare"),
    "term_overdue": _("Elections overdue without approval"),
    "term_overdue_extension": _("Elections past an approved postponement"),
    "committee_due": _("Branches large enough for a branch committee"),
    "transfer_waiting_long": _("Branches with transfers waiting too long"),
    "contact_overdue": _("Branches with overdue contacts of mobile members"),
    "follow_up_overdue": _("Branches with decisions past their day"),
    "pledge_missing": _("Branches without a public pledge"),
    "committee_posts_vacant": _("Branches with vacant posts of the committee"),
    "in_transit_over": _("Branches with members on the way for too long"),
    "member_lost": _("Branches with members out of contact"),
    "hosted_waiting_long": _("Branches that have not confirmed members from elsewhere"),
}

# Of these a branch may count several times, once for each rule.
COUNTED_BY_RULE = frozenset({"duty_missing", "duty_did_not_meet"})

# The numbers of a summary in the order they are read, and what each counts.
NUMBERS = {
    "branches": (_("Branches"), _("standing on the last day of the period")),
    "silent": (_("Silent branches"), _("no record for longer than allowed, or a duty with nothing said")),
    "formal": (_("Formal members"), _("by standing on the last day of the period")),
    "probationary": (_("Probationary members"), _("by standing on the last day of the period")),
    "mobile": (_("Mobile members"), _("away on the last day of the period")),
    "on_the_way": (_("Members on the way"), _("sent off and not taken in yet, or the letter ran out")),
    "unnumbered": (_("Without identity number"), _("a gap of the record, not a fault of anybody")),
    "expected": (_("Expected"), _("duties that fell due in the period and apply")),
    "held": (_("Held"), _("{share} per cent of those expected")),
    "on_time": (_("On time"), _("{share} per cent of those expected")),
    "late": (_("Late"), _("held, entered after the due day")),
    "excused": (_("Excused"), _("with the reason on record")),
    "did_not_meet": (_("Did not meet"), _("said by the branch")),
    "missing": (_("Missing"), _("past the due day without an answer")),
}
# What the bodies directly below are told by, a row each.
BELOW = {
    "branches": _("Branches"),
    "silent": _("Silent"),
    "expected": _("Expected"),
    "held": _("Held"),
    "on_time": _("On time"),
    "late": _("Late"),
    "missing": _("Missing"),
    "secretary": _("Without secretary"),
    "posts": _("Committee posts vacant"),
    "election": _("Election overdue"),
    "transfer": _("Transfers waiting"),
    "transit": _("On the way too long"),
    "contact": _("Contacts overdue"),
    "lost": _("Out of contact"),
    "hosts": _("From elsewhere, unconfirmed"),
    "follow_up": _("Decisions overdue"),
}

# What was found, in the few words that stand beside "required".
MEASURED = {
    "duty_missing": _("{measured} without an answer"),
    "duty_did_not_meet": _("did not meet"),
    "duty_late": _("entered late"),
    "duty_excused": _("excused"),
    "duty_met": _("held"),
    "duty_not_due": _("not due yet"),
}
EXPECTED = {
    "days": _("within {expected} days"),
    "months": _("within {expected} months"),
    "years": _("every {expected} years"),
    "members": _("{expected} formal members"),
    "month": _("once a month"),
    "quarter": _("once a quarter"),
    "half_year": _("once in half a year"),
    "year": _("once a year"),
}

# What the way to put a finding right is called, by the address it leads to.
FIXES = {
    "activities:activity-create": _("Record an activity"),
    "members:post-list": _("Posts and terms"),
    "branches:organization-detail": _("Open the branch"),
    "members:transfer-list": _("Deal with the transfers"),
    "members:member-list": _("Mobile members of the branch"),
    "activities:decision-list": _("Follow-ups"),
    "activities:campaign-detail": _("Make the pledge"),
    "members:mobile-list": _("Open the list"),
}

# What a list of branches can be narrowed to, besides the states of their duties.
NEEDS = {
    "silent": _("Silent"),
    "help": _("Needs somebody now"),
    "none": _("Nothing urgent"),
}
# And to findings a body can be asked about (orgportal.health.rules.nudges).
FINDING_NEEDS = {
    "post": _("Without secretary"),
    "contact": _("Contacts overdue"),
    "follow_up": _("Decisions overdue"),
    "pledge": _("Without a public pledge"),
}
# Groups of duty states that the numbers above the matrix count.
STATE_GROUPS = {
    "expected": _("Expected"),
    "held": _("Held"),
    "answered": _("Excused or did not meet"),
}

# Why a branch is not in a month's sums, or not for all of it.
EXCLUDED = {
    "new": _("founded in the month"),
    "dissolved": _("dissolved in the month"),
}

REFUSALS = {
    "revision_needs_reason": _("Say why the summaries of the period are made again."),
    "period_not_summed_up": _("{period} has not been summed up yet."),
    "period_still_running": _("The summaries of {period} are still being made."),
    "quarter_not_frozen": _("The quarter from {quarter} has not been frozen yet."),
    "nobody_to_nudge": _("There is nobody left to remind: all is done, or was asked for meanwhile."),
    "nudge_list_grew": _("The list has more in it than you were shown. Look at it again and send then."),
    "nudge_too_many": _("More than {most} matters at once: narrow the list first."),
    "nudge_gone_out": _("All mails of it have gone out: it cannot be taken back any more."),
    "already_withdrawn": _("This was taken back already."),
    "robot_address_malformed": _(
        "This is not an address of a robot: https://host/path, no name or password in it."
    ),
    "robot_address_not_https": _("Only https addresses are taken."),
    "robot_host_not_listed": _(
        "The system administrator has not opened this host for robots (setting WEBHOOK_HOSTS)."
    ),
    "robot_address_missing": _("Enter the address the chat group gives for its robot."),
    "robot_secret_missing": _("A message with signature needs a secret both sides know."),
    "robot_name_taken": _("The body has a robot of this name already."),
    "robot_removed": _("This robot was removed."),
    "robot_not_failed": _("Only a message that was given up is sent again."),
    "no_committee": _("Choose one committee in the list first: a reminder is sent on behalf of one body."),
}

AUDIT_ACTIONS = {
    "health.summarise": _("Summed up a period"),
    "health.freeze_coverage": _("Froze the two coverages of a quarter"),
    "robot.saved": _("Set up a group robot"),
    "robot.tested": _("Sent a test message to a group robot"),
    "robot.restarted": _("Started a group robot again"),
    "robot.retried": _("Sent a message to a group robot again"),
    "robot.removed": _("Removed a group robot"),
    "nudge.sent": _("Reminded bodies of what they owe"),
    "nudge.withdrawn": _("Took back a reminder to bodies"),
}

NOTICES: dict[str, object] = {
    "health.duties_silent": _("{body}: {count} branches have said nothing yet of: {duty}, due {due_on}."),
    "health.summary_ready": _(
        "{body}: the summary of {period} is ready. Held {held} of {expected}, missing {missing}."
    ),
    "health.summary_below": _(
        "{body}: the summary of {period} is ready. {branches} branches, of them silent {silent}; "
        "held {held} of {expected}, missing {missing}."
    ),
    "health.summary_revised": _(
        "{body}: the summary of {period} was made again, because: {reason}. Now held {held} of {expected}, "
        "missing {missing}."
    ),
    "health.robot_stopped": _(
        "The group robot “{name}” of {body} refused messages again and again and was stopped."
    ),
    "health.nudge_silent": _(
        "{asker} ({above}) reminds {body}: nothing has been recorded for a long time. Please record by "
        "{answer_by} what was held, or say that nothing was.{note}"
    ),
    "health.nudge_duty": _(
        "{asker} ({above}) reminds {body}: {duty}, due {due_on}, has no answer yet. Please record it, or say "
        "that it was not held, by {answer_by}.{note}"
    ),
    "health.nudge_post": _(
        "{asker} ({above}) reminds {body}: no secretary is in post. Please fill the post, or enter who holds "
        "it, by {answer_by}.{note}"
    ),
    "health.nudge_election": _(
        "{asker} ({above}) reminds {body}: the day of the election is {due_on}. Please prepare it, or enter "
        "its result, by {answer_by}.{note}"
    ),
    "health.nudge_transfer": _(
        "{asker} ({above}) reminds {body}: the transfer of {name} from {source} to {target} has not moved "
        "since {since}. Please deal with it by {answer_by}.{note}"
    ),
    "health.nudge_contact": _(
        "{asker} ({above}) reminds {body}: contact with its mobile members is overdue. Please keep in touch "
        "and note it by {answer_by}.{note}"
    ),
    "health.nudge_follow_up": _(
        "{asker} ({above}) reminds {body}: decisions are past their day. Please enter how far they are by "
        "{answer_by}.{note}"
    ),
    "health.nudge_pledge": _(
        "{asker} ({above}) reminds {body}: its public pledge is still to be made. Please enter it by "
        "{answer_by}.{note}"
    ),
}

# Lines of the mail that brings a summary.
MAIL = {
    "went_well": _("Went well: held {held} of {expected}, on time {on_time}."),
    "in_order": _("In order: {subjects}."),
    "missing": _("Missing:"),
    "nothing_missing": _("Missing: nothing."),
    "to_do": _("To be dealt with:"),
    "next": _("Due next: {duties}."),
    "duty_by": _("{duty} (by {day})"),
    "below": _("Below it:"),
    "unit": _("{body}: held {held} of {expected}"),
    "needs": _("{body}: held {held} of {expected}; needs help: {needs}"),
    "need": _("{need} {number}"),
    "bullet": "– {words}",
}

# What a group robot says: counts, no names. Parts of nothing are left out.
ROBOT_LINE = _("{body}, {on}: {parts}.")
ROBOT_PARTS = {
    "silent": _("branches without records {number}"),
    "missing": _("duties of the month without an answer {number}"),
    "transfers": _("transfers waiting too long {number}"),
    "terms": _("elections due {number}"),
}
ROBOT_TEST = _("{body}: this is a test message; nothing has to be done.")
ROBOT_ACTS = {
    "test": _("The test message goes out within a minute."),
    "start": _("Messages go to the robot again."),
    "retry": _("The message is sent again within a minute."),
    "remove": _("The robot is removed, its address and secret are deleted."),
}
# What a robot's address or platform answered, by the code kept with a message.
ROBOT_OUTCOMES = {
    "nothing_left": _("Nothing to say that day."),
    "not_in_use": _("The robot was stopped or removed."),
    "worker_lost": _("The program that sends was stopped in the middle of it, several times."),
    "http": _("The other end answered {code}."),
    "errcode": _("The platform refused it with code {code}."),
    "no_errcode": _("The answer is not one of the platform."),
    "other": _("The other end could not be reached ({code})."),
}

# The sender's own word at the end of a nudge; kept as it is and put into words for each reader.
NUDGE_NOTE = gettext_noop(" Note: {text}")
# What a nudge (催办) is about, and why somebody in the list is left out of it.
NUDGE_MATTERS = {
    "silent": _("Branches without records"),
    "duty": _("Duties with nothing said"),
    "post": _("Posts without a secretary"),
    "election": _("Elections due"),
    "transfer": _("Transfers waiting too long"),
    "contact": _("Contacts with mobile members"),
    "follow_up": _("Decisions past their day"),
    "pledge": _("Public pledges to make"),
}
LEFT_OUT = {
    "already_done": _("answered already"),
    "not_due_yet": _("not due yet"),
    "postponed": _("postponed with approval"),
    "elsewhere": _("the step is with a body outside this committee"),
    "asked_lately": _("reminded of it a few days ago"),
    "nobody": _("nobody but you has an account to read it"),
}

# What a person chooses for together on the page of reminders (orgportal.core.reminder_kinds).
REMINDER_KINDS = (
    Kind("silent", _("Branches below you that have said nothing of a duty"), ("health.duties_silent",)),
    Kind(
        "summaries",
        _("Summaries of a month, quarter or year"),
        ("health.summary_ready", "health.summary_below", "health.summary_revised"),
        is_duty=False,
        is_news=True,
        spare=("branches", "expected", "held", "missing", "silent"),
    ),
    Kind(
        "nudge",
        _("What a body above reminds your body of"),
        tuple(f"health.nudge_{matter}" for matter in NUDGE_MATTERS),
    ),
)

# The shares of the two coverages: what each is called, and what it divides.
COVERAGE_SHARES = {
    "cov.org.rate": (
        _("Organisation coverage"),
        _("units with an own or joint body, of those really operating"),
    ),
    "cov.single.rate": (_("Own bodies"), _("units with a body of their own, of those really operating")),
    "cov.rate.older": (
        _("Organisation coverage, older denominator"),
        _("units with an own or joint body, of those meeting the condition (three formal members)"),
    ),
    "cov.work.rate": (
        _("Work coverage"),
        _("units reached by body, adviser, liaison person, union or league, of those really operating"),
    ),
}

# The cell of a unit in a quarter: its word, its look (as the state of a duty that asks as much) and its icon.
UNIT_CELLS = {
    "own": (_("Own body"), "on_time", "circle-check"),
    "joint": (_("Joint body"), "on_time", "users"),
    "adviser": (_("Adviser"), "excused", "user-check"),
    "liaison": (_("Liaison person"), "excused", "phone"),
    "union_league": (_("Union or Youth League"), "excused", "handshake"),
    "uncovered": (_("Reached by nobody"), "did_not_meet", "circle-off"),
    "to_build": (_("Body due and not built"), "missing", "circle-alert"),
    "not_operating": (_("Not operating"), "not_applicable", "circle-pause"),
    "unlisted": (_("Not on the list"), "not_applicable", "minus"),
    "not_frozen": (_("Not frozen yet"), "not_due", "clock"),
    "no_data": (_("No data"), "no_data", "circle-question-mark"),
}

# The cell of a branch in a period, where no duty is asked for; the states of a duty have words of their own.
PERIOD_CELLS = {
    "silent": (_("Silent"), "missing", "volume-x"),
    "help": (_("Needs somebody now"), "late", "hand-helping"),
    "none": (_("Nothing urgent"), "on_time", "circle-check"),
    "nothing_due": (_("Nothing due"), "not_applicable", "minus"),
    "not_standing": (_("Did not stand then"), "not_applicable", "minus"),
    "not_summed_up": (_("Not summed up yet"), "not_due", "clock"),
    "no_data": (_("No data"), "no_data", "circle-question-mark"),
}

# What the cell of a body counts: the list, its look and its icon.
BODY_CELLS = {
    "covered": (_("Covered by a body"), "on_time", "circle-check"),
    "work": (_("Reached by party work"), "excused", "user-check"),
    "to_build": (_("Body due and not built"), "missing", "circle-alert"),
    "uncovered": (_("Reached by nobody"), "did_not_meet", "circle-off"),
    "not_operating": (_("Not operating"), "not_applicable", "circle-pause"),
}

JOBS = {
    "health.assess_all": _("Assesses every branch"),
    "health.refresh_assessment": _("Assesses a branch after a save"),
    "health.plan_reminders": _("Plans reminders to overseers"),
    "health.send_robots": _("Sends the messages of group robots"),
    "health.note_nudges": _("Notes what came of nudges"),
    "health.make_summaries": _("Makes summaries of finished periods"),
    "health.freeze_coverage": _("Freezes the coverage of finished quarters"),
}
