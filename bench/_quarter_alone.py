"""One run of the quarter's summaries in a process of its own: prints the most memory it held, in MB."""

import resource
import sys
from datetime import date

from django.db import connection
from django.utils import timezone

from bench import stage  # noqa: F401  # sets Django up before any model is imported
from bench._quarter import alone, forget, run_quarter

if __name__ == "__main__":
    connection.settings_dict["NAME"] = sys.argv[2]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
    alone(date.fromisoformat(sys.argv[1]))
    run_quarter(timezone.now())
    forget()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
