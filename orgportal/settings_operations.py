"""Settings of watching an installation: leases, the jobs page, the metrics."""

import environ

env = environ.Env()

# Rows of finished runs on the jobs page, and promises kept, are forgotten after so many days.
JOB_RUNS_DAYS: int = env.int("JOB_RUNS_DAYS", default=90)
# How long a worker may hold a reminder before another takes it to be lost with its holder.
REMINDER_LEASE_SECONDS: int = env.int("REMINDER_LEASE_SECONDS", default=300)
