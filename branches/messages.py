"""Sentences of the tree: refusals, audit lines, notices, faults of an import, and set-up advice."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

REFUSALS = {
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
    "file_has_faults": _("The file has {count} faults. Nothing was loaded."),
}

AUDIT_ACTIONS = {
    "branch.found": _("Founded a body"),
    "branch.rename": _("Renamed a body"),
    "branch.move": _("Moved a body"),
    "branch.change": _("Changed a body's details"),
    "branch.dissolve": _("Dissolved a body"),
    "branch.merge": _("Merged a branch into another"),
    "branch.import": _("Imported bodies from a file"),
    "group.found": _("Founded a party group"),
    "group.rename": _("Renamed a party group"),
    "group.end": _("Ended a party group"),
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
