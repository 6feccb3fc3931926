"""A fresh installation for one figure: its own data folder and its own database, both gone afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from urllib.parse import urlsplit, urlunsplit

import psycopg2

EMBEDDED, POSTGRES = "embedded", "postgres"
SERVER = os.environ.get("BENCH_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"


@contextmanager
def installation(database: str) -> Iterator[dict[str, str]]:
    """The environment variables of an empty installation on this kind of database."""
    made = _postgres() if database == POSTGRES else nullcontext("")
    with tempfile.TemporaryDirectory(prefix="efactori-bench-") as folder, made as url:
        for name in ("queue", "queue-control", "static"):
            os.mkdir(os.path.join(folder, name))
        yield {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "efactori.settings",
            "EFACTORI_ENV": "embedded",
            "EFACTORI_DATA_DIR": folder,
            "EFACTORI_DEMO": "0",
            "DATABASE_URL": url,
            "REDIS_URL": "",
            "CLIMAPULSE_API_URL": "",
        }


def postgres_trouble() -> str:
    """Why PostgreSQL cannot be used, or nothing."""
    try:
        psycopg2.connect(SERVER, connect_timeout=3).close()
    except psycopg2.OperationalError as error:
        return str(error).strip().splitlines()[0]
    return ""


@contextmanager
def _postgres() -> Iterator[str]:
    name = f"efactori_bench_{os.getpid()}"
    _execute(f"CREATE ROLE \"{name}\" LOGIN PASSWORD '{name}'")  # row-level security makes an exception for superusers
    _execute(f'GRANT SET ON PARAMETER session_replication_role TO "{name}"')  # to fill tables without their checks
    _execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
    try:
        server = urlsplit(SERVER)
        place = f"{server.hostname or ''}:{server.port or 5432}"
        yield urlunsplit(server._replace(netloc=f"{name}:{name}@{place}", path=f"/{name}"))
    finally:
        _execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        _execute(f'REVOKE SET ON PARAMETER session_replication_role FROM "{name}"')
        _execute(f'DROP ROLE "{name}"')


def _execute(statement: str) -> None:
    with closing(psycopg2.connect(SERVER)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(statement)
