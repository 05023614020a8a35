"""Sentences of the activities room: refusals, notices, audit actions."""

from django.utils.translation import gettext_lazy as _

from orgportal.core.reminder_kinds import Kind

REFUSALS = {
    "not_allowed": _("Your posts do not let you record this."),
    "branch_expected": _("Activities are recorded by branches, not by bodies above them."),
    "branch_dissolved": _("This branch is dissolved: nothing can be recorded for it any more."),
    "before_the_branch": _("The branch did not exist on that day."),
    "held_in_the_future": _("This day is still to come. A meeting that was held has a date up to today."),
    "ends_before_it_starts": _("The meeting ends before it starts. Please check the two times."),
    "group_missing": _("Please say which party group met."),
    "group_not_wanted": _("Only a party group meeting names a party group."),
    "group_unknown": _("This party group is not one of the branch."),
    "kinds_do_not_combine": _("These kinds are not held in one meeting. Please record them one by one."),
    "roster_is_empty": _("Nobody is on the roster for this kind of meeting on that day."),
    "more_away_than_on_roster": _("{away} marked as away, but only {expected} are on the roster."),
    "not_on_roster": _("{count} of those marked as away are not on the roster for this meeting."),
    "marked_twice": _("Somebody is marked as away twice."),
    "nobody_present": _("Everybody is marked as away. If there was no meeting, use “Did not meet”."),
    "leave_without_reason": _("Leave needs a reason."),
    "chair_not_on_roster": _("The chair is not on the branch's roster for that day."),
    "chair_was_away": _("The chair is marked as away."),
    "recorder_not_on_roster": _("The recorder is not on the branch's roster for that day."),
    "recorder_was_away": _("The recorder is marked as away."),
    "owner_not_on_roster": _("The person in charge of “{text}” is not on the branch's roster for that day."),
    "owner_without_date": _("“{text}” needs both a person in charge and a date, or neither."),
    "vote_not_taken": _("“{text}”: a meeting of this kind takes no vote."),
    "votes_not_those_present": _(
        "“{text}”: {votes} votes in all, but {voters} with a vote were there. Spoilt ballots are abstentions."
    ),
    "votes_of_those_without": _(
        "“{text}”: {votes} votes in all, but only {voters} of those present have a vote."
        " Probationary members and those without voting rights attend and do not vote."
    ),
    "exclusion_not_taken": _("Only a general meeting can leave somebody out of those who should attend."),
    "exclusion_of_absent": _("Whoever is left out of those who should attend is on leave, not absent."),
    "exclusion_without_basis": _(
        "Leaving somebody out of those who should attend needs the agreement of the body above:"
        " its document and day."
    ),
    "exclusion_agreed_later": _(
        "The body above agreed after the meeting: then nobody could be left out in it."
    ),
    "exclusion_not_adopted": _("Nobody is left out unless this meeting adopted it. Please tick that it did."),
    "exclusion_of_nobody": _(
        "An agreement on whom to leave out is given, but nobody is marked."
        " Write for example “7 uncounted bedridden”."
    ),
    "roster_changed": _(
        "The roster is not the one this page showed. Added: {joined}. Gone: {left}."
        " What you typed is kept: please check it and save again."
    ),
    "plan_changed": _(
        "The plan of this meeting was changed meanwhile; it now reads: {state}, {day}."
        " What you typed is kept: if the meeting was held as it stands here, save again."
    ),
    "same_kind_same_day": _(
        "There is already a record of this kind on that day: {title}. Tick the box below if this is another."
    ),
    "reason_missing": _("Please give a reason."),
    "already_void": _("This entry is already voided."),
    "not_held": _("Only a record of a meeting that was held can be amended."),
    "stale_version": _("Somebody else saved this record while you were editing it."),
    "already_held": _("A meeting of this kind is already recorded in that period."),
    "result_missing": _("Please say in a few words what came of it."),
    "already_done": _("This is already marked as done."),
    "done_in_the_future": _("The day it was done cannot lie ahead."),
    "record_is_void": _("The record of this decision was voided."),
    "already_carried": _("A later meeting carried this on: it is followed up there."),
    "follow_up_not_open": _(
        "A follow-up put on the agenda is not open any more, or is none of this branch or party group."
        " It was taken off the page: please look and save again."
    ),
    "follow_up_twice": _("“{text}” stands on the agenda twice."),
    "follow_up_closed_and_carried": _("“{text}”: either what came of it or a new day, not both."),
    "follow_up_not_later": _("“{text}”: the new day lies after the meeting."),
    "record_locked": _(
        "This record was locked on {day} and is not changed any more. If something in it is wrong, ask the"
        " level above to send it back: that opens it again."
    ),
    "not_a_meeting_held": _("Only the record of a meeting that was held is confirmed or sent back."),
    "already_confirmed": _("This record is confirmed already."),
    "returned_put_right_first": _(
        "This record was sent back by the level above. Put it right first; then it can be confirmed."
    ),
    "not_confirmed_yet": _(
        "This record is not confirmed yet: the branch can still put it right. Write to them instead."
    ),
    "already_returned": _("This record was sent back already and has not been put right yet."),
    "remark_missing": _("Please say in words what is to be put right."),
    "chair_missing": _("The record names no chair. Put it right first: say who chaired the meeting."),
    "chair_signs_in": _("{name} has an account: the confirmation is made there, with one press."),
    "confirmed_in_the_future": _("The day it was confirmed cannot lie ahead."),
    "confirmed_before_meeting": _("The meeting was held on {held_on}: it was confirmed then or later."),
    "campaign_ends_before_it_starts": _("The campaign ends before it starts. Please check the two dates."),
    "campaign_without_stage": _("Please lay out at least one stage."),
    "stage_ends_before_it_starts": _("A stage ends before it starts. Please check its dates."),
    "stages_overlap": _("A stage starts before the one above it has ended, or before the campaign."),
    "stage_outside_campaign": _("The last stage ends after the campaign."),
    "campaign_ended": _("The campaign has ended."),
    "campaign_not_running": _("The campaign is not running: nothing can be pledged or reported now."),
    "pledge_of_another_branch": _("The member does not belong to this branch."),
    "pledge_day_outside": _("The day lies outside the campaign. Choose one up to {until}."),
    "pledge_exists": _("There is a pledge already. Report how far it is."),
    "pledge_closed": _("This pledge is closed: it was kept or given up."),
    "note_missing": _("Please say why the pledge is given up."),
    "feed_needs_member": _("This account belongs to no member: it has no calendar of its own."),
    "feed_exists": _("This calendar has an address already. Renew it if you need to see it again."),
    "feed_changed": _("The address was renewed or switched off in another window."),
    "too_many_feeds": _("You have {limit} calendar addresses already. Switch one off first."),
    "template_in_use": _("This edition is in use already."),
    "template_not_in_use": _("This edition is not in use any more."),
    "body_dissolved": _("The body is dissolved: it brings no new layout."),
    "ledger_run_empty": _("No branch stood below this body in that period."),
    "ledger_run_too_long": _("More than {most} branches at once: please choose a body further down."),
    "ledger_run_nothing_failed": _("There is nothing that could not be drawn."),
    "ledger_run_no_files": _(
        "There is no file to take: none is ready, or they were thrown away after their day."
    ),
    "file_empty": _("“{name}” is empty. Please choose the file again."),
    "file_too_large": _(
        "“{name}” has {size} MB; at most {most} MB are taken. Of a photo, choose a smaller copy."
    ),
    "file_markup": _(
        "“{name}” is a page or a drawing made of text (HTML, SVG), whatever its name ends in: it could run"
        " something when it is opened. Please add it as PDF or as a photo."
    ),
    "file_old_office": _(
        "“{name}” is locked with a password or is in the old format of Word or Excel."
        " Please save it without a password as .docx, .xlsx or PDF."
    ),
    "file_unknown": _(
        "“{name}” is none of these: photo (JPEG, PNG, WebP, HEIC), PDF, Word (.docx), Excel (.xlsx)."
    ),
    "office_broken": _(
        "“{name}” cannot be opened: it is not whole. Please open it, save it again and add it anew."
    ),
    "office_too_much_inside": _("“{name}” unpacks to more than any document has. Please save it as PDF."),
    "office_runs": _(
        "“{name}” holds macros or embedded programs, or fetches something when it is opened."
        " Please save it as PDF, or as .docx or .xlsx without them."
    ),
    "pdf_broken": _("“{name}” cannot be opened: it is not whole. Please save it anew as PDF."),
    "pdf_locked": _("“{name}” asks for a password. Please save it as PDF without one."),
    "picture_broken": _(
        "“{name}” cannot be read as a picture. Open it on the phone, save a copy as JPEG and add that"
        " (iPhone: Settings, Camera, Formats, Most Compatible)."
    ),
    "picture_too_many_points": _(
        "“{name}” has more points than any phone takes (52 million). Please choose a smaller copy."
    ),
    "scan_found": _(
        "The virus scanner found something in “{name}”. It was not taken: please tell whoever sent it to you."
    ),
    "scanner_away": _(
        "“{name}” could not be looked through for viruses just now. Please try again in a few minutes."
    ),
    "attachment_there": _("“{name}” stands with this record already, as “{there}”."),
    "attachments_full": _("“{name}”: a record has at most {most} files. Remove one that is not needed."),
    "attachments_of_year_full": _(
        "“{name}”: the files of the branch have reached the {most} MB of a year."
        " Please ask the administrator."
    ),
    "confirm_not_yours": _("It is somebody else's to confirm this record, or to take that back."),
    "record_out_of_sight": _("This record is not in your sight any more."),
    "attachment_of_void": _("This record was voided: its files stay as they are."),
    "attachment_removed": _("“{name}” was removed already."),
    "attachment_cleared": _("“{name}” was removed long ago and its contents were deleted on {day}."),
    "locked_file_reason": _(
        "This record was locked on {day}: files come and go only with a reason, which stays in its history."
    ),
    "attachment_stands": _("“{name}” stands with the record already."),
    "visibility_not_yours": _("You could not see such a file yourself: please choose another audience."),
    "joint_not_this_kind": _(
        "Theme days, lectures and other activities can be held together; other meetings are one branch's own."
    ),
    "joint_not_held": _("This activity is not going to be held, or its entry was voided."),
    "joint_own_branch": _("This is the host itself. Please choose another branch."),
    "joint_too_many": _("One branch invites at most {limit}. For more, the body above calls them together."),
    "joint_answered": _("This invitation is not open any more. The page shows how it stands now."),
    "joint_other_meeting": _("The invitation is to: {kind}, {day}. Please record that day and kind."),
    "joint_record_elsewhere": _("Only a meeting that your own branch held can be named here."),
    "joint_record_taken": _("This record belongs to another joint activity already."),
    "plan_is_cancelled_instead": _("This is a plan, not a record: move, postpone or cancel it."),
    "plan_of_nothing_owed": _("This meeting is not one the branch owes in this year."),
    "plan_outside_its_period": _("Outside its period, which runs from {since} to {until}."),
    "plan_in_the_past": _("This day has passed. A meeting is planned for today or later."),
    "plan_too_far_ahead": _("Meetings are planned up to the end of next year."),
    "plan_on_a_day_off": _("This is a day off. Choose another, or say that it is meant."),
    "plan_end_without_start": _("Please say when it begins as well."),
    "plan_day_missing": _("Please say the new day."),
    "plan_not_in_this_state": _("This cannot be done to the meeting as it now stands."),
    "plan_same_day": _("A meeting of this kind is planned for that day already."),
    "plan_exists": _("Another meeting has been planned in its place."),
    "plan_nothing_to_take_back": _(
        "There is nothing to take back: the plan has been changed since, or was made earlier."
    ),
    "plan_adds_nothing": _("Nothing was added: these meetings were planned or recorded meanwhile."),
    "leave_needs_member": _("This account belongs to no member."),
    "leave_postponed": _("The meeting is postponed: ask for leave once its new day is known."),
    "leave_cancelled": _("The meeting is cancelled: nobody has to ask for leave."),
    "leave_recorded": _("The meeting is recorded. If your leave is missing there, tell the recorder."),
    "leave_day_passed": _("The day of the meeting has passed. Please tell the recorder why you were away."),
    "leave_not_expected": _("You are not among those who should attend this meeting."),
    "leave_asked_already": _("You have asked for leave already."),
    "leave_not_asked": _("You have not asked for leave, or have withdrawn it."),
    "progress_unreadable": _("Progress is a whole number from 0 to 100."),
}

# What becomes of a planned meeting, as the page says it before it is done.
PLAN_MOVES = {
    "move": _(
        "Those who should attend are told the new day. Leave asked for the old day does not hold for it."
    ),
    "postpone": _(
        "The meeting is off on its day, and those who should attend are told that a new one will follow."
    ),
    "cancel": _(
        "The meeting is off, and those who should attend are told. What it was to answer stays open."
    ),
}

# What a branch owes, as its duties are called on pages.
DUTIES = {
    "meeting.general.freq": _("General branch meeting"),
    "meeting.committee.freq": _("Branch committee meeting"),
    "meeting.group.freq": _("Party group meeting"),
    "lecture.freq": _("Party lecture"),
    "themeday.freq": _("Theme day"),
    "orglife.freq": _("Organisational-life meeting"),
    "review.freq": _("Democratic review of members"),
    "talk.freq": _("Heart-to-heart talks"),
}

# What stands before each field and over each column of a ledger.
LEDGER_LABELS = {
    "absences": _("On leave or absent"),
    "absent": _("Absent without leave"),
    "basis": _("Decided by"),
    "chair": _("Chair"),
    "confirmed_by": _("Record confirmed by"),
    "confirmed_how": _("How it was confirmed"),
    "confirmed_on": _("Record confirmed on"),
    "decision": _("Decision"),
    "decisions": _("Decisions and follow-ups"),
    "decisions_done": _("Follow-ups done"),
    "decisions_made": _("Decisions made"),
    "decisions_open": _("Follow-ups still open"),
    "did_not_meet": _("Did not meet"),
    "discussion": _("Discussion"),
    "done_on": _("Done on"),
    "due_on": _("Due on"),
    "duties": _("Duties of the period"),
    "duty": _("Duty"),
    "ends_at": _("Ended at"),
    "ends_on": _("Period until"),
    "excused": _("Excused"),
    "expected": _("Should attend"),
    "group": _("Party group"),
    "guests": _("Guests and invited people"),
    "held": _("Held"),
    "held_on": _("Date"),
    "in_charge": _("In charge"),
    "item": _("Item"),
    "items": _("Items on the agenda"),
    "joint_with": _("Held with other branches"),
    "kind": _("Kind"),
    "kinds": _("By kind of activity"),
    "late": _("Late"),
    "left_out": _("Not counted among those who should attend"),
    "led_by": _("Talk led by"),
    "life": _("Confirmation of the record"),
    "locks_on": _("Locks on"),
    "majority": _("Way of voting"),
    "missing": _("Missing"),
    "months": _("Held in each month"),
    "name": _("Name"),
    "not_due": _("Not due yet"),
    "note": _("Minutes"),
    "number": _("No."),
    "on_time": _("On time"),
    "other_states": _("No data"),
    "outcome": _("Outcome of the vote"),
    "owed": _("Owed"),
    "place": _("Place"),
    "presence": _("Attendance of the meeting"),
    "present": _("Present"),
    "present_names": _("Those present"),
    "quarter": _("Whole quarter"),
    "quorum": _("Quorum"),
    "reason": _("Reason"),
    "recorded_on": _("Entered on"),
    "recorder": _("Recorder"),
    "records": _("Records of the period"),
    "reference": _("Record number"),
    "remark": _("Remark"),
    "result": _("Result"),
    "sheet": _("Duties by month"),
    "signature": _("Signature, or why away"),
    "signers": _("Who should attend"),
    "starts_at": _("Began at"),
    "starts_on": _("Period from"),
    "state": _("State"),
    "step": _("What was done"),
    "step_by": _("By whom"),
    "step_on": _("Day"),
    "step_words": _("How, or why"),
    "steps": _("Confirmations, corrections and returns"),
    "substance": _("What was talked about"),
    "talked_with": _("Those in the talk"),
    "talks": _("Talks"),
    "times_expected": _("Expected, in all"),
    "times_present": _("Present, in all"),
    "title": _("Subject"),
    "totals": _("The year as a whole"),
    "vote": _("Vote"),
    "voters_expected": _("With a vote, should attend"),
    "voters_present": _("With a vote, present"),
    "votes": _("Votes taken"),
    "votes_abstained": _("Abstentions"),
    "votes_against": _("Votes against"),
    "votes_for": _("Votes for"),
}
# What only a Word layout of one's own names.
LEDGER_MARKS = {
    "branch": _("Name of the branch"),
    "each_record": _("Begins what is repeated for each record; alone in its paragraph"),
    "end_of_record": _("Ends what is repeated for each record; alone in its paragraph"),
    "first_month": _("First month of the quarter"),
    "heading": _("Subject of the record"),
    "ledger_title": _("Name of the ledger"),
    "period": _("Day of the meeting, or first and last day of the period"),
    "second_month": _("Second month of the quarter"),
    "third_month": _("Third month of the quarter"),
}
LIST_FAULTS = {
    "template_list_loose": _(
        "{mark} belongs to a list and stands outside a table of the text: put it into a row of a table."
    ),
    "template_row_of_two": _(
        "A row of a table goes by one list, not by several ({mark}): make a table for each."
    ),
    "template_block_torn": _(
        "What is repeated for each record begins with {{{{ 每条记录 }}}} and ends with {{{{ 记录完 }}}},"
        " once each, in this order, each alone in a paragraph that is in no table."
    ),
    "template_outside_block": _(
        "{mark} is on the wrong side: what is of one record stands between {{{{ 每条记录 }}}} and"
        " {{{{ 记录完 }}}}, lists of the whole ledger outside."
    ),
}
# The first sheet of a workbook.
LEDGER_SHEETS = {
    "cover": _("About this file"),
    "title": _("Ledger"),
    "branch": _("Branch"),
    "from": _("From"),
    "until": _("Until"),
    "records": _("Records of the period"),
}
LEDGER_SIGNERS = {"chair": _("Chair"), "recorder": _("Recorder"), "secretary": _("Secretary of the branch")}

# Words that could not be read in one of the two one-line notations.
PROBLEMS = {
    "person_unknown": _("“{token}” is no row number, name or initials on this roster."),
    "person_ambiguous": _("“{token}” fits several people ({names}). Please use the row number."),
    "person_twice": _("{token} is named twice."),
    "reason_without_person": _("“{token}” stands without a person before it."),
    "person_without_reason": _("“{token}” stands without a reason, for example: leave, ill, work, absent."),
    "exclusion_without_ground": _(
        "“{token}” needs one of the six grounds: unable, abroad, sentenced, bedridden, posted, retired."
    ),
    "vote_unclear": _("Line {line}: one decision has one vote, each count once ({token})."),
    "decision_without_item": _("Line {line}: “{token}” is a decision without an item above it."),
    "decision_empty": _("Line {line}: there is no decision in “{token}”."),
    "two_in_charge": _("Line {line}: one person is in charge, not several ({token})."),
    "guest_needs_both": _(
        "Line {line}: “{token}” needs a member number and a name; of somebody who is no member,"
        " the name and in brackets as what they came."
    ),
    "guest_twice": _("{token} stands among the guests twice."),
    "guests_too_many": _("At most {token} guests a record."),
    "date_missing": _("Line {line}: please write a date after {token}, for example 3-31."),
    "date_unreadable": _("Line {line}: “{token}” is not a date."),
}

NOTICES = {
    "activities.duty_due": _("{branch}: {duty}, due {due_on}, nothing has been recorded yet."),
    "activities.decision_due": _("You answer for “{text}”, due {due_on}. Enter the result when it is done."),
    "activities.decision_overdue": _(
        "{branch}: “{text}” was due {due_on} and no result is entered. Ask whoever answers for it."
    ),
    "activities.decision_unowned": _(
        "{branch}: {name} answers for “{text}”, due {due_on}, and has no account. Please tell them, and enter"
        " the result when it is done."
    ),
    "activities.decision_assigned": _("{branch} put you in charge of “{text}”, due {due_on}."),
    "activities.campaign_started": _("“{title}” has started: please make the pledge of your branch."),
    "activities.pledge_commented": _("A leader commented on the pledge “{text}”."),
    "activities.ledgers_ready": _(
        "{body}: {ledger}, {done} of {all} branches are ready to be taken until {until}."
    ),
    "activities.layout_gives_way": _(
        "The own layout “{file}” of {body} ({ledger}) fits no more: Word files come out in the portal's own"
        " layout. Please look at it."
    ),
    "activities.joint_invited": _("{host} invites your branch: “{title}”, {held_on}."),
    "activities.joint_moved": _("{host} holds “{title}”, announced for {was_on}, on {held_on}."),
    "activities.joint_off": _("{host}: “{title}”, announced for {was_on}: {state}. {reason}"),
    "activities.joint_taken_up": _("{branch} took part in “{title}” and recorded it."),
    "activities.joint_declined": _("{branch} does not take part in “{title}”: {reason}"),
    "activities.record_to_confirm": _(
        "{branch}: you chaired “{title}” on {held_on}. Please look at the record and confirm it."
    ),
    "activities.record_returned": _("“{title}” of {held_on} was sent back. {reason}: {remark}"),
    "activities.plan_added": _("“{title}” of {branch} is planned for {held_on}. {place}"),
    "activities.plan_moved": _("“{title}” of {branch} is to be held on {held_on}."),
    "activities.plan_postponed": _(
        "“{title}” of {branch}, planned for {held_on}, is postponed; the new day will be told. {reason}"
    ),
    "activities.plan_cancelled": _("“{title}” of {branch}, planned for {held_on}, is cancelled. {reason}"),
    "activities.leave_asked": _("{name} asks for leave from “{title}” on {held_on}."),
    "activities.leave_withdrawn": _("{name} comes to “{title}” on {held_on} after all."),
    "activities.record_voided": _("“{title}” of {held_on} was voided: {reason}"),
}

AUDIT_ACTIONS = {
    "activity.recorded": _("Recorded a meeting"),
    "activity.amended": _("Amended a record"),
    "activity.voided": _("Voided a record"),
    "activity.confirmed": _("Confirmed a record as its chair"),
    "activity.confirmed_on_paper": _("Noted that the chair confirmed a record on paper"),
    "activity.confirmation_taken_back": _("Took a confirmation of a record back"),
    "activity.returned": _("Sent a record back"),
    "activity.not_held": _("Recorded that no meeting was held"),
    "activity.excused": _("Recorded an excuse"),
    "attachment.added": _("Added a file to a record"),
    "attachment.shown": _("Changed who may see a file of a record"),
    "attachment.removed": _("Removed a file of a record"),
    "attachment.restored": _("Brought back a file of a record"),
    "attachment.cleared": _("Deleted the contents of a file removed long ago"),
    "attachment.taken": _("Took a file of a record"),
    "joint.invited": _("Invited a branch to a joint activity"),
    "joint.withdrawn": _("Withdrew an invitation to a joint activity"),
    "joint.taken_up": _("Recorded the part in a joint activity"),
    "joint.declined": _("Declined a joint activity"),
    "plan.laid_out": _("Laid out the plan of a year"),
    "plan.added": _("Planned one meeting more"),
    "plan.taken_back": _("Took a plan just laid out back"),
    "plan.moved": _("Moved a planned meeting"),
    "plan.postponed": _("Postponed a planned meeting"),
    "plan.cancelled": _("Cancelled a planned meeting"),
    "plan.given_back": _("Took up a planned meeting again: it was not held inside another"),
    "leave.asked": _("Asked for leave from a meeting"),
    "leave.withdrawn": _("Withdrew leave asked for"),
    "decision.done": _("Marked a follow-up as done"),
    "decision.carried": _("Carried a follow-up on"),
    "decision.reopened": _("Opened a follow-up again"),
    "ledger_template.uploaded": _("Own template of a ledger uploaded"),
    "ledger_template.retired": _("Own template of a ledger taken out of use"),
    "ledger_template.restored": _("Own template of a ledger put to use again"),
    "ledger.taken": _("Took a ledger as a file"),
    "ledger.ordered": _("Ordered the ledgers of a whole body"),
    "ledger.taken_all": _("Took the ledgers of a whole body"),
    "calendar.made": _("Made an address of a calendar"),
    "calendar.renewed": _("Renewed an address of a calendar"),
    "calendar.ended": _("Switched off an address of a calendar"),
    "campaign.created": _("Laid out a campaign"),
    "campaign.rolled_out": _("Rolled out a campaign"),
    "campaign.ended": _("Ended a campaign"),
    "pledge.made": _("Made a public pledge"),
    "pledge.progress": _("Reported progress of a pledge"),
    "pledge.commented": _("Commented on a pledge"),
}

# What the page without network says; its scripts fill in the braces.
OFFLINE = {
    "net_online": _("The network is there: what you save is sent at once."),
    "net_asking": _("Looking for the network…"),
    "net_offline": _("No network. What you save waits on this device until there is one."),
    "net_signin": _("You are signed out. What you save waits on this device until you sign in again."),
    "net_refused": _(
        "Your posts do not let you record meetings now. What waits here stays until you remove it."
    ),
    "net_later": _("The portal does not answer at the moment. What you save waits on this device."),
    "ready": _("Ready: this page now opens without network."),
    "not_ready": _("The names are kept, but this page could not be made ready. Please open it once more."),
    "queued": _("Saved on this device."),
    "saved": _("Draft saved {time}"),
    "restored": _("Your unfinished text has been brought back."),
    "count": _("{n} waiting to be sent"),
    "listed": _("Typed on this device"),
    "conflicts": _("{n} could not be recorded as typed. The reasons stand in the list."),
    "roster": _("On the roster: {n}"),
    "read": _("Read as: {names}"),
    "planned": _("As planned: {title}, {day}."),
    "postponed": _("As planned: {title}, postponed."),
    "asked": _("Asked for leave beforehand and marked below: {names}"),
    "choose": _("— choose —"),
    "needed": _("Please fill this in."),
    "future": _("This day is still to come. A meeting that was held has a date up to today."),
    "about": _("{act}: {title}"),
    "renamed": _("now called {name}"),
    "gone": _(
        "You do not record for this branch or party group any more: send it to see what the portal says."
    ),
    "stranger": _("Another person has signed in: what was kept here for the one before was removed."),
    "before": _(
        "This was recorded before you last changed it here."
        " Look at the record, and correct it there if need be."
    ),
    "old": _("Sent long ago, without an answer. Look whether it is recorded before you send it again."),
    "state_waiting": _("Waiting to be sent"),
    "state_typing": _("Not finished"),
    "state_conflict": _("Not recorded"),
    "state_opened": _("Opened in the ordinary form"),
    "state_sent": _("Recorded"),
    "state_deleted": _("Deleted"),
}

# What a person chooses for together on the page of reminders (orgportal.core.reminder_kinds).
REMINDER_KINDS = (
    Kind("duties", _("Duties your branch owes"), ("activities.duty_due",)),
    Kind(
        "follow_ups",
        _("Decisions somebody answers for"),
        ("activities.decision_due", "activities.decision_overdue", "activities.decision_unowned"),
        for_everyone=True,
        spare=("branch",),
    ),
)

JOBS = {
    "activities.keep_duties": _("Opens and settles the duties of the day"),
    "activities.plan_reminders": _("Plans reminders of duties and follow-ups"),
    "activities.run_ledgers": _("Draws ledgers that were ordered"),
    "activities.clear_ledgers": _("Throws old ledger files away"),
    "activities.look_over_layouts": _("Looks over own layouts of ledgers"),
    "activities.sweep_attachments": _("Deletes files removed long ago"),
}
