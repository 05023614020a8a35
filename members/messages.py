"""Sentences for refusals, notices, audit lines and faults of a roster file, by code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orgportal.core.reminder_kinds import Kind

# --- transfers
TRANSFER_REFUSALS: dict[str, str | Promise] = {
    "transfer_rival": _(
        "This member has an open transfer already, to {target}. Finish or withdraw it first."
    ),
    "transfer_moved_on": _("Somebody was faster: the transfer has moved on. Look at where it stands now."),
    "transfer_needs_reason": _("Say why, in a few words: the other side has to know what to mend."),
    "transfer_needs_grounds": _("Choose one of the listed grounds: a bare refusal is not possible."),
    "transfer_not_a_member": _("Only formal and probationary members can be transferred."),
    "transfer_own_branch": _("The member already belongs to this branch. Choose another one."),
    "transfer_target_not_branch": _("A member belongs to a branch. Choose a branch, not a body above it."),
    "transfer_target_dissolved": _("The receiving branch was dissolved. Choose one that still exists."),
    "transfer_member_moved": _("The member no longer belongs to the sending branch."),
    "transfer_not_yours_now": _(
        "Nothing for you to do here now: it has moved on, or needs words of its own."
    ),
    "batch_empty": _("Nobody is chosen. Tick at least one row."),
    "batch_too_long": _("At most {most} are looked over at once: narrow the list, and do the others after."),
    "batch_begun": _("This was begun already. Below: how far it is."),
    "transfer_needs_one_target": _(
        "Choose a branch of the portal, or name a body outside it: one of the two."
    ),
    "transfer_confirmation_first": _(
        "The member's confirmation waits for a decision at the sending side. It is approved, refused or "
        "withdrawn there first; until then the member stays with the sending branch."
    ),
    "transfer_confirmation_coming": _(
        "The member's confirmation is approved and takes effect on {day}: wait for that day, or withdraw the "
        "confirmation. Until then the member stays with the sending branch."
    ),
    "transfer_matter_first": _(
        "A matter is to be settled at the sending side first; until then the member stays with the sending "
        "branch."
    ),
    "letter_days_missing": _("Say for how many days the letter is valid: at least one."),
    "letter_days_too_many": _(
        "As a rule a letter is valid for at most {days} days: say in the remark why this one is longer."
    ),
    "letter_days_unwritable": _("A letter cannot be valid for more than {most} days."),
    "slip_needs_day": _("Give the day of acceptance, as the return slip says."),
    "slip_before_letter": _(
        "The letter {number} was issued on {issued_on}: nobody can have accepted it before."
    ),
    "slip_after_validity": _(
        "By the slip the letter {number} was accepted after its last day: say in the remark why it counts."
    ),
    "letter_days_in_order": _("The last day of the letter is before the day it was issued: compare both."),
    "arrival_letter_over": _("The letter is past its last day: ask the body that issued it for a new one."),
    "arrival_before_letter": _("The letter was issued on {day}: nobody was accepted with it before."),
    "arrival_before_leaving": _("The member left the register on {day}: the return is later than that."),
    "arrival_own_letter": _(
        "Letter {number} was issued by this portal for a body outside it: withdraw that transfer, and start "
        "one to the branch here."
    ),
    "arrival_own_letter_ended": _(
        "Letter {number} was issued by this portal and has ended: it counts no more."
    ),
    "arrival_other_name": _(
        "The register knows this identity number under another name: compare letter and card."
    ),
    "arrival_ended_otherwise": _(
        "This person left the register otherwise than by a transfer: a letter alone does not bring them back."
    ),
    "arrival_twice": _("Letter {number} of this body has been taken in already."),
    "arrival_decided": _("This letter has been decided already."),
    "arrival_entered": _(
        "The bearer has been accepted and is in the register: correct what is wrong on the member's page."
    ),
    "arrival_changed": _("Somebody corrected this letter meanwhile: look at it once more, then decide."),
    "certificate_needs_days": _("The last day of a certificate lies after today."),
    "certificate_too_long": _("A certificate is valid for at most {months} months; beyond that, transfer."),
    "paper_ends_otherwise": _("This paper ends with its transfer, not by itself."),
    "transfer_same_day": _("The member joined the sending branch only today. Accept tomorrow."),
}
REPORT_REFUSALS: dict[str, str | Promise] = {
    "report_not_now": _("You have told this already, or it cannot be told yet. Below: where it stands."),
}
TRANSFER_WARNINGS: dict[str, str | Promise] = {
    "transfer_probation_papers": _("A probationary member: hand over the probation papers as well."),
    "transfer_confirmation_along": _(
        "The member's confirmation is under way and moves along: after the acceptance it is seen and "
        "followed up by the receiving branch."
    ),
    "transfer_decision_along": _(
        "A decision about the member's standing is under way and moves along with the member."
    ),
    "transfer_probation_over": _(
        "The probation was served on {day} and nothing is decided: let the general meeting of the sending "
        "branch decide first. If the member goes before, the receiving branch has to decide at once."
    ),
    "transfer_probation_ends": _(
        "The probation is served on {day}, while the transfer may still be under way: whichever branch has "
        "the member on that day lets its general meeting decide."
    ),
    "transfer_posts_end": _("Posts held in the sending branch end with the acceptance: {count}."),
    "transfer_all_posts_end": _("All posts end when the member leaves the register: {count}."),
    "transfer_posts_cancelled": _("Posts that have not begun are cancelled with the acceptance: {count}."),
    "transfer_follow_ups_stay": _(
        "Follow-ups of meetings the member has in hand: {count}. They stay with the sending branch: let the "
        "member finish them, or put somebody else in charge."
    ),
    "transfer_corrections_along": _(
        "Correction requests without an answer: {count}. They move along, and the receiving branch answers."
    ),
    "transfer_corrections_first": _(
        "Correction requests without an answer: {count}. Answer them before the letter: afterwards the "
        "member is in another register."
    ),
    "transfer_stay_ends": _(
        "A stay away is running: it ends with the acceptance, and so does the care of a host branch. If the "
        "member stays away, the receiving branch enters it anew."
    ),
    "transfer_card_ends": _("The activity card in force ends with the acceptance."),
    "transfer_contacts_along": _(
        "The contact log moves along: after the acceptance the receiving branch reads it."
    ),
    "transfer_contacts_stay": _("The contact log stays in this register: tell the other side what matters."),
    "transfer_dues_behind": _("Dues are not entered as paid up to this month; the receiving side will ask."),
}
TRANSFER_CANCELLED: dict[str, str | Promise] = {
    "member_ended": _("The member is no longer in the register."),
    "member_stopped": _("The member cannot be transferred at present and stays with the sending branch."),
    "target_dissolved": _("The receiving branch was dissolved."),
    "member_moved": _("The member no longer belongs to the sending branch."),
}
TRANSFER_NOTICES: dict[str, str | Promise] = {
    "members.transfer_yours": _(
        "The transfer of {name} from {source} to {target} waits for you as an office holder: act by {act_by}."
    ),
    "members.transfer_yours_member": _("Your transfer to {target} waits for you: act by {act_by}. {reason}"),
    "members.transfer_start": _("A transfer of {name} from {source} to {target} was started."),
    "members.transfer_submit": _("The transfer of {name} to {target} was submitted to {source}."),
    "members.transfer_correct": _("The details of the transfer of {name} to {target} were corrected."),
    "members.transfer_release": _("{source} released {name} to {target}."),
    "members.transfer_approve": _("The sending committee approved the transfer of {name} to {target}."),
    "members.transfer_accept": _("{target} accepted {name}: the affiliation has moved."),
    "members.transfer_issue": _("The letter of introduction of {name} to {target} was issued."),
    "members.transfer_hand-in": _(
        "The letter of {name} was handed in at {target}; the return slip is awaited."
    ),
    "members.transfer_confirm": _("The return slip came back: {name} belongs to {target} now."),
    "members.transfer_lose": _("The letter of {name} to {target} was reported lost: {reason}"),
    "members.transfer_reissue": _("A new letter of {name} to {target} was issued; the old one is void."),
    "members.transfer_lapse": _(
        "The letter of {name} to {target} is past its last day and was not handed in: find out why."
    ),
    "members.transfer_return": _("The transfer of {name} to {target} was returned for correction: {reason}"),
    "members.transfer_resubmit": _("The transfer of {name} to {target} was sent again."),
    "members.transfer_withdraw": _("The transfer of {name} to {target} was withdrawn."),
    "members.transfer_refuse": _("{target} refused the transfer of {name}: {reason}"),
    "members.transfer_expire": _(
        "The transfer of {name} to {target} expired; {name} still belongs to {source}. Start again if needed."
    ),
    "members.transfer_cancel": _("The transfer of {name} to {target} was cancelled: it has lost its object."),
    "members.transfer_report-handed-in": _(
        "{name} says: the letter is handed in. The transfer from {source} to {target} waits for you."
    ),
    "members.transfer_report-arrived": _(
        "{name} says: I have reported to {target}. The transfer from {source} waits for you."
    ),
    "members.transfer_waiting": _(
        "You hold office in {body}: the transfer of {name} from {source} to {target} has waited {days} days. "
        "It should have moved by {act_by}."
    ),
    "members.transfer_waiting_member": _(
        "Your transfer to {target} has waited for you {days} days. It should have moved by {act_by}."
    ),
    "members.transfer_escalated": _(
        "You oversee {body}: the transfer of {name} from {source} to {target} has waited there {days} days, "
        "past {act_by}. Please help it on."
    ),
    "members.arrival_registered": _(
        "{name} comes to {branch} with a paper letter of {body}: accept or refuse as an office holder."
    ),
    "members.arrival_corrected": _(
        "The paper letter of {name} to {branch} has been corrected: look at it again before you answer."
    ),
    "members.account_reopened": _(
        "{name} is back in {branch} and the account is open again, without a password: issue a slip and hand "
        "it over."
    ),
    "members.account_reopened_unkept": _(
        "The account of {name} ({user_name}) is open again, without a password, and nobody in office may "
        "issue the slip: issue it from the accounts page."
    ),
    "members.arrival_waiting": _(
        "You hold office in {branch}: the paper letter of {name}, issued by {body}, waits for your answer. "
        "Accept or refuse by {act_by}; the letter is valid until {valid_until}."
    ),
    "members.arrival_escalated": _(
        "You oversee {branch}: the paper letter of {name}, issued by {body}, waits there past {act_by}. "
        "Please help it on; the letter is valid until {valid_until}."
    ),
    "members.term_ending": _(
        "You are asked as responsible for {body}: its term ends on {due_on}. Prepare the election in time."
    ),
}
TRANSFER_ACTIONS: dict[str, str | Promise] = {
    "transfer.batch_begun": _("Began transfers for many at once"),
    "transfer.start": _("Started a transfer"),
    "transfer.submit": _("Submitted a transfer"),
    "transfer.correct": _("Corrected a transfer"),
    "transfer.release": _("Released a member"),
    "transfer.approve": _("Approved a transfer"),
    "transfer.issue": _("Issued a letter of introduction"),
    "transfer.hand-in": _("Reported the letter handed in"),
    "transfer.confirm": _("Confirmed the return slip"),
    "transfer.lose": _("Reported the letter lost"),
    "transfer.reissue": _("Issued a new letter of introduction"),
    "transfer.lapse": _("The letter of introduction lapsed"),
    "transfer.accept": _("Accepted a member"),
    "transfer.return": _("Returned a transfer"),
    "transfer.resubmit": _("Sent a transfer again"),
    "transfer.withdraw": _("Withdrew a transfer"),
    "transfer.refuse": _("Refused a transfer"),
    "transfer.expire": _("A transfer expired"),
    "transfer.cancel": _("A transfer was cancelled"),
    "transfer.report-handed-in": _("The member has handed in the letter"),
    "transfer.report-arrived": _("The member has reported to the new branch"),
}

# --- Word templates of a body's own
TEMPLATE_REFUSALS: dict[str, str | Promise] = {
    "template_faulty": _("The file cannot be used yet. Put right what is listed, then upload it again."),
    "template_in_use": _("This template is in use already."),
    "template_not_in_use": _("This template is out of use already: load the page again."),
    "template_none": _("The body that issued this paper has no template of its own for it any more."),
    "template_outgrown": _(
        "The template of the body no longer fits what the portal fills in: upload it again. The portal's own "
        "layout (PDF) can be printed meanwhile."
    ),
    "template_swells": _(
        "Filled in, the template of the body becomes too large: upload it again with fewer or smaller "
        "pictures. The portal's own layout (PDF) can be printed meanwhile."
    ),
    "template_paper_ended": _(
        "Paper {number} has ended: only the portal's own layout, which says so across the sheet, is printed."
    ),
}
# What is wrong with an uploaded template, and what to do.
TEMPLATE_FAULTS: dict[str, str | Promise] = {
    "word_too_large": _("The file has more than {most} KB: shrink the pictures in it and save it again."),
    "word_unreadable": _(
        "This is no Word document the portal can open: save it in Word or WPS as .docx, without a password."
    ),
    "word_not_docx": _("This is no .docx document: choose “Save as” and the type “Word document (.docx)”."),
    "word_too_much_inside": _("Unpacked, the file is far too large: copy the text into a new document."),
    "word_macros": _("The file carries macros: save it as .docx, which has none."),
    "word_entities": _(
        "Part {part} of the file declares entities, which Word never writes: copy the text into a new file."
    ),
    "word_embedded": _("The file has something embedded ({part}): delete it; text and pictures may stay."),
    "word_external": _(
        "The file points to something outside it ({target}): remove the link, or embed the picture. "
        "An attached document template is taken off under Developer – Document Template."
    ),
    "word_field": _("The field {field} is not allowed: only page numbers are. Turn it into plain text."),
    "template_not_plain": _(
        "{mark} is more than a plain placeholder: no conditions, loops, dots, filters or calls. "
        "Write one from the table, like {{{{ number }}}}."
    ),
    "template_torn": _(
        "Near “{mark}” a bracket is missing: a placeholder starts with {{{{ and ends with }}}}."
    ),
    "template_wide_brackets": _(
        "Near “{mark}” the brackets are full-width ones: type {{{{ and }}}} with the English keyboard."
    ),
    "template_hidden": _(
        "{mark} stands where it cannot be filled: an alternative text, an endnote, a comment, a deleted "
        "passage or across two paragraphs. Accept all changes and put it into the text."
    ),
    "template_unknown": _("The portal does not know {mark}: use a placeholder from the table."),
    "template_unknown_near": _("The portal does not know {mark}. Do you mean {near}?"),
    "template_missing": _(
        "{mark} is missing: a paper of this kind cannot do without it. Put it into the text."
    ),
    "template_breaks": _(
        "With its placeholders filled the file would not open any more: type each placeholder anew as "
        "plain text in a paragraph of its own, or begin from the starter."
    ),
}
TEMPLATE_ACTIONS: dict[str, str | Promise] = {
    "paper_template.uploaded": _("Own template of a paper uploaded"),
    "paper_template.retired": _("Own template of a paper taken out of use"),
    "paper_template.restored": _("Own template of a paper put to use again"),
}
# What stands at a placeholder of a template.
PLACEHOLDERS: dict[str, str | Promise] = {
    "accepted_on": _("day the branch accepted the member"),
    "age": _("age in years on the day of issue"),
    "body": _("branch the member goes to"),
    "branch": _("branch that took the member in"),
    "days": _("for how many days it is valid"),
    "dues_paid_to": _("last month dues are paid for"),
    "ethnicity": _("ethnic group"),
    "from": _("branch the member comes from"),
    "gender": _("gender"),
    "id_number": _("identity number, opened for this print"),
    "issued_on": _("day of issue"),
    "issuer": _("body that issues the paper"),
    "issuer_address": _("its address"),
    "issuer_phone": _("its telephone"),
    "letter": _("number of the letter the slip answers"),
    "mobile": _("the member's telephone"),
    "name": _("the member's name"),
    "number": _("number of the paper"),
    "purpose": _("what the stay is for"),
    "qr": _("picture of the code that leads to the verify page"),
    "standing": _("standing of the member"),
    "to": _("body it is addressed to"),
    "to_address": _("address of the receiving side"),
    "to_postcode": _("postcode of the receiving side"),
    "valid_until": _("last day it is valid"),
}

# --- a member's own data
OWN_REFUSALS: dict[str, str | Promise] = {
    "own_mobile_shape": _("A mobile number has 11 digits and starts with 1: correct it or leave it empty."),
    "own_mobile_taken": _(
        "Another account signs in with this number. If you share it, ask your secretary to enter it."
    ),
    "correction_answered": _("This request was answered or taken back already. Below: how it stands."),
    "correction_is_open": _("You have asked for this already: the branch has still to answer."),
    "correction_needs_words": _("Say in a few words what was done, or why not: the member reads it."),
    "correction_says_the_same": _("The register says this already."),
    "confirmation_says_how": _("Say how the member was asked: by phone, at a visit."),
}
OWN_NOTICES: dict[str, str | Promise] = {
    "members.own_corrected": _("{name} has corrected the own data: {field}."),
    "members.correction_asked": _(
        "As an office holder: {name} asks to have this corrected: {field}. Answer by {due_on}."
    ),
    "members.correction_accepted": _("Corrected as you asked: {field}. {answer}"),
    "members.correction_declined": _("Not corrected: {field}. {answer}"),
    "members.correction_withdrawn": _("{name} has taken the request back: {field}."),
    "members.confirmed_for": _("Your branch has confirmed your data of {year} for you ({how})."),
    "members.confirm_due": _(
        "Look your data over for {year} by {due_on}, please: one press if all is right."
    ),
    "members.confirm_open": _(
        "{body}: the data of {year} of {count} members is not looked over yet; the last day is {due_on}."
    ),
    "members.correction_due": _(
        "You are asked as responsible: {name} waits for an answer about: {field}. It is due on {due_on}."
    ),
}
OWN_ACTIONS: dict[str, str | Promise] = {
    "member.own_corrected": _("Member corrected the own data"),
    "member.own_confirmed": _("Member confirmed the own data"),
    "member.confirmed_for": _("Data confirmed for a member"),
    "correction.asked": _("Correction asked for"),
    "correction.accepted": _("Correction made as asked"),
    "correction.declined": _("Correction declined"),
    "correction.withdrawn": _("Request for a correction taken back"),
}
# Who can see the data of a member: classes of facts, and what a post may do with them.
OWN_CLASSES: dict[str, tuple[str | Promise, str | Promise]] = {
    "sensitive": (
        _("Sensitive facts"),
        _("Only whoever answers for your branch sees them, never everybody."),
    ),
    "personal": (_("Personal facts"), _("Seen by those who answer for your branch.")),
    "internal": (_("Facts of the branch's work"), _("Seen by those who answer for your branch.")),
    "public": (_("Public facts"), _("Nothing held about you is public.")),
    "stays": (_("Stays away"), _("Where you are away, no finer than the city.")),
    "contacts": (
        _("Contacts noted"),
        _("That somebody of your branch was in touch with you, and a note on it."),
    ),
    "attendance": (
        _("Attendance"),
        _("Whether you were there. A promise you make in a campaign is read by every member of your branch."),
    ),
    "ways": (
        _("Transfers, letters and papers"),
        _("Whoever dealt with one keeps it; whoever holds a paper can check that it is in force, no more."),
    ),
    "cases": (
        _("A disposition file"),
        _("Said to every member alike: if there ever is one, these keep it and nobody else opens it."),
    ),
    "traces": (_("Account and audit trail"), _("The three administrators read no page about you.")),
}
OWN_ACCESS: dict[str, str | Promise] = {
    "read": _("can read it"),
    "read_masked": _("can read it, the identity number masked"),
    "reveal": _("can open the whole identity number, one at a time and for a purpose you can read"),
    "correct": _("can correct it"),
    "take_along": _("can take it along in a list or on paper, with a line you can read"),
    "name_in_records": _("can read your name in the records of activities"),
    "name_in_transfer": _("can read your name and day of joining in your open transfer"),
    "standing_in_transfer": _("can read your standing in your open transfer"),
    "name_and_mobile": _("can read your name and mobile, to keep in touch with you"),
    "name_and_number": _("can read your name and member number, as the branch that looks after you"),
    "home_branch": _("can read the name and telephone of your branch, once both sides know"),
    "read_to_reach": _("can read it, to keep in touch with you"),
    "since_when_hosted": _("can read since when you are there and until when you are expected to stay"),
    "their_own_records": _("can read it in records of the time you belonged there"),
    "guest_in_records": _("can read your name and number in records you were a guest of"),
    "way_of_now": _("can read your open transfer"),
    "what_they_dealt_with": _("can read what they dealt with then"),
    "keep": _("would keep it"),
    "account_only": _("can read your name at the account, its state and the last sign-in"),
    "posts_only": _("can read which posts you hold"),
    "whole_trail": _("can read the audit trail, your sign-ins in it"),
    "trail_names": _("can read in the audit trail what was changed about you"),
}
OWN_FACTS: dict[str, str | Promise] = {
    "birth_on": _("date of birth"),
    "branch": _("branch"),
    "confirmed_on": _("confirmed on"),
    "education": _("education"),
    "employer": _("employer"),
    "ethnicity": _("ethnic group"),
    "gender": _("gender"),
    "group": _("party group"),
    "id_number": _("identity number"),
    "joined_on": _("joined on"),
    "mobile": _("mobile"),
    "mobile_state": _("mobile member"),
    "name": _("name"),
    "number": _("member number"),
    "occupation": _("occupation"),
    "probation_until": _("probation extended to"),
    "standing": _("standing"),
}

# What a member's own copy leaves out: what, why and how it is given, by which provision ("" for none).
# Every member reads the same lines, whether or not there is anything behind them.
OWN_NOT_IN_COPY: tuple[tuple[str | Promise, str | Promise, str], ...] = (
    (
        _("A disposition file, if there is or was one"),
        _(
            "Read by its keepers alone while facts are established. What the general meeting decided stands "
            "under the decisions; the file itself is shown on request, by the secretary of the committee "
            "above the branch. You may attend the meeting, speak and appeal."
        ),
        "own.case_on_request",
    ),
    (
        _("What you entered or decided about others in office"),
        _(
            "It stands in the audit trail and names other people. The audit administrator answers a request "
            "about your own lines."
        ),
        "",
    ),
    (
        _("The inbox and the reminders sent to you"),
        _(
            "Read them in the inbox. What they tell about you stands in the other parts; those to officers "
            "name other people."
        ),
        "",
    ),
    (
        _("Preparations of transfers for many at once"),
        _("What came of one stands under the transfers."),
        "",
    ),
    (
        _("The whole identity number, the password, search keys and copies kept to undo a merge"),
        _("Sealed, or derived from what stands here. The branch shows you the whole number on request."),
        "",
    ),
)

# --- standing
STANDING_REFUSALS: dict[str, str | Promise] = {
    "approval_needs_document": _("Give the number of the document by which the committee approves."),
    "basis_missing": _("Choose the meeting that decided, or give the day and the document number."),
    "change_does_not_fit": _("This cannot be decided for a member in the present standing."),
    "change_is_open": _(
        "A decision is open already: {kind}, with effect from {day}. Withdraw it first, or wait for that day."
    ),
    "change_needs_file": _(
        "This needs an approved disposition file: pre-filed above, facts found, the member heard, general "
        "meeting, approval. Open the file and record its steps; only what was decided before the register "
        "took this member over may be entered here, with its document number."
    ),
    "change_needs_reason": _("Say why, in a few words: whoever entered it has to know."),
    "decided_in_future": _("The decision is dated in the future: enter it once it is made."),
    "effect_before_decision": _("It cannot take effect before it was decided, on {day}."),
    "effect_too_far": _("That is too far ahead: no later than {day}."),
    "extended_already": _("Probation was extended to {day} already; a second extension is not possible."),
    "extension_out_of_range": _("Probation is extended once, by {low} to {high} months."),
    "meeting_not_here": _("This is no recorded general meeting of the branch: choose one from the list."),
    "probation_not_served": _("Probation is served on {day}: confirmation takes effect that day or later."),
    "standing_moved_on": _("Somebody was faster: look at where the decision stands now."),
    "ground_needs_document": _("Give the number of the document that says why the membership was stopped."),
    "ground_not_open": _("The ground of this stop is known already, or the membership is not stopped."),
    "stop_needs_ground": _(
        "Say why the membership is stopped: out of contact, settled abroad, or study abroad."
    ),
    "stopped_not_lost": _(
        "This membership was stopped for living abroad, not for lost contact: nobody is struck off for that."
    ),
    "stopped_too_short": _("Membership has not been stopped long enough for this: not before {day}."),
}
STANDING_LAPSES: dict[str, str | Promise] = {
    "member_died": _("The member has died."),
    "register_changed": _("The register has changed since: the decision no longer fits. Enter it again."),
}
STANDING_NOTICES: dict[str, str | Promise] = {
    "members.standing_yours": _(
        "As an office holder of the committee: {branch} proposes for {name}: {kind}, effect from "
        "{effect_on}. Approve it or say why not."
    ),
    "members.standing_entered": _("Decided for {name}: {kind}, with effect from {effect_on}."),
    "members.standing_approve": _("Approved for {name}: {kind}, with effect from {effect_on}."),
    "members.standing_refuse": _("Not approved for {name}: {kind}. {reason}"),
    "members.standing_withdraw": _("Withdrawn for {name}: {kind}. {reason}"),
    "members.standing_take_effect": _("In force for {name}: {kind}, from {effect_on}."),
    "members.standing_lapse": _("Lapsed for {name}: {kind}. {reason}"),
    "members.standing_came_along": _(
        "{name} came to {branch} with a decision under way: {kind}, with effect from {effect_on}. "
        "It is yours to follow up."
    ),
    "members.standing_own": _("A decision about your standing: {kind}, with effect from {effect_on}."),
    "members.case_correction": _(
        "You keep a disposition file in {branch}: its correction period ends on {due_on}. Talk with the "
        "member and let the branch committee say how it went."
    ),
    "members.probation_due": _(
        "You are asked as responsible for {branch}: the probation of {name} is served on {due_on}. "
        "The general meeting decides: confirm, extend or cancel."
    ),
}
MERGE_REFUSALS: dict[str, str | Promise] = {
    "merge_dates_do_not_fit": _(
        "After the merge the standing is: {standing}. Joining and confirmation have to fit it: take them "
        "from the other record."
    ),
    "merge_ends_membership": _(
        "One record is of a present member: merging ends no membership. Let the present standing count."
    ),
    "merge_is_alias": _("{number} is merged into another record already: merge that one."),
    "merge_standing_overlap": _(
        "The records tell the same days differently: {mine} ({one}) and {theirs} ({other}). Choose whose "
        "standing counts."
    ),
    "merge_gap": _("Between the two histories nothing is recorded from {day}: choose another day of change."),
    "merge_open_business": _(
        "{name} ({number}) has an open transfer, decision, file, correction request or stay away: "
        "finish it first."
    ),
    "merge_overlap": _(
        "The same days in two branches: {one} and {other}. Choose the day from which the other one counts."
    ),
    "merge_post_twice": _("Both records hold the same post on the same days: end one of them first."),
    "merge_same_record": _("This is the same record: choose another one."),
    "merge_touched": _("Somebody has worked on the records since: the merge cannot be undone any more."),
    "merge_two_accounts": _("Both records have an account: close the account of one first."),
    "merge_undone_already": _("This merge was undone already."),
}
CASE_REFUSALS: dict[str, str | Promise] = {
    "case_grounds_do_not_fit": _("Choose at least one of the grounds the rule lists for this disposition."),
    "case_is_open": _("A disposition file about this member is open already."),
    "case_needs_document": _("Give the document number of this step."),
    "case_needs_words": _("Write in a few words what was found, said or decided."),
    "case_step_not_open": _("This step is not the next one: look at where the file stands now."),
    "case_step_too_early": _("This step cannot be before the one already recorded, on {day}."),
    "correction_out_of_range": _("A correction period lasts at most {high} months."),
    "correction_runs": _("The correction period runs until {day}: say how it went after that day."),
}
CASE_ACTIONS: dict[str, str | Promise] = {
    "case.opened": _("Disposition file opened"),
    "case.looked": _("Disposition file looked at"),
    "case.step": _("Step of a disposition file recorded"),
    "case.ended": _("Disposition file ended with the membership"),
}
STANDING_ACTIONS: dict[str, str | Promise] = {
    "member.standing_changed": _("Standing changed"),
    "standing.ground_stated": _("Ground of a stop stated"),
    "standing.entered": _("Decision about a standing entered"),
    "standing.approve": _("Decision about a standing approved"),
    "standing.refuse": _("Decision about a standing not approved"),
    "standing.withdraw": _("Decision about a standing withdrawn"),
    "standing.take_effect": _("Decision about a standing took effect"),
    "standing.lapse": _("Decision about a standing lapsed"),
}

# --- members who live away, contacts, out-of-contact proposals
MOBILE_LISTS: dict[str, str | Promise] = {
    "contact": _("To contact"),
    "away": _("Away"),
    "hosted": _("Hosted by us"),
    "transfer": _("Affiliation should follow"),
    "return": _("Return overdue"),
    "cards": _("Cards to check"),
    "lost": _("Out of contact"),
    "branches": _("Mobile members' branches"),
}
MOBILE_EMPTY: dict[str, tuple[str | Promise, str | Promise]] = {
    "contact": (
        _("Nobody is due for a contact"),
        _("Members away come up here a week before their next contact."),
    ),
    "away": (_("Nobody is registered as away"), _("Register a member from the member's page.")),
    "hosted": (
        _("Nobody from elsewhere is registered here"),
        _("Members of other branches who live here are entered with their exact number and name."),
    ),
    "transfer": (
        _("Nobody has been away long enough for a transfer"),
        _("Whoever has lived at one place for half a year comes up here, with the rule."),
    ),
    "return": (
        _("Nobody is overdue"),
        _("Whoever was expected back and is still registered as away comes up here."),
    ),
    "cards": (_("No card waits for its check"), _("Activity cards are looked through once a year.")),
    "lost": (
        _("Nobody is out of contact"),
        _("Whoever was not seen for half a year is listed here, with the evidence. A meeting decides."),
    ),
}
CONTACT_LATE = _("Noted. The next contact is planned for later than the rule has it.")
MOBILE_ACTS: dict[str, tuple[str | Promise, str | Promise]] = {
    "start": (_("Register as away"), _("Register %(name)s as away")),
    "correct": (_("Correct the stay away"), _("Save the correction")),
    "move": (_("Went on to another place"), _("Register the new place of %(name)s")),
}
INFLOW_ACTS: dict[str, tuple[str | Promise, str | Promise]] = {
    "confirm": (_("Confirm that the member has come"), _("%(name)s has reported in")),
    "end": (_("End our care"), _("End our care for %(name)s")),
}
CASE_ACTS: dict[str, str | Promise] = {
    "prefile": _("Record the pre-filing"),
    "facts": _("Record the facts found"),
    "heard": _("Record what the member said"),
    "opinion": _("Record the branch committee's opinion"),
    "meeting": _("Record the general meeting's decision"),
    "approve": _("Record the committee's approval"),
    "appeal": _("Record the member's appeal"),
    "corrected": _("Record: corrected, the case ends"),
    "not_corrected": _("Record: not corrected, the case ends"),
    "drop": _("Drop the case"),
}
CARD_WARNINGS: dict[str, str | Promise] = {
    "card_long_stay": _(
        "Away for {months} months or longer: transfer the affiliation where that is possible."
    ),
    "card_short_study": _("Study of up to {months} months: a certificate is the right paper."),
}
MOBILE_REFUSALS: dict[str, str | Promise] = {
    "card_check_out_of_range": _("The check lies between {day} and today."),
    "card_checked_already": _("The card was checked in {year} already."),
    "card_in_force": _("This member has a card in force. Report it lost before a new one is issued."),
    "card_not_a_member": _("A card is for formal and probationary members."),
    "contact_before_spell": _("The contact lies before {day}, when this stay or the membership began."),
    "contact_by_whom": _("Choose who was in touch: you, or another member of the branch."),
    "contact_in_future": _("A contact is noted when it has happened: choose today or an earlier day."),
    "contact_needs_reason": _("Say why the entry is wrong."),
    "contact_next_before": _("The next contact comes after this one: choose a later day."),
    "contact_next_too_late": _(
        "Abroad, the next contact is no later than {day}: at least once in half a year."
    ),
    "contact_struck_already": _("This entry was struck out already."),
    "inflow_already_here": _("This number is on your list already."),
    "inflow_end_out_of_range": _("The last day lies between {day} and today."),
    "inflow_moved_on": _("This entry has changed meanwhile: load the page again."),
    "number_too_often": _("You have typed {limit} numbers of other branches within the hour. Please wait."),
    "place_missing": _("Say where: province and city, or the country."),
    "place_too_fine": _("Only province and city, or the country: leave out district, street and number."),
    "place_unknown": _("No province or city of this name: choose one from the list."),
    "proposal_closed": _("This proposal is closed already."),
    "proposal_rest_is_past": _("Choose a later day to ask again."),
    "spell_contact_not_here": _("The home contact person is another member of the home branch."),
    "spell_expected_before": _("The expected day lies before the first one."),
    "spell_host_dissolved": _("The host branch was dissolved. Choose one that still exists."),
    "spell_host_is_home": _("The host is another branch than the member's own."),
    "spell_in_future": _("This day is in the future: enter it when it has come."),
    "spell_over": _("This stay has ended already."),
    "spell_running": _("This member is registered as away already: {place}, since {day}."),
    "spell_too_early": _("The first possible day is {day}."),
}
MOBILE_NOTICES: dict[str, str | Promise] = {
    "members.mobile_told": _("{name} tells the branch: away in {place} since {since}."),
    "members.mobile_registered": _("Your branch has registered you as away: {place}, since {since}."),
    "members.mobile_contact_person": _("You are asked to keep in touch with {name}, who is away in {place}."),
    "members.mobile_back": _("{name} tells the branch: back from {place}, last day away {on}."),
    "members.mobile_matched": _("{host} looks after {name}: the two entries are matched."),
    "members.mobile_reported": _(
        "{host} reports that {name} has lived there since {since}. Register the stay away, or ask the member."
    ),
    "members.mobile_host_ended": _("{host} has looked after {name} until {on}. Ask where the member is now."),
    "members.inflow_announced": _(
        "{name} is announced to {host} from {since}. Confirm when the member reports in."
    ),
    "members.inflow_matched": _("The home branch of {name} has confirmed: {host} looks after the member."),
    "members.inflow_over": _("The stay of {name} with {host} has ended, says the home branch."),
    "members.stay_transfer_due": _(
        "{name} has lived in {place} since {since}: the affiliation should follow. Start the transfer."
    ),
    "members.stay_return_due": _(
        "{name} was expected back from {place} on {due_on}. Note the return, or correct the day."
    ),
    "members.card_check_due": _(
        "The activity card of {name}, who is away in {place}, has not been checked this year."
    ),
    "members.contact_due": _(
        "{name} is away in {place}: the next contact is due on {due_on}. Note it when you have been in touch."
    ),
    "members.out_of_contact_escalated": _(
        "{body} has not decided about {name}, not seen since {since}. The rule proposes: {kind}. "
        "Ask the branch, or see to it."
    ),
    "members.inflow_waiting": _(
        "Home told {host} on {on} to expect {name}. Say whether the member has reported in."
    ),
    "members.inflow_escalated": _(
        "{host} has not said since {on} whether {name}, announced by the home branch, has reported in."
    ),
    "members.inflow_unconfirmed": _(
        "{name} is on the list of {host} since {on}, confirmed by no home branch. Check number and name."
    ),
    "members.reported_waiting": _(
        "{host} reported on {on} that {name} lives there. Register the stay, so that the two entries meet."
    ),
    "members.reported_escalated": _(
        "{host} reported on {on} that {name} lives there, and {body} has not registered the stay yet."
    ),
    "members.out_of_contact": _(
        "{name} of {body} has not been seen since {since}. The rule proposes: {kind}. See the evidence."
    ),
}
MOBILE_ACTIONS: dict[str, str | Promise] = {
    "card.checked": _("Activity card checked"),
    "card.printed": _("Activity card printed"),
    "contact.logged": _("Contact noted"),
    "contact.struck": _("Contact struck out"),
    "inflow.announced": _("Mobile member announced to a host"),
    "inflow.confirmed": _("Mobile member's arrival confirmed"),
    "inflow.corrected": _("Hosted member's number typed again"),
    "inflow.ended": _("Care for a hosted member ended"),
    "inflow.matched": _("Host and home matched"),
    "inflow.registered": _("Hosted member registered"),
    "lost.dismissed": _("Out-of-contact proposal set aside"),
    "lost.proposed": _("Out-of-contact proposals opened and closed"),
    "member.number_typed": _("Number of another branch's member typed"),
    "mobile.annulled": _("Stay away annulled"),
    "mobile.corrected": _("Stay away corrected"),
    "mobile.ended": _("Stay away ended"),
    "mobile.registered": _("Stay away registered"),
}

AUDIT_ACTIONS: dict[str, str | Promise] = {
    **TRANSFER_ACTIONS,
    **TEMPLATE_ACTIONS,
    **OWN_ACTIONS,
    **STANDING_ACTIONS,
    **MOBILE_ACTIONS,
    **CASE_ACTIONS,
    "account.not_opened": _("No account opened: number and name do not fit"),
    "member.added": _("Member added to the register"),
    "member.corrected": _("Member's data corrected"),
    "member.ended": _("Membership ended"),
    "member.merged": _("Two records of one person merged"),
    "member.unmerged": _("Merge of two records undone"),
    "member.exported": _("Member list exported"),
    "member.grouped": _("Members assigned to a party group"),
    "member.own_copy": _("Copy of own data downloaded"),
    "member.printed": _("Member list printed"),
    "member.revealed": _("Identity number revealed"),
    "member.roster_loaded": _("Roster file loaded"),
    "member.reorganised": _("Members moved with their branch"),
    "arrival.accepted": _("Accepted a member on a paper letter"),
    "arrival.corrected": _("Corrected a paper letter before its answer"),
    "arrival.refused": _("Refused a paper letter"),
    "arrival.registered": _("Registered a paper letter"),
    "paper.ended": _("Paper ended"),
    "paper.issued": _("Paper issued"),
    "paper.printed": _("Paper printed"),
    "post.appointed": _("Post taken up"),
    "post.ended": _("Post ended"),
    "post.cancelled": _("Post cancelled before it began"),
    "post.kept": _("Post kept: its hand-over was called off"),
    "post.restored": _("Cancelled post to come again"),
    "post.outlived": _("Posts and term ended with their body"),
    "term.ended": _("Term ended"),
    "term.opened": _("Term opened"),
}

NOTICES: dict[str, str | Promise] = {
    **TRANSFER_NOTICES,
    **OWN_NOTICES,
    **STANDING_NOTICES,
    **MOBILE_NOTICES,
    "members.branch_merged": _("{before} went into {after} on {on}: you belong to {after} from that day."),
    "members.post_appointed": _("A post was given to you: {body}, from {on}."),
    "members.post_ended": _("A post of yours ends: {body}, last day {on}."),
    "members.post_cancelled": _("A post that was to be yours from {on} was cancelled: {body}."),
    "members.post_restored": _("The post is yours from {on} after all: {body}."),
    "members.post_kept": _("You stay in your post: {body}. The hand-over was called off."),
}

REFUSALS: dict[str, str | Promise] = {
    **TRANSFER_REFUSALS,
    **REPORT_REFUSALS,
    **TEMPLATE_REFUSALS,
    **OWN_REFUSALS,
    **STANDING_REFUSALS,
    **MOBILE_REFUSALS,
    **CASE_REFUSALS,
    **MERGE_REFUSALS,
    "account_missing": _("This member has no account yet."),
    "account_no_such_member": _("No member without an account has this number and this name."),
    "account_of_officer": _(
        "This person holds a post beyond your branch. The system administrator issues their slips."
    ),
    "accounts_none_chosen": _("Choose at least one member without an account."),
    "accounts_too_many": _("At most {limit} accounts at a time."),
    "arrived_later": _("{name} came to the branch only on {day}: choose a later day."),
    "beyond_own_rights": _("This post carries rights you do not have yourself: ask the body above."),
    "body_dissolved": _("This body is dissolved."),
    "date_before_founding": _("The date lies before the body was founded on {on}."),
    "date_in_future": _("This day is in the future."),
    "ends_before_start": _("The last day is before the first."),
    "ends_too_early": _("The last day cannot be before {day}, when the present entry began."),
    "export_too_large": _("At most {limit} rows leave at once: narrow the list first."),
    "group_not_here": _("This party group is not one of the branch."),
    "group_without_leader": _("Only a group leader's post names a party group."),
    "id_in_register_elsewhere": _(
        "A person with this identity number is already in the register: ask the body above."
    ),
    "id_in_register_here": _("{name} has this identity number and is already in the register."),
    "joined_after_branch": _("The member was in a branch before this day of joining: check the day."),
    "leader_needs_group": _("Choose the party group that is led."),
    "membership_ended": _("This person's membership has ended."),
    "needs_care": _("Look again at what is listed, then save."),
    "no_id_number": _("The register holds no identity number of this member."),
    "no_such_branch": _("This body takes no members."),
    "not_all_here": _("Some of those chosen no longer belong to the branch: load the page again."),
    "not_oneself": _("Nobody decides about their own standing here: another person has to enter it."),
    "own_post": _("This post is what lets you end posts here: appoint a successor, or ask the body above."),
    "own_stay": _("Whether you stay in your own post is for the body above to say: ask them to cancel this."),
    "paper_ended_already": _("This paper ({number}) has ended already."),
    "post_cancelled": _("This post was cancelled on {day}, before it began: there is nothing to end."),
    "post_begun": _("This post began on {day}: end it instead."),
    "post_cancelled_already": _("This post was cancelled on {day} already."),
    "post_not_cancelled": _("This post is not cancelled."),
    "post_ended_already": _("This post ends on {day} already."),
    "post_held_already": _("The member holds this post in that time."),
    "post_needs_formal_member": _("This post needs a formal member."),
    "post_needs_own_member": _("This post goes to a member of the branch."),
    "post_not_in_body": _("A body of this kind has no such post."),
    "post_taken": _("{name} holds this post from {day}: choose another first day."),
    "recorder_needs_end": _("A recorder's right needs a last day."),
    "recorder_too_long": _("A recorder's right is given for at most one year."),
    "reveal_too_often": _("You have revealed {limit} identity numbers within the hour. Please wait."),
    "roster_columns_missing": _("The file lacks these columns: {columns}."),
    "roster_columns_unknown": _("The file has columns the portal does not know: {columns}."),
    "roster_encoding": _("The file is neither UTF-8 nor GB18030: save it as CSV UTF-8."),
    "roster_refused": _("Nothing was loaded: {count} rows have to be put right first."),
    "roster_unreadable": _("The file cannot be read."),
    "since_out_of_range": _("The day in the branch lies between joining and today."),
    "standing_has_moved_on": _("The standing has changed since: these days cannot be corrected here."),
    "term_before_rules": _("No rule on terms is on file for that day: enter a later one."),
    "term_overlaps": _("A term that began on {day} covers this day."),
    "term_too_long": _("The term is longer than the rule allows: give the approval from above."),
    "transfer_is_open": _("A transfer of this member is open: close it first."),
}

# What is wrong with a field, and what to do.
DOUBTS: dict[str, str | Promise] = {
    "before_joining": _("This day is before the day of joining: check both."),
    "birth_differs_from_id": _("The date of birth differs from the identity number: check which is right."),
    "confirmed_before_joining": _("Confirmation is before joining: check both dates."),
    "dissolved_branch": _("This branch is dissolved: use the code of the branch that took it over."),
    "formal_needs_confirmation": _("A formal member needs the date of confirmation."),
    "gender_differs_from_id": _("The gender differs from the identity number: check which is right."),
    "letter_term_long": _("The letter is valid longer than the rule has it: ask the sender if in doubt."),
    "id_check_digit": _("The last character of the identity number does not fit: compare with the card."),
    "id_in_register": _(
        "A person with this identity number is already in the register: transfer or correct, do not add."
    ),
    "id_shape": _("An identity number has 18 characters and a date of birth in it: compare with the card."),
    "id_twice_in_file": _("This identity number stands on another row too: keep one."),
    "in_future": _("This day is in the future: correct it."),
    "joined_before_birth": _("Joining is before birth: check both dates."),
    "joined_too_young": _("Joined before the age of 18: check both dates."),
    "like_in_file": _("Another row has the same name and date of birth: make sure they are two persons."),
    "like_in_register": _(
        "The register has a person of the same name and date of birth: make sure they are two persons."
    ),
    "missing": _("This may not be empty: fill it in."),
    "mobile_shape": _("A mobile number has 11 digits and starts with 1: correct it or leave it empty."),
    "not_a_branch": _("This body has no members of its own: use the code of a branch."),
    "not_a_date": _("This is no date: write it like 2005-07-01."),
    "number_in_register": _("This member number is taken: leave it empty and the portal gives one."),
    "number_is_given": _("Numbers of this form are given by the portal: leave it empty."),
    "number_twice_in_file": _("This member number stands on another row too: keep one."),
    "place_too_fine": _("Only province and city, or the country: leave out district, street and number."),
    "place_unknown": _("No province or city of this name: write it like 辽宁省大连市."),
    "probation_over": _("Probation, even if extended, is over: was the member confirmed?"),
    "probation_short": _("Confirmed after less than a year of probation: check both dates."),
    "probationary_but_confirmed": _("A probationary member has no date of confirmation: check the standing."),
    "term_too_long": _("The term is longer than the rule allows."),
    "too_long": _("This is too long: shorten it."),
    "too_old": _("This date of birth is more than 120 years ago: correct it."),
    "unknown_branch": _("No branch has this code: check it against the list of bodies."),
    "unknown_group": _(
        "The branch has no party group of this name: found it first, or leave the cell empty."
    ),
    "unknown_word": _("The portal does not know this word: use one from the template."),
}

# Headings of a roster file.
FIELDS: dict[str, str | Promise] = {
    "birth_on": _("date of birth"),
    "branch_code": _("branch code"),
    "confirmed_on": _("confirmed on"),
    "education": _("education"),
    "employer": _("employer"),
    "ethnicity": _("ethnic group"),
    "gender": _("gender"),
    "group": _("party group"),
    "id_number": _("identity number"),
    "joined_on": _("joined on"),
    "member_number": _("member number"),
    "mobile": _("mobile"),
    "mobile_place": _("away at"),
    "mobile_since": _("away since"),
    "mobile_state": _("mobile member"),
    "name": _("name"),
    "occupation": _("occupation"),
    "since": _("in the branch since"),
    "standing": _("standing"),
    "standing_since": _("standing since"),
}

# What a person chooses for together on the page of reminders (orgportal.core.reminder_kinds).
REMINDER_KINDS = (
    Kind("terms", _("Terms that end"), ("members.term_ending",)),
    Kind(
        "transfers",
        _("Transfers and paper letters that wait"),
        ("members.transfer_waiting", "members.transfer_waiting_member", "members.arrival_waiting"),
        for_everyone=True,
        spare=("days", "source", "valid_until"),
    ),
    Kind(
        "standing",
        _("Probation and files with a last day"),
        ("members.probation_due", "members.case_correction"),
    ),
    Kind(
        "mobile",
        _("Contact with members who are away"),
        (
            "members.contact_due",
            "members.inflow_unconfirmed",
            "members.inflow_waiting",
            "members.out_of_contact",
            "members.reported_waiting",
        ),
        for_everyone=True,
        spare=("kind", "place"),
    ),
    Kind(
        "stays",
        _("Hints about stays away"),
        ("members.card_check_due", "members.stay_return_due", "members.stay_transfer_due"),
        is_duty=False,
        spare=("place", "since"),
    ),
    Kind("corrections", _("Corrections members ask for"), ("members.correction_due",)),
    Kind(
        "yearly_look",
        _("The yearly look at one's own data"),
        ("members.confirm_due", "members.confirm_open"),
        is_duty=False,
        for_everyone=True,
        spare=("year",),
    ),
    Kind(
        "escalated",
        _("Matters overdue in bodies below you"),
        (
            "members.arrival_escalated",
            "members.inflow_escalated",
            "members.out_of_contact_escalated",
            "members.reported_escalated",
            "members.transfer_escalated",
        ),
        spare=("act_by", "days", "kind", "source", "valid_until"),
    ),
)

JOBS = {
    "members.expire_transfers": _("Ends transfers past their validity"),
    "members.apply_standing": _("Puts decisions about a standing into effect"),
    "members.propose_out_of_contact": _("Opens and closes out-of-contact proposals"),
    "members.plan_reminders": _("Plans reminders of terms, transfers and members"),
    "members.end_offices": _("Ends posts and terms of dissolved bodies"),
    "members.run_batch": _("Goes through a batch of transfers"),
}
