"""The servers that the other tests rely on are real, and a kill is a kill."""

import psycopg
import pytest
import redis

from tests.engines import Postgres, Redis

pytestmark = pytest.mark.process


def test_each_database_of_the_server_is_its_own(postgres: Postgres) -> None:
    first, second = postgres.create_database(), postgres.create_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE here (n int)")
    with psycopg.connect(second) as connection:
        found = connection.execute("SELECT to_regclass('here')").fetchone()
    assert found == (None,)


def test_committed_rows_survive_a_killed_postgresql(postgres: Postgres) -> None:
    url = postgres.create_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE here AS SELECT 42 AS n")
    postgres.kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    postgres.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT n FROM here").fetchone() == (42,)


def test_a_killed_redis_comes_back_empty(redis_server: Redis) -> None:
    redis.Redis.from_url(redis_server.url).set("word", "kept?")
    redis_server.kill()
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(redis_server.url).ping()
    redis_server.start()
    assert redis.Redis.from_url(redis_server.url).get("word") is None
