"""Another connection works beside this one, is closed with it, and never knows less than it should."""

import pytest
from django.db import connection, transaction

from orgportal.core.hands import Hand
from orgportal.core.logs import Trace, trace
from orgportal.core.tests.sessions import others_are_closed


def session() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_it_works_over_one_connection_of_its_own_and_closes_it() -> None:
    own = session()

    with Hand() as other:
        first, second = other.begin(session), other.begin(session)
        assert first.result() == second.result() != own
        assert other.is_apart

    assert others_are_closed()
    assert session() == own


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_it_works_over_the_callers() -> None:
    with transaction.atomic(), Hand() as other:
        assert not other.is_apart
        assert other.begin(session).result() == session()


@pytest.mark.django_db(transaction=True)
def test_what_it_logs_is_of_the_callers_trace() -> None:
    token = trace.set(Trace(request_id="7f3a"))
    try:
        with Hand() as other:
            assert other.begin(trace.get).result() == trace.get()
    finally:
        trace.reset(token)


@pytest.mark.django_db(transaction=True)
def test_what_it_raises_is_in_its_answer_and_the_connection_is_closed() -> None:
    with Hand() as other:
        failed = other.begin(int, "no number")
        other.begin(session).result()
    with pytest.raises(ValueError, match="no number"):
        failed.result()
    assert others_are_closed()
