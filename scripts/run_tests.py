"""`make test`: the suite on every pair of services that answers here, and a last line that says which ran.

Tests marked `once` run on the embedded default alone. Arguments go on to pytest; TEST_DATABASE_URL and TEST_REDIS_URL
name other servers than this machine's.
"""

import os
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import dj_database_url
import psycopg2
import redis

ROOT = Path(__file__).resolve().parent.parent
# The folder's hash keeps two checkouts on one machine from sharing a test database.
DATABASE_URL = os.environ.get("TEST_DATABASE_URL") or (
    f"postgres://postgres@127.0.0.1:5432/efactori_{sha256(str(ROOT).encode()).hexdigest()[:8]}"
)
REDIS_URL = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/15"
ROLE = "efactori_suite"
EMBEDDED = "embedded (SQLite)"
SERVICES = "PostgreSQL + Redis"


def postgres_trouble() -> str:
    """Why PostgreSQL cannot be used, or nothing; asks its own `postgres` database, for the tests make ours."""
    parts = dj_database_url.parse(DATABASE_URL)
    try:
        psycopg2.connect(
            host=parts["HOST"],
            port=parts["PORT"] or 5432,
            user=parts["USER"],
            password=parts["PASSWORD"],
            dbname="postgres",
            connect_timeout=3,
        ).close()
    except psycopg2.OperationalError as error:
        return str(error).strip().splitlines()[0]
    return ""


def plain_role() -> str:
    """DATABASE_URL under a role that row-level security makes no exception for, as it makes one for a superuser."""
    parts = urlsplit(DATABASE_URL)
    with closing(psycopg2.connect(urlunsplit(parts._replace(path="/postgres")))) as server, server.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() != (True,):
            return DATABASE_URL
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        cursor.execute(f"{verb} ROLE {ROLE} LOGIN CREATEDB CREATEROLE PASSWORD %s", [parts.password or ""])
        server.commit()
    place = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    return urlunsplit(parts._replace(netloc=f"{ROLE}{f':{parts.password}' if parts.password else ''}@{place}"))


def redis_trouble() -> str:
    """Why Redis cannot be used, or nothing."""
    try:
        redis.Redis.from_url(REDIS_URL, socket_connect_timeout=3).ping()
    except redis.RedisError as error:
        return str(error)
    return ""


def run(name: str, environment: dict[str, str], *chosen: str) -> int:
    """The suite once, under the given services."""
    print(f"\n── the suite on {name} ──", flush=True)
    inherited = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    command = (sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", *chosen, *sys.argv[1:])
    return subprocess.run(command, cwd=ROOT, env={**inherited, **environment}, check=False).returncode


def main() -> int:
    results = {EMBEDDED: run(EMBEDDED, {})}
    trouble = postgres_trouble() or redis_trouble()
    if not trouble:
        services = {"DATABASE_URL": plain_role(), "REDIS_URL": REDIS_URL}
        results[SERVICES] = run(SERVICES, services, "-m", "not once")
    print("\nran: " + ", ".join(results))
    if trouble:
        print(f"not run: {SERVICES} ({trouble})")
    red = [name for name, code in results.items() if code]
    if red:
        print("red: " + ", ".join(red))
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main())
