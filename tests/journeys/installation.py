"""A whole installation of its own, started by the command that `make run` calls, with a scratch folder and database."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import dj_database_url
import psycopg2
import redis
import requests

ROOT = Path(__file__).parents[2]
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV")
STOP_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Installation:
    url: str
    sandbox_url: str
    first_invoice: str
    password: str
    data: Path
    environment: Mapping[str, str]

    def shell(self, code: str) -> str:
        """What a snippet prints that runs beside the installation."""
        return self.manage("shell", "--no-imports", "-c", code)

    def manage(self, *arguments: str) -> str:
        """What a command prints, run beside the installation as an operator would run it."""
        command = (sys.executable, "manage.py", *arguments)
        environment = {**self.environment, "CLIMAPULSE_API_URL": self.sandbox_url}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def sandbox_state(self) -> dict[str, Any]:
        state: dict[str, Any] = requests.get(f"{self.sandbox_url}/sandbox/state", timeout=10).json()
        return state

    def press(self, work_order_id: str) -> dict[str, Any]:
        """Press "create an invoice" on a work order of the sandbox; status and answer."""
        address = f"{self.sandbox_url}/sandbox/work-orders/{work_order_id}/create-invoice"
        pressed: dict[str, Any] = requests.post(address, json={}, timeout=60).json()
        return pressed


@contextmanager
def running(data: Path, **variables: str) -> Iterator[Installation]:
    """An installation on the services of the suite; it must start, stop at Ctrl-C and have logged no failure."""
    port = _free_port_pair()
    with _database() as database, _redis() as queue:
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment |= {"EFACTORI_DATA_DIR": str(data), "PORT": str(port), **database, **queue, **variables}
        process = subprocess.Popen(
            (sys.executable, "manage.py", "run"),
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            told = _until_ready(process)
            yield Installation(
                url=told["Address"],
                sandbox_url=told["Climapulse sandbox"],
                first_invoice=told["First invoice"],
                password=told["Sign in"].split(" / ")[1].split()[0],
                data=data,
                environment=environment,
            )
        finally:
            was_running = process.poll() is None
            process.send_signal(signal.SIGINT)
            last_words, _ = process.communicate(timeout=STOP_SECONDS)
    assert was_running, last_words
    assert process.returncode == 0, last_words
    assert last_words.endswith("Stopped.\n")
    failures = {log.name: log.read_text() for log in data.glob("logs/*.log") if "Traceback" in log.read_text()}
    assert failures == {}


def _until_ready(process: subprocess.Popen[str]) -> dict[str, str]:
    """The rows of the welcome, read up to its last one."""
    assert process.stdout is not None
    output, rows = "", {}
    for line in process.stdout:
        output += line
        if row := re.fullmatch(r"  (\S.*?)  +(\S.*)\n", line):
            rows.setdefault(row[1], row[2])
        if "Logs" in rows:
            assert "eFactori is ready." in output
            return rows
    raise AssertionError(f"it did not start:\n{output}")


def _free_port_pair() -> int:
    """A port that is free together with the next one, where the sandbox goes; below those that outgoing connections
    take, one of which would be faster than we are.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
        return port


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    """A database of its own beside the suite's, where the suite runs on a server."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        yield {}
        return
    parts = dj_database_url.parse(url)
    server = {
        "host": parts["HOST"],
        "port": parts["PORT"] or 5432,
        "user": parts["USER"],
        "password": parts["PASSWORD"],
    }
    name = f"journeys_{uuid4().hex[:12]}"
    connection = psycopg2.connect(dbname="postgres", **server)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield {"DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{name}"))}
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.close()


@contextmanager
def _redis() -> Iterator[dict[str, str]]:
    """An empty database of the suite's Redis, emptied afterwards; never the one that other tests use."""
    url = os.environ.get("REDIS_URL")
    if not url:
        yield {}
        return
    for number in range(13, 7, -1):
        mine = urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
        with redis.Redis.from_url(mine) as server:
            if mine != url and server.dbsize() == 0 and server.set("taken by a test", os.getpid(), nx=True, ex=3600):
                yield {"REDIS_URL": mine}
                server.flushdb()
                return
    raise AssertionError("no database of this Redis is empty")
