"""Wires tasks: which outbox topic wakes which task, and what beat calls when. Strings only."""

import os
from typing import Any, cast

import django
from celery.schedules import crontab
from django.utils.module_loading import import_string

from orgportal.core.traced import TracedCelery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgportal.settings")


class PortalCelery(TracedCelery):
    """Worker and beat refuse an unsafe start, as the web does."""

    @property
    def Worker(self) -> Any:  # noqa: N802
        refuse_unsafe_start()
        return self.subclass_with_self(cast("Any", "celery.apps.worker:Worker"))

    @property
    def Beat(self) -> Any:  # noqa: N802
        refuse_unsafe_start()
        return self.subclass_with_self(cast("Any", "celery.apps.beat:Beat"))


def refuse_unsafe_start() -> None:
    django.setup()
    import_string("orgportal.core.checks.refuse_unsafe_start")()


app = PortalCelery("orgportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["orgportal.core", "branches", "members", "activities", "orgportal.health"])

# Outbox topic -> task name. A topic without a row here is only a record.
app.conf.outbox_topics = {
    "audit.verify": "core.verify_audit",
    "jobs.asked": "core.run_job",
    "activity.changed": "health.refresh_assessment",
    "members.changed": "health.refresh_assessment",
    "branches.changed": "health.refresh_assessment",
    "transfers.batch": "members.run_batch",
    "ledgers.run": "activities.run_ledgers",
}

# Reminder rule -> the check asked again at send time, once for all rows of a batch: (rows, at) -> by row the
# reason to cancel it, if there is one.
app.conf.reminder_checks = {
    "activities.duty_due": "activities.workflows.reminders.duty_objections",
    "activities.decision_due": "activities.workflows.reminders.objections",
    "activities.decision_unowned": "activities.workflows.reminders.objections",
    "activities.decision_overdue": "activities.workflows.reminders.objections",
    "health.duties_silent": "orgportal.health.workflows.reminders.objections",
    "health.nudge_contact": "orgportal.health.workflows.nudges.objections",
    "health.nudge_duty": "orgportal.health.workflows.nudges.objections",
    "health.nudge_election": "orgportal.health.workflows.nudges.objections",
    "health.nudge_follow_up": "orgportal.health.workflows.nudges.objections",
    "health.nudge_pledge": "orgportal.health.workflows.nudges.objections",
    "health.nudge_post": "orgportal.health.workflows.nudges.objections",
    "health.nudge_silent": "orgportal.health.workflows.nudges.objections",
    "health.nudge_transfer": "orgportal.health.workflows.nudges.objections",
    "health.summary_below": "orgportal.health.workflows.summary_notices.objections",
    "health.summary_ready": "orgportal.health.workflows.summary_notices.objections",
    "health.summary_revised": "orgportal.health.workflows.summary_notices.objections",
    "members.arrival_escalated": "members.workflows.arrival_reminders.objections",
    "members.arrival_waiting": "members.workflows.arrival_reminders.objections",
    "members.case_correction": "members.workflows.case_reminders.objections",
    "members.card_check_due": "members.workflows.stay_reminders.objections",
    "members.stay_return_due": "members.workflows.stay_reminders.objections",
    "members.stay_transfer_due": "members.workflows.stay_reminders.objections",
    "members.contact_due": "members.workflows.mobile_reminders.contact_objections",
    "members.inflow_escalated": "members.workflows.match_reminders.objections",
    "members.inflow_unconfirmed": "members.workflows.match_reminders.objections",
    "members.inflow_waiting": "members.workflows.match_reminders.objections",
    "members.out_of_contact": "members.workflows.mobile_reminders.proposal_objections",
    "members.out_of_contact_escalated": "members.workflows.mobile_reminders.proposal_objections",
    "members.reported_escalated": "members.workflows.match_reminders.objections",
    "members.reported_waiting": "members.workflows.match_reminders.objections",
    "members.term_ending": "members.workflows.reminders.term_objections",
    "members.transfer_waiting": "members.workflows.reminders.transfer_objections",
    "members.transfer_waiting_member": "members.workflows.reminders.transfer_objections",
    "members.transfer_escalated": "members.workflows.reminders.transfer_objections",
    "members.confirm_due": "members.workflows.confirm_reminders.objections",
    "members.confirm_open": "members.workflows.confirm_reminders.open_objections",
    "members.correction_due": "members.workflows.own_notices.objections",
    "members.probation_due": "members.workflows.reminders.probation_objections",
}

# Reminder rule -> what a mail says below its sentence: (reminders) -> lines by id, in the active language.
app.conf.mail_sections = {
    "health.summary_below": "orgportal.health.tables.mails.sections",
    "health.summary_ready": "orgportal.health.tables.mails.sections",
    "health.summary_revised": "orgportal.health.tables.mails.sections",
}

# What a lower floor asks a higher one (orgportal.core.bridges) -> the function that answers.
app.conf.bridges = {
    "held_about": "activities.tables.held_about",
    "meeting": "activities.queries.general_meeting",
    "meetings_of": "activities.queries.general_meetings",
    "members_at": "members.queries.workplaces.members_at",
    "names_at": "members.queries.workplaces.names_at",
    "follow_ups_open": "activities.queries.follow_ups.open_follow_ups",
    "overseers": "members.queries.recipients.overseers_of",
    "places_of": "members.queries.recipients.places_of",
}

# First part of a reminder's subject -> the path of the body whose duty it is; a matter of one's own has none.
app.conf.reminder_places = {
    "activities.duty": "activities.workflows.reminders.place_of",
    "activities.decision": "activities.workflows.reminders.place_of",
    "health.duties": "orgportal.health.workflows.reminders.place_of",
    "health.nudge": "orgportal.health.workflows.nudges.place_of",
    "health.summary": "orgportal.health.workflows.reminders.place_of",
    "members.arrival": "members.workflows.reminder_places.place_of",
    "members.correction": "members.workflows.reminder_places.place_of",
    "members.inflow": "members.workflows.reminder_places.place_of",
    "members.probation": "members.workflows.reminder_places.place_of",
    "members.proposal": "members.workflows.reminder_places.place_of",
    "members.spell": "members.workflows.reminder_places.place_of",
    "members.term": "members.workflows.reminder_places.place_of",
    "members.transfer": "members.workflows.reminder_places.place_of",
}

# Kinds of reminders a person chooses for, each app its own, in the order they are shown.
app.conf.reminder_kinds = [
    "activities.messages.REMINDER_KINDS",
    "members.messages.REMINDER_KINDS",
    "orgportal.health.messages.REMINDER_KINDS",
]

# First word of a notice's rule -> the table of its sentences.
app.conf.notice_texts = {
    "core": "orgportal.core.messages.NOTICES",
    "branches": "branches.messages.NOTICES",
    "members": "members.messages.NOTICES",
    "activities": "activities.messages.NOTICES",
    "health": "orgportal.health.messages.NOTICES",
}

# What each job does, in words for the jobs page, each app its own.
app.conf.job_texts = [
    "orgportal.core.messages.JOBS",
    "members.messages.JOBS",
    "activities.messages.JOBS",
    "orgportal.health.messages.JOBS",
]

# Jobs that keep a cursor -> how far the work they have in hand has come: (done, of how many) each.
app.conf.job_progress = {
    "activities.run_ledgers": "activities.workflows.ledger_runs.progress",
    "health.make_summaries": "orgportal.health.workflows.summaries.progress",
    "members.run_batch": "members.workflows.batches.progress",
}

# Figures for Prometheus that a higher floor knows: (at) -> number.
app.conf.metric_sources = {
    "portal_summaries_behind": "orgportal.health.workflows.summaries.behind",
}

# Tables of what the audit trail records, each app its own.
app.conf.audit_texts = [
    "orgportal.core.messages.AUDIT_ACTIONS",
    "branches.messages.AUDIT_ACTIONS",
    "members.messages.AUDIT_ACTIONS",
    "activities.messages.AUDIT_ACTIONS",
    "orgportal.health.messages.AUDIT_ACTIONS",
]

TICK = float(os.environ.get("BEAT_TICK_SECONDS", "60"))
app.conf.beat_scheduler = "orgportal.core.beat:SteadyScheduler"
# Beat only ticks; what is due is decided by rows in PostgreSQL, so a tick may come twice or late.
app.conf.beat_schedule = {
    # Leftovers of the outbox: pokes that were lost with Redis or a killed worker.
    "outbox-sweep": {"task": "core.sweep_outbox", "schedule": 60.0},
    # Claims and sends what is planned and due; also writes the heartbeat readyz reads.
    "tick": {"task": "core.tick", "schedule": TICK},
    # The one mail of a day to each person; a mail server that hangs holds up no notice.
    "mail": {"task": "core.send_mails", "schedule": TICK},
    # The one message of a working day to each group robot.
    "robots": {"task": "health.send_robots", "schedule": TICK},
    # Opens the duties of the period and settles those past their due date.
    "duties": {"task": "activities.keep_duties", "schedule": crontab(minute="5")},
    # Transfers past their validity expire by clock.
    "transfers": {"task": "members.expire_transfers", "schedule": crontab(minute="10")},
    # Posts and terms of a dissolved body end with it.
    "offices": {"task": "members.end_offices", "schedule": crontab(minute="12")},
    # Decisions about a standing take effect on their day; none is made here.
    "standing": {"task": "members.apply_standing", "schedule": crontab(minute="2")},
    # The clocks of lost contact: proposals are opened and closed as the facts of the day have it.
    "out-of-contact": {"task": "members.propose_out_of_contact", "schedule": crontab(hour="0", minute="45")},
    # Coming and current reminders of each app become rows.
    "plan-member-reminders": {"task": "members.plan_reminders", "schedule": crontab(minute="15")},
    "plan-activity-reminders": {"task": "activities.plan_reminders", "schedule": crontab(minute="20")},
    "plan-health-reminders": {"task": "health.plan_reminders", "schedule": crontab(minute="25")},
    # Which matters bodies were nudged about are settled by now.
    "note-nudges": {"task": "health.note_nudges", "schedule": crontab(minute="35")},
    # What is true now for each branch; only changed rows are written.
    "health": {"task": "health.assess_all", "schedule": crontab(hour="1", minute="0")},
    # Frozen summaries of finished months; fills every gap since the last one.
    "summaries": {"task": "health.make_summaries", "schedule": crontab(minute="40")},
    # Finished quarters of the two coverages are frozen; every gap since the first unit is filled.
    "coverage": {"task": "health.freeze_coverage", "schedule": crontab(minute="50")},
    # The working days of a year nobody entered would be guessed by the week: asked for in time.
    "holidays": {"task": "core.ask_for_holidays", "schedule": crontab(hour="4", minute="0")},
    # Ledgers drawn for a whole committee are kept for a week.
    "sweep-attachments": {"task": "activities.sweep_attachments", "schedule": crontab(hour="3", minute="35")},
    "look-over-layouts": {"task": "activities.look_over_layouts", "schedule": crontab(hour="3", minute="25")},
    "clear-ledgers": {"task": "activities.clear_ledgers", "schedule": crontab(hour="3", minute="20")},
    # Answers of requests are kept two days, their keys sixty: longer than a phone waits for a network.
    "forget-keys": {"task": "core.forget_old_keys", "schedule": crontab(hour="3", minute="0")},
    # Rows of runs, and promises kept, ninety days old.
    "forget-runs": {"task": "core.forget_runs", "schedule": crontab(hour="3", minute="10")},
    # The head of the audit chain leaves the database each day.
    "audit-checkpoint": {"task": "core.checkpoint_audit", "schedule": crontab(hour="2", minute="0")},
}
