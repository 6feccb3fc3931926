"""The web server as `make run` starts it, on a free port, and a client's line to it."""

import http.client
import json
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings

from efactori.management.commands.run import WEB_OPTIONS
from efactori.supervisor import Program, Supervisor

HOST = "127.0.0.1"
START_SECONDS = 30


@dataclass(frozen=True)
class Server:
    port: int

    def line(self) -> "Line":
        return Line(self.port)

    def memory(self) -> float:
        """MiB of all its processes; what they share counts once."""
        started = f"{HOST}:{self.port}"
        (first,) = [one for one in psutil.Process().children() if started in one.cmdline()]
        return sum(one.memory_full_info().pss for one in [first, *first.children(recursive=True)]) / 1024**2


class Line:
    """One connection that stays open; a request that comes too often is sent again when it may."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection(HOST, port, timeout=60)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        """Status and body of the answer; 0 stands for a broken connection."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = None if body is None else json.dumps(body)
        while True:
            try:
                self._line.request(method, path, content, {"Content-Type": "application/json", **named})
                answer = self._line.getresponse()
                told = answer.read()
            except (OSError, http.client.HTTPException) as error:
                print(f"{method} {path}: {error!r}", file=sys.stderr)
                self._line.close()
                return 0, b""
            if answer.status != http.HTTPStatus.TOO_MANY_REQUESTS:
                return answer.status, told
            time.sleep(float(answer.headers["Retry-After"]))


@contextmanager
def running(options: str = "") -> Iterator[Server]:
    """Up and answering; later options override those of `make run`."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    supervisor = Supervisor(log_dir=Path(settings.DATA_DIR) / "logs")
    command = f"gunicorn efactori.wsgi:application --bind {HOST}:{port} --log-level warning {WEB_OPTIONS} {options}"
    try:
        supervisor.start(Program(name="web", command=(sys.executable, "-m", *command.split())))
        deadline = time.monotonic() + START_SECONDS
        while not _answers(port):
            supervisor.check()
            assert time.monotonic() < deadline, "the web server did not start in time"
            time.sleep(0.05)
        yield Server(port)
    finally:
        supervisor.stop()


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        line.request("GET", "/hooks/climapulse/none")
        return line.getresponse().status == http.HTTPStatus.METHOD_NOT_ALLOWED
    except OSError:
        return False
    finally:
        line.close()
