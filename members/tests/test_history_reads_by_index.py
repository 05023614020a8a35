"""A session that has worked on an empty register imports the first members at the cost of their number."""

import pytest
from django.db import connection, transaction

from branches.tests.factories import make_organization
from members.tests.factories import make_member


def rows_read_end_to_end() -> int:
    """Rows this transaction's sequential scans of the history have read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'members_branchperiod'"
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_plans_kept_from_an_empty_register_read_no_history_end_to_end():
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE members_member, members_branchperiod, members_standingperiod")
    branch = make_organization(None, "区委")
    for _ in range(6):  # PL/pgSQL keeps a plan for good from the sixth time on
        make_member(branch)

    with transaction.atomic():
        for _ in range(6):
            make_member(branch)
        before = rows_read_end_to_end()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        assert rows_read_end_to_end() == before
