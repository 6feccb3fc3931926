"""Keeps several programs running as one: all of them live, or all are stopped. It knows nothing of Django."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

POLL_SECONDS = 0.2


class ProgramDied(Exception):
    """A program ended although nobody stopped it."""


@dataclass(frozen=True, kw_only=True)
class Program:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def _die_with_parent() -> None:
    """Ask Linux to end this child when its supervisor is killed outright, so that no orphan keeps the port."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


class Supervisor:
    """Starts programs with a log file each, watches them, and stops them together."""

    def __init__(self, *, log_dir: Path, grace_seconds: float = 15) -> None:
        self.log_dir = log_dir
        self.grace_seconds = grace_seconds
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def log_path(self, name: str) -> Path:
        """Where a program's output of this run goes; the run before is kept beside it."""
        return self.log_dir / f"{name}.log"

    def start(self, program: Program) -> None:
        """Start one program in a session of its own, so that Ctrl-C reaches it through `stop` alone."""
        self.log_dir.mkdir(parents=True, exist_ok=True)
        log = self.log_path(program.name)
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))
        with log.open("wb") as output:
            self._running[program.name] = subprocess.Popen(  # noqa: S603 - our own fixed command lines
                program.command,
                env={**os.environ, **program.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # safe: the supervisor has one thread
            )

    def check(self) -> None:
        """Raise ProgramDied, with the end of its log, for the first program that is gone."""
        for name, process in self._running.items():
            code = process.poll()
            if code is None:
                continue
            log = self.log_path(name)
            if code < 0:
                raise ProgramDied(f"{name} was killed by signal {-code}; its log is {log}")
            last_words = log.read_text(errors="replace").splitlines()[-8:]
            raise ProgramDied("\n".join([*last_words, f"{name} ended with exit code {code}; its log is {log}"]))

    def watch(self) -> None:
        """Return never: wait until a program dies (ProgramDied) or a signal raises."""
        while True:
            self.check()
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """End every program: ask all at once, wait for the grace period, then kill what is left of their sessions."""
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + self.grace_seconds
        for process in self._running.values():
            try:
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                pass
            finally:
                _kill_session(process.pid)
                process.wait()
        self._running.clear()


def _kill_session(pid: int) -> None:
    """Kill the program and any child it left behind (a killed worker leaves its scheduler)."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
