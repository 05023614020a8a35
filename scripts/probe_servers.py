"""Asks both servers who they are: prints their versions as JSON, or which one is not what it should be."""

import json
import os
import sys
from urllib.parse import urlsplit

import psycopg2
import redis


def postgres_version(url: str) -> str:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("show server_version")
        row: tuple[str] = cursor.fetchone()
        return row[0].split()[0]


def redis_version(url: str) -> str:
    information: dict[str, str] = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5).info()
    return information["redis_version"]


def main() -> int:
    try:
        versions = {"PostgreSQL": postgres_version(os.environ["DATABASE_URL"])}
    except psycopg2.Error as failure:
        print(f"DATABASE_URL is not answered by PostgreSQL: {str(failure).strip()}", file=sys.stderr)
        return 1
    try:
        versions["Redis"] = redis_version(os.environ["REDIS_URL"])
    except (redis.RedisError, KeyError, ValueError) as failure:
        host = urlsplit(os.environ["REDIS_URL"]).hostname
        print(f"REDIS_URL ({host}) does not answer INFO: {failure}", file=sys.stderr)
        return 1
    print(json.dumps(versions))
    return 0


if __name__ == "__main__":
    sys.exit(main())
