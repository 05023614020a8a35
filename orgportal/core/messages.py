"""Sentences of the ground floor: notices, refusals, and the names of what the audit trail records."""

from django.utils.translation import gettext_lazy as _

NOTICES = {
    "core.holidays_wanted": _("Please enter the holidays of {year} from the State Council's notice."),
    "core.feedback_answered": _("Your complaint or suggestion was answered."),
    "core.mail_stopped": _(
        "Reminder mails to {address} were refused again and again and have stopped. Enter another address."
    ),
    "core.waived": _("{name} says that a reminder of a duty does not apply: {reason}"),
}

# What frames the mail of a day, where no body has its own words. The subject is what wording it begins from:
# the portal's own (templates/core/mail) tells one reminder from several.
MAIL_FRAME = {
    "mail.subject": _("{count} reminders from the branch portal"),
    "mail.opening": _("{name}, these matters wait for you:"),
    "mail.closing": _(
        "You get this mail because your post or your branch is concerned. What is done in the meantime is "
        "not reminded of again."
    ),
}
MAIL_PARTS = {
    "mail.subject": _("Subject of the mail"),
    "mail.opening": _("First words of the mail"),
    "mail.closing": _("Last words of the mail"),
}

# Which room a notice comes from, by the first word of its rule.
NOTICE_SOURCES = {
    "core": _("The system"),
    "branches": _("Bodies"),
    "members": _("Members and transfers"),
    "activities": _("Activities"),
    "health": _("Branch health"),
}

# Why a notice came to this person, by rule.
NOTICE_REASONS = {
    "core.holidays_wanted": _("because you keep the system"),
    "core.feedback_answered": _("because you wrote it"),
    "core.mail_stopped": _("because it is the address of your reminders"),
    "core.waived": _("because you oversee the body"),
    "activities.duty_due": _("because your branch owes this duty"),
    "activities.decision_due": _("because you answer for this decision"),
    "activities.decision_unowned": _("because whoever answers for it has no account"),
    "activities.decision_overdue": _("because your branch made the decision"),
    "activities.campaign_started": _("because you run the branch"),
    "activities.pledge_commented": _("because it is your pledge or your branch's"),
    "branches.renamed": _("because you keep the books of the body"),
    "branches.moved": _("because you keep the books of the body"),
    "branches.dissolved": _("because you keep the books of the body"),
    "branches.merged": _("because you keep the books of the body"),
    "health.duties_silent": _("because you oversee the branches"),
    "health.robot_stopped": _("because you set it up"),
    **dict.fromkeys(
        (
            f"health.nudge_{each}"
            for each in ("silent", "duty", "post", "election", "transfer", "contact", "follow_up", "pledge")
        ),
        _("because a body above yours asks those who stand for your body"),
    ),
    "health.summary_below": _("because you oversee the body"),
    "health.summary_ready": _("because you run the branch"),
    "health.summary_revised": _("because you run or oversee the body"),
    "members.term_ending": _("because your body must elect"),
    "members.card_check_due": _("because you look after the branch's members who are away"),
    "members.confirm_due": _("because the data are yours"),
    "members.confirm_open": _("because you run the branch"),
    "members.contact_due": _("because you keep in touch with the member or run the branch"),
    "members.correction_due": _("because your branch answers, or you oversee it"),
    "members.inflow_escalated": _("because you oversee the body that should act"),
    "members.inflow_unconfirmed": _("because the next step is yours"),
    "members.inflow_waiting": _("because the next step is yours"),
    "members.out_of_contact": _("because your branch has to look into it"),
    "members.out_of_contact_escalated": _("because you oversee the body that should act"),
    "members.probation_due": _("because your branch or committee decides"),
    "members.reported_escalated": _("because you oversee the body that should act"),
    "members.reported_waiting": _("because the next step is yours"),
    "members.stay_return_due": _("because you look after the branch's members who are away"),
    "members.stay_transfer_due": _("because you look after the branch's members who are away"),
    "members.account_reopened": _("because you look after the accounts of the branch"),
    "members.account_reopened_unkept": _("because you keep the accounts of the system"),
    "members.arrival_waiting": _("because the next step is yours"),
    "members.arrival_escalated": _("because you oversee the body that should act"),
    "members.case_correction": _("because you keep the file"),
    "members.transfer_waiting": _("because the next step is yours"),
    "members.transfer_waiting_member": _("because the next step is yours"),
    "members.transfer_escalated": _("because you oversee the body that should act"),
    "members.transfer_yours": _("because the next step is yours"),
    "members.transfer_yours_member": _("because the next step is yours"),
}

REFUSALS = {
    "refused": _("This was refused ({code})."),
    "not_allowed": _("Your post does not give you this right here."),
    "stale_version": _("Somebody else changed this first. Load the page again and compare."),
    "password_change_required": _("Choose a password of your own first."),
    "too_many_tokens": _("You have {limit} tokens already. End one first."),
    "own_account": _("You cannot do this to your own account."),
    "day_of_other_notice": _("{day} is in the notice of {year} already: put that one right first."),
    "too_many_links": _("{most} links were mailed within a day. Please wait until tomorrow."),
    "link_unknown": _(
        "This link is not one of yours: sign in as who entered the address, or copy the whole link."
    ),
    "link_used": _("This link was used already: the address is confirmed."),
    "link_replaced": _("This link counts no more: another was mailed, or the address was taken back."),
    "link_expired": _("This link ran out. Ask for another on the page “How I am reminded”."),
    "already_answered": _("This was answered already."),
    "already_waived": _("You have said this already: it is in the list of what does not apply."),
    "already_withdrawn": _("This was taken back already."),
    "not_a_reminder": _("Only a reminder can be said not to apply."),
    "not_yours": _("Only who said it can take it back."),
    "slip_expired": _("The password on your slip has run out. Ask your branch secretary for a new slip."),
}

AUDIT_ACTIONS = {
    "access.refused": _("Access refused"),
    "account.opened": _("Opened an account"),
    "account.slip_issued": _("Issued a one-time password"),
    "account.disabled": _("Closed an account"),
    "account.enabled": _("Reopened an account"),
    "account.password_changed": _("Changed the password"),
    "api.token_made": _("Made an API token"),
    "api.token_ended": _("Ended an API token"),
    "audit.verified": _("Verified the audit trail"),
    "core.restored": _("Restored a backup"),
    "job.asked": _("Had a job run again"),
    "job.retried": _("Had what was set aside tried again"),
    "job.discarded": _("Discarded what was set aside"),
    "holidays.entered": _("Entered the holidays of a year"),
    "account.mail_address_asked": _("Entered another address of reminder mails"),
    "account.mail_address_kept": _("Took an address back before it was confirmed"),
    "account.mail_address_changed": _("Changed the address of reminder mails"),
    "mail.address_restarted": _("Started a mail address again"),
    "mail.retried": _("Started reminders again that were given up"),
    "reminder.waived": _("Said that a reminder does not apply"),
    "reminder.waiver_withdrawn": _("Took back that a reminder does not apply"),
    "reminders.chosen": _("Chose how to be reminded"),
    "feedback.written": _("Wrote a complaint or suggestion"),
    "feedback.answered": _("Answered a complaint or suggestion"),
    "session.lock_lifted": _("Lifted a sign-in lock"),
    "session.signed_in": _("Signed in"),
    "session.signed_out": _("Signed out"),
    "session.refused": _("Sign-in refused"),
    "session.locked_out": _("Sign-in locked for a while"),
}

AUDIT_FAULTS = {
    "chain_broken": _("An entry was removed, inserted or moved: the chain is broken here."),
    "entry_altered": _("An entry was altered after it was written."),
    "tail_cut": _("Entries at the end are missing: a checkpoint outside the database has seen more."),
    "history_rewritten": _("The trail differs from a checkpoint outside the database: it was rewritten."),
    "checkpoint_forged": _("A checkpoint outside the database does not carry our signature."),
}

# Why a reminder was given up, by the code kept with it; a code of the mail server is told by its number.
# What each background job does.
JOBS = {
    "core.tick": _("Tells reminders that are due"),
    "core.send_mails": _("Sends the mails of the day"),
    "core.sweep_outbox": _("Keeps what was promised when saving"),
    "core.checkpoint_audit": _("Writes the head of the audit trail outside the database"),
    "core.verify_audit": _("Verifies the audit trail"),
    "core.forget_old_keys": _("Forgets old answers and keys of requests"),
    "core.forget_runs": _("Forgets old runs of jobs"),
    "core.ask_for_holidays": _("Asks for the holidays of the next year"),
    "core.ping": _("Shows that a worker is at work"),
    "core.run_job": _("Runs a job asked for by hand"),
}

OUTCOMES = {
    "malformed": _("This is not an address mail can go to."),
    "before_restore": _("Its moment lay before a restore: it may have been sent already."),
    "worker_lost": _("The program that sends was stopped in the middle of it, several times."),
    "ConnectionRefusedError": _("The mail server does not take calls."),
    "TimeoutError": _("The mail server did not answer in time."),
    "SMTPServerDisconnected": _("The mail server hung up."),
    "gaierror": _("The name of the mail server is not known."),
    "refused_for_good": _("The mail server refuses this address or this mail for good ({code})."),
    "refused_for_now": _("The mail server refused it for now ({code})."),
    "discarded": _("The administrator discarded it."),
    "other": _("Something went wrong ({code})."),
}

# What a notice of holidays can have wrong with it, by the code of `holiday_notice.Fault`.
NOTICE_FAULTS = {
    "count_differs": _("The line speaks of {count} free days, but {read} are named."),
    "day_missing": _("No day is named in “{part}”."),
    "day_twice": _("{day} is named twice."),
    "free_or_worked": _("Of {day} it is not said whether it is free (放假) or worked (上班)."),
    "month_missing": _("Of which month is “{part}”?"),
    "name_missing": _("A line begins with the name of the holiday and a colon: 元旦：1月1日放假。"),
    "no_day_in_it": _("No day to be free or worked was found: please paste the lines of the notice."),
    "no_such_day": _("There is no {part} in that year."),
    "other_weekday": _("{day} is not “{said}”: the date or the year is wrong."),
    "other_year": _("{day} does not belong to the notice of {year}."),
    "span_backwards": _("The span to {day} ends before it begins."),
    "worked_anyway": _("{day} is worked anyway: it is neither a Saturday nor a Sunday."),
}

# The entries of the guide, in order: what a link jumps to, and its heading.
GUIDES = (
    ("secretary", _("For branch secretaries")),
    ("officer", _("For the organisation department")),
    ("member", _("For members")),
    ("activities", _("Recording activities")),
    ("members", _("The register of members")),
    ("transfers", _("Transfers step by step")),
    ("bodies", _("Bodies and the directory")),
    ("campaigns", _("Campaigns and pledges")),
    ("coverage", _("Coverage and findings")),
    ("nudges", _("Reminding bodies (nudges)")),
    ("robots", _("Group robots")),
    ("texts", _("Texts of reminders")),
    ("inbox", _("Inbox, complaints and suggestions")),
    ("sign-in", _("Signing in, password, large print")),
    ("administrators", _("For administrators")),
    ("programs", _("For other systems")),
)
