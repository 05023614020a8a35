"""Fields, columns and signing lines of ledgers under their labels, in the language that is spoken."""

from activities.messages import LEDGER_LABELS, LEDGER_SIGNERS
from activities.rules.ledgers import Column, Fact, Value


def labelled(key: str) -> str:
    return str(LEDGER_LABELS[key])


def columns(**shares: int) -> tuple[Column, ...]:
    """Columns by key with their shares of the width."""
    return tuple(Column(key, labelled(key), share) for key, share in shares.items())


def facts(values: dict[str, Value]) -> tuple[Fact, ...]:
    return tuple(Fact(key, labelled(key), value) for key, value in values.items())


def signers(*keys: str) -> tuple[str, ...]:
    return tuple(str(LEDGER_SIGNERS[key]) for key in keys)
