"""Programs of a whole installation, started on the test's own data and killed without a warning."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import requests

from efactori.management.commands.run import WEB_OPTIONS, WORKER_OPTIONS

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
PATIENCE = 60  # seconds; what takes longer is a fault, also on a busy machine


def wait_until(condition: Callable[[], bool], what: str, *, every: float = 0.05) -> None:
    """Return as soon as the condition holds; fail with `what` when it never does."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never seen: {what}"
        time.sleep(every)


class Programs:
    """Starts programs in sessions of their own, so that a kill takes their children along."""

    def __init__(self, environment: dict[str, str], logs: Path) -> None:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        self._environment = {**os.environ, **environment, "EFACTORI_URL": self.url}
        self._logs = logs
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A Python program by its arguments; its output goes to a log of its own."""
        with (self._logs / f"{len(self._started)}.log").open("wb") as log:
            process = subprocess.Popen(
                (sys.executable, *arguments),
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def web(self) -> subprocess.Popen[bytes]:
        """The web server as `make run` starts it, once it answers."""
        options = f"efactori.wsgi:application --bind {HOST}:{self.port} {WEB_OPTIONS}"
        process = self.start("-m", "gunicorn", *options.split())
        wait_until(self._answers, "the web server's first answer")
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        """The worker with its scheduler, as `make run` starts it."""
        return self.start("-m", "celery", "-A", "efactori", "worker", *WORKER_OPTIONS.split())

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill the program and its children, and see them dead."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_all(self) -> None:
        """End whatever still runs."""
        for process in self._started:
            self.kill(process)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/hooks/climapulse/none", timeout=5).status_code == 405
        except requests.RequestException:
            return False


def children(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The program's own children that are alive."""
    return [child for child in psutil.Process(process.pid).children() if child.status() != psutil.STATUS_ZOMBIE]
