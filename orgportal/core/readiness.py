"""Whether this process can do its work: PostgreSQL, migrations, Redis, and how long ago beat was heard."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import Redis
from redis.exceptions import RedisError

from orgportal.core.models import Heartbeat

WAIT = 2


@dataclass(frozen=True, slots=True)
class Readiness:
    database: bool
    migrations: bool
    redis: bool
    seconds_since_tick: int | None = None

    @property
    def is_ready(self) -> bool:
        """Redis may be away: saves succeed and the outbox drains later, so traffic still comes here."""
        return self.database and self.migrations

    @property
    def state(self) -> str:
        if not self.is_ready:
            return "not_ready"
        return "ready" if self.redis else "degraded"

    def as_dict(self) -> dict[str, Any]:
        return {"state": self.state, **asdict(self)}


def readiness(at: datetime) -> Readiness:
    try:
        last = Heartbeat.objects.filter(name="tick").values_list("at", flat=True).first()
        migrated = migrations_applied() or _look_again()
    except OperationalError:
        return Readiness(database=False, migrations=False, redis=_redis_answers())
    seconds = int((at - last).total_seconds()) if last else None
    return Readiness(database=True, migrations=migrated, redis=_redis_answers(), seconds_since_tick=seconds)


@lru_cache(maxsize=1)
def migrations_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _look_again() -> bool:
    """Only a yes is worth remembering."""
    migrations_applied.cache_clear()
    return migrations_applied()


def _redis_answers() -> bool:
    client = Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=WAIT, socket_connect_timeout=WAIT)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()
