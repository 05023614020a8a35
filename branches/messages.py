"""Sentences of the tree: refusals, audit lines, notices, faults of an import, and set-up advice."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# What can be wrong with a text of a reminder, by the code of `core.text_marks.Fault`.
TEXT_FAULTS = {
    "text_empty": _("Write the text."),
    "text_too_long": _("The text has {length} characters; at most {most} fit. Please shorten it."),
    "text_line_break": _("This text is one line: take the line breaks out."),
    "text_too_many_lines": _("At most {most} lines: please join some."),
    "text_markup": _("“{found}” reads like markup. Texts are plain: take it out."),
    "text_address": _(
        "“{found}” is an address. The portal puts the link to the place itself: take the address out."
    ),
    "text_wide": _("“{found}” is a full-width bracket. Placeholders stand in plain (half-width) ones."),
    "text_unseen": _("The text holds characters nobody sees, perhaps pasted along. Type the text anew."),
    "text_torn": _(
        "Near “{found}” a bracket is missing or too many: a placeholder has one before it and one behind it."
    ),
    "text_mark_near": _("There is no placeholder {mark} here. Did you mean {near}?"),
    "text_mark_unknown": _("There is no placeholder {mark} here. These there are: {known}"),
    "text_mark_missing": _(
        "The placeholder {mark} ({meaning}) is missing: without it nobody knows what is meant. Put it in."
    ),
}

REFUSALS = {
    "unit_heading_missing": _("The list has no heading “{heading}”. Write it as it stands there."),
    "unit_heading_twice": _("The heading “{heading}” is taken twice. A column holds one thing."),
    "parent_kind_wrong": _("A body of this kind does not stand there. It may stand under: {allowed}."),
    "needs_parent": _("A body of this kind needs a body above it: {allowed}."),
    "form_not_allowed": _("This kind of body does not have that form. Allowed: {allowed}."),
    "parent_dissolved": _("The body above was dissolved on {on}. Choose one that still exists."),
    "already_dissolved": _("This body was dissolved on {on}; its record is closed."),
    "cycle": _("{name} stands below this body: a body cannot be moved under itself."),
    "already_there": _("It already stands under {name}."),
    "too_deep": _("The tree would have more than {limit} levels."),
    "level_full": _("{name} has no room for another body below it."),
    "code_taken": _("The code {taken} already belongs to {name}."),
    "name_taken": _("There is already a body called {taken} there."),
    "date_in_future": _("The date lies in the future. Enter it once the decision has taken effect."),
    "date_before_founding": _("The date lies before the body was founded on {on}."),
    "ends_before_founding": _("The expected end lies before the founding."),
    "has_members": _("{count} members still belong to it. Transfer them first."),
    "has_bodies": _("{count} bodies still stand below it. Move or dissolve them first."),
    "has_open_transfers": _("{count} transfers to or from it are still open. Finish them first."),
    "only_branches_merge": _("Only two branches can be merged."),
    "only_branches_have_groups": _("Only a branch has party groups."),
    "only_branches_have_committees": _("Only a branch has a branch committee."),
    "group_ended": _("This party group ended on {on}."),
    "group_has_members": _("{count} members are still in this party group. Put them in another first."),
    "only_branches_hand_over": _("Only a branch has notes for a successor."),
    "note_is_empty": _("Please write what the successor should know."),
    "note_is_long": _("The note is longer than {limit} characters. Please write two."),
    "note_struck": _("This note was struck out already."),
    "file_has_faults": _("The file has {count} faults. Nothing was loaded."),
    "unit_left": _("This unit is off the list since {on}; its record is closed."),
    "unit_before_listing": _("The date lies before the unit came on the list on {on}."),
    "unit_needs_committee": _("A branch does not answer for units. Choose the body above it."),
    "unit_name_taken": _("There is already a unit called {taken} on this list."),
    "unit_code_taken": _("The credit code {taken} already belongs to {name}."),
    "unit_code_elsewhere": _(
        "The credit code {taken} already stands on another body's list. Ask the level above."
    ),
    "unit_already_paused": _("It is already recorded as not operating then."),
    "unit_not_paused": _("It is not recorded as not operating."),
    "unit_resumes_too_early": _("It has not operated since {on}. Enter a later day."),
    "unit_counted_later": _("There is a later count of {on}."),
    "units_not_as_seen": _(
        "The list has changed: {count} units now, {expected} when you looked. Please look again."
    ),
    "unit_not_the_last_step": _("Another step came after it. Look at the history again."),
    "unit_undo_too_late": _("A step is taken back within {days} days. Enter a new step instead."),
    "coverage_needs_body": _("Say which body it is."),
    "coverage_needs_name": _("Say who it is."),
    "coverage_runs": _("“{kind}” is already recorded for these days. End it first."),
    "coverage_ended": _("This coverage has ended already."),
    "coverage_ends_too_early": _("It began on {on}. Enter a later day."),
    "visit_struck": _("This visit was struck out already."),
    "unit_import_undone": _("This import was taken back already."),
    "text_as_it_is": _("Nothing would change: these are the words in use."),
    "text_not_own": _(
        "The body has no words of its own here: those from above or the portal's apply already."
    ),
    **TEXT_FAULTS,
}

AUDIT_ACTIONS = {
    "handover.note": _("Wrote a note for the successor"),
    "handover.strike": _("Struck out a note for the successor"),
    "branch.found": _("Founded a body"),
    "branch.rename": _("Renamed a body"),
    "branch.move": _("Moved a body"),
    "branch.change": _("Changed a body's details"),
    "branch.dissolve": _("Dissolved a body"),
    "branch.merge": _("Merged a branch into another"),
    "branch.import": _("Imported bodies from a file"),
    "unit.listed": _("Put a unit on the list"),
    "unit.changed": _("Changed a unit's details"),
    "unit.covered": _("Recorded coverage of a unit"),
    "unit.uncovered": _("Ended coverage of a unit"),
    "unit.paused": _("Recorded a unit as not operating"),
    "unit.resumed": _("Recorded a unit as operating again"),
    "unit.counted": _("Counted members not on the register of a unit"),
    "unit.check_many": _("Marked units as checked"),
    "unit.left": _("Took a unit off the list"),
    "unit.import": _("Imported units from a file"),
    "unit.import_undone": _("Took an import of units back"),
    "unit.export": _("Took a list of units away as a file"),
    "unit.undone": _("Took the last step of a unit back"),
    "unit.visit": _("Logged a visit to a unit"),
    "unit.visit_struck": _("Struck out a visit to a unit"),
    "group.found": _("Founded a party group"),
    "group.rename": _("Renamed a party group"),
    "group.end": _("Ended a party group"),
    "text.written": _("Worded a reminder"),
    "text.reset": _("Took own words of a reminder out of use"),
    "text.restored": _("Took an earlier version of a reminder's words back"),
}

NOTICES = {
    "branches.renamed": _("{before} is now called {after}."),
    "branches.moved": _("{name} now stands under {after}."),
    "branches.dissolved": _("{name} was dissolved on {on}."),
    "branches.merged": _("{name} was merged into {after} on {on}."),
}

ADVICE = {
    "committee_due": _("Set up a branch committee: there are enough formal members for one."),
    "split_due": _("Split the branch or make it a general branch: it is larger than usual."),
    "join_due": _("Form a joint branch with neighbours: there are too few formal members for one alone."),
}

# Facts of a body as its history names them.
FIELDS = {
    "name": pgettext_lazy("body", "Name"),
    "under": _("Under"),
    "form": _("Form"),
    "sector": _("Sector"),
    "phone": _("Phone"),
    "address": _("Address"),
    "ends_on": _("Expected to end on"),
    "has_committee": _("Branch committee"),
}
YES_NO = {True: _("Yes"), False: _("No")}

# Columns of an import file, as its heading names them.
COLUMNS = {
    "code": _("Code"),
    "name": pgettext_lazy("body", "Name"),
    "short_name": _("Short name"),
    "kind": _("Kind"),
    "form": _("Form"),
    "sector": _("Sector"),
    "parent_code": _("Code of the body above"),
    "established_on": _("Founded on"),
    "phone": _("Phone"),
    "address": _("Address"),
    "ends_on": _("Expected to end on"),
    "has_committee": _("Branch committee"),
}

# What is wrong with a cell of an import file, and what to do.
FAULTS = {
    "encoding": _("The file is neither UTF-8 nor GBK. Save it as “CSV UTF-8” and try again."),
    "no_rows": _("There is no row below the heading. Fill in at least one body."),
    "too_many_rows": _("More than {limit} rows. Split the file."),
    "column_unknown": _("This heading is not known. Take the headings of the template."),
    "column_twice": _("This heading stands there twice. Remove one."),
    "column_missing": _("This column is missing. Add it, even if its cells are empty."),
    "cell_empty": _("Nothing is filled in. Fill it in."),
    "too_long": _("Longer than {limit} characters. Shorten it."),
    "kind_unknown": _("“{value}” is not a kind of body. Take one of the kinds in the template."),
    "form_unknown": _("“{value}” is not a form. Leave it empty or take one of the template."),
    "sector_unknown": _("“{value}” is not a sector. Take one of the sectors in the template."),
    "date_unknown": _("“{value}” is not a date. Write it as 2026-03-05."),
    "yes_no_unknown": _("“{value}” is neither yes nor no. Write yes or no."),
    "date_in_future": _("The founding day lies in the future. Correct it, or import the row later."),
    "ends_before_founding": _("The expected end lies before the founding. Correct one of them."),
    "only_branches_have_committees": _("Only a branch has a branch committee. Write no or leave it empty."),
    "code_twice": _("The code {value} also stands in row {row}. Give one of them another code."),
    "code_exists": _("The code {value} already belongs to {name}. Remove the row or correct the code."),
    "orphan": _("No body with the code {value} within your scope. Add it above or correct the code."),
    "parent_dissolved": _("{name} ({value}) is dissolved. Choose a body that still exists."),
    "root_not_allowed": _("A body without a body above cannot be imported here. Fill in the code above."),
    "parent_kind_wrong": _("It does not stand under a body of that kind. Allowed: {allowed}."),
    "needs_parent": _("A body of this kind needs a body above it: {allowed}. Fill in its code."),
    "form_not_allowed": _("This kind of body does not have that form. Allowed: {allowed}."),
    "too_deep": _("The tree would have more than {limit} levels. Choose a higher body."),
    "name_twice": _("There is already a body called {value} there. Change the name or remove the row."),
    "cycle": _("Following the codes above leads back to this row. Correct one of the codes."),
}

# --- units

CODE_DOUBTS = {
    "length": _(
        "The credit code does not have 18 signs. Please compare it with the licence; it is kept as typed."
    ),
    "sign": _("The credit code holds a sign that none has (I, O, S, V, Z or others). It is kept as typed."),
    "check": _("The check sign of the credit code does not fit. Please compare it; it is kept as typed."),
}

# Facts of a unit as its history names them; ids stay out of sight.
UNIT_FIELDS = {
    "kind": _("Kind"),
    "name": _("Name of the unit"),
    "owner": _("Ownership"),
    "credit_code": _("Unified social credit code"),
    "area": _("Area"),
    "address": _("Address"),
    "staff": _("Staff"),
    "committee": _("Body that answers for it"),
    "coverage": pgettext_lazy("unit", "Coverage"),
    "by": pgettext_lazy("unit", "By"),
    "basis": _("Basis"),
    "reason": _("Reason"),
    "pause": _("Not operating"),
    "note": _("Note"),
    "hidden": _("Members not on the register there"),
    "hidden_on": _("Counted on"),
    "checked_on": _("Last checked on"),
    "left_on": _("Off the list since"),
    "left_reason": _("Reason"),
    "step": _("Taken back"),
}

# What a list of units is of: the number, and its definition.
MEASURES = {
    "listed": (_("On the list"), _("every unit on the list that day")),
    "operating": (_("Really operating"), _("on the list and not recorded as not operating")),
    "not_operating": (_("Not operating"), _("left out of every denominator, and named")),
    "own": (_("Own body"), _("operating, with a body of its own")),
    "joint": (_("Joint body"), _("operating, sharing a body with others")),
    "covered": (_("Covered by a body"), _("own or joint body")),
    "adviser": (_("Adviser"), _("operating, with an adviser sent")),
    "liaison": (_("Liaison person"), _("operating, with a liaison person named")),
    "union_league": (_("Union or Youth League"), _("operating, reached through union or league")),
    "work": (_("Reached by party work"), _("by a body, an adviser, a liaison person, union or league")),
    "uncovered": (
        _("Reached by nobody"),
        _("operating, without body, adviser, liaison person, union or league"),
    ),
    "ripe": (_("Meeting the condition"), _("operating, with at least three formal members working there")),
    "ripe_covered": (_("Meeting it, with a body"), _("of those, with an own or joint body")),
    "to_build": (_("Body due and not built"), _("at least three formal members working there and no body")),
    "to_ask": (
        _("Body due with those not on the register"),
        _("three formal members only together with those not on the register there"),
    ),
    "small_body": (_("Own body under three"), _("fewer than three formal members in it")),
    "empty_body": (_("Empty body"), _("own or joint body without a single member")),
    "blank": (_("Blank buildings and chains"), _("a building or chain nobody reaches")),
    "hidden": (
        _("With members not on the register"),
        _("counted on the spot, registered elsewhere or nowhere"),
    ),
    "unchecked": (_("Check overdue"), _("last checked longer ago than the rule allows")),
    "unvisited": (_("Visit overdue"), _("an adviser or liaison person has not been there for too long")),
}
UNIT_GROUPS = {
    "all": _("All units"),
    "two_new": _("Two new fields (firms and social bodies)"),
    "non_public": _("Non-public enterprises"),
    "state_firms": _("State enterprises"),
    "social_body": _("Social bodies"),
    "village": _("Villages"),
    "community": _("Communities"),
    "school": _("Schools"),
    "public_unit": _("Public units"),
    "building": _("Business buildings"),
    "chain": _("Industry chains"),
}
UNIT_GROUP_CHOICES = [*UNIT_GROUPS.items()]

# Columns of a file of units, as its heading names them.
UNIT_COLUMNS = {
    "name": _("Name of the unit"),
    "kind": _("Kind"),
    "owner": _("Ownership"),
    "credit_code": _("Unified social credit code"),
    "committee_code": _("Code of the body that answers for it"),
    "area": _("Area"),
    "address": _("Address"),
    "staff": _("Staff"),
    "coverage": pgettext_lazy("unit", "Coverage"),
    "covered_by": _("Code of the body, or name of the person"),
    "listed_on": _("On the list since"),
}

# Heads the column the portal adds to a file it hands back.
UNIT_TO_PUT_RIGHT = _("What to put right")

# What is wrong with a cell of a file of units, and what to do; the rest as for bodies.
UNIT_FAULTS = {
    **FAULTS,
    "unit_file_unknown": _("The file is neither an Excel workbook nor text. Save it as .xlsx and try again."),
    "no_units": _("There is no row below the heading. Fill in at least one unit."),
    "digits_lost": _(
        "“{value}” was typed as a number and lost its last digits. Make the cell text, type it again."
    ),
    "number_unknown": _("“{value}” is not a number of people. Write 36."),
    "unit_kind_unknown": _("“{value}” is not a kind of unit. Take one of the list in the template."),
    "unit_owner_unknown": _("“{value}” is not an ownership. Take one of the list in the template."),
    "unit_coverage_unknown": _("“{value}” is not a coverage. Leave it empty or take one of the list."),
    "unit_date_in_future": _("The day lies in the future. Correct it, or import the row later."),
    "committee_unknown": _("No body with the code {value} for which you may keep units. Correct the code."),
    "committee_is_branch": _("{name} is a branch. Take the code of the body above it."),
    "coverage_missing": _("Somebody is named, and the coverage is not. Choose it."),
    "coverer_unknown": _("No body with the code {value}. Correct the code."),
    "body_younger": _("{name} was founded later than that day. Enter a later day."),
    "unit_twice": _("{value} also stands in row {row}. Remove one of them."),
    "unit_code_of": _("The credit code {value} already stands on the list of {name}. Remove the row."),
    "unit_code_somewhere": _(
        "The credit code {value} already stands on another body's list. Ask the level above."
    ),
    "unit_name_with_code": _(
        "{value} stands on the list with another credit code. Correct one of them there."
    ),
}
