"""Django prefers psycopg 3 without a word when it can be imported; our COPY code speaks psycopg2."""

from django.db.backends.postgresql.psycopg_any import is_psycopg3


def test_driver_is_psycopg2():
    assert not is_psycopg3
