"""Sentences for refusals, notices, audit lines and faults of a roster file, by code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

AUDIT_ACTIONS: dict[str, str | Promise] = {
    "member.added": _("Member added to the register"),
    "member.corrected": _("Member's data corrected"),
    "member.ended": _("Membership ended"),
    "member.exported": _("Member list exported"),
    "member.grouped": _("Members assigned to a party group"),
    "member.own_copy": _("Copy of own data downloaded"),
    "member.printed": _("Member list printed"),
    "member.revealed": _("Identity number revealed"),
    "member.roster_loaded": _("Roster file loaded"),
    "member.reorganised": _("Members moved with their branch"),
    "post.appointed": _("Post taken up"),
    "post.ended": _("Post ended"),
    "term.ended": _("Term ended"),
    "term.opened": _("Term opened"),
}

NOTICES: dict[str, str | Promise] = {
    "members.post_appointed": _("You hold a post from now on: {post}, {body}."),
    "members.post_ended": _("Your post has ended: {post}, {body}."),
}

REFUSALS: dict[str, str | Promise] = {
    "not_allowed": _("Your post does not allow this here."),
    "roster_columns_missing": _("The file lacks these columns: {columns}."),
    "roster_columns_unknown": _("The file has columns the portal does not know: {columns}."),
    "roster_encoding": _("The file is neither UTF-8 nor GB18030: save it as CSV UTF-8."),
    "roster_refused": _("Nothing was loaded: {count} rows have to be put right first."),
    "roster_unreadable": _("The file cannot be read."),
    "stale_version": _("Somebody else saved in between. Compare before you save again."),
}

# What is wrong with a field, and what to do.
DOUBTS: dict[str, str | Promise] = {
    "before_joining": _("This day is before the day of joining: check both."),
    "birth_differs_from_id": _("The date of birth differs from the identity number: check which is right."),
    "confirmed_before_joining": _("Confirmation is before joining: check both dates."),
    "dissolved_branch": _("This branch is dissolved: use the code of the branch that took it over."),
    "formal_needs_confirmation": _("A formal member needs the date of confirmation."),
    "gender_differs_from_id": _("The gender differs from the identity number: check which is right."),
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
