"""Settings of watching an installation: leases, the jobs page, the metrics."""

import os

import environ

env = environ.Env()

# Rows of finished runs on the jobs page, and promises kept, are forgotten after so many days.
JOB_RUNS_DAYS: int = env.int("JOB_RUNS_DAYS", default=90)
# How long a worker may hold a reminder before another takes it to be lost with its holder.
REMINDER_LEASE_SECONDS: int = env.int("REMINDER_LEASE_SECONDS", default=300)
# How long one tick may tell reminders: less than the minute to the next one.
REMINDER_TICK_SECONDS: int = env.int("REMINDER_TICK_SECONDS", default=45)
# Prometheus reads a port of its own (manage serve_metrics), off unless set; loopback unless told.
METRICS_PORT: int = env.int("METRICS_PORT", default=0)
METRICS_ADDRESS: str = env.str("METRICS_ADDRESS", default="127.0.0.1")
# Where web processes count their requests; the library reads its own name for it.
METRICS_DIR: str = env.str("METRICS_DIR", default="")
if METRICS_DIR:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS_DIR
