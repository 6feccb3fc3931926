"""Real programs under the supervisor: they live together, die together, and leave nobody behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from efactori.supervisor import Program, ProgramDied, Supervisor

SLEEP = "import time; print('started', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
WITH_CHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {STUBBORN!r}]); {SLEEP}"


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(log_dir=tmp_path / "logs", grace_seconds=1)
    yield supervisor
    supervisor.stop()


def start(supervisor: Supervisor, name: str, code: str, lines: int = 1, **environment: str) -> None:
    """Start a program and wait until it has printed as many lines as it should."""
    supervisor.start(Program(name=name, command=(sys.executable, "-c", code), environment=environment))
    wait_for(lambda: supervisor.log_path(name).read_text().count("\n") >= lines)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """Whether a process still runs; one that only waits for its parent to notice its end does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


BEFORE: set[int] = set()


@pytest.fixture(autouse=True)
def _others() -> None:
    """What other tests of this process keep running, such as a sandbox, is not ours to count."""
    BEFORE.clear()
    BEFORE.update(child.pid for child in psutil.Process().children(recursive=True))


def children() -> list[psutil.Process]:
    found = psutil.Process().children(recursive=True)
    return [child for child in found if child.pid not in BEFORE and lives(child.pid)]


def test_programs_that_live_pass_the_check(supervisor: Supervisor) -> None:
    start(supervisor, "one", SLEEP)
    start(supervisor, "two", SLEEP)
    supervisor.check()
    assert len(children()) == 2


def test_a_program_that_ends_is_named_with_its_last_words(supervisor: Supervisor) -> None:
    start(supervisor, "web", SLEEP)
    start(supervisor, "worker", "import sys; print('no such queue', flush=True); sys.exit(3)")
    with pytest.raises(ProgramDied) as death:
        supervisor.watch()
    assert str(death.value).splitlines() == [
        "no such queue",
        f"worker ended with exit code 3; its log is {supervisor.log_path('worker')}",
    ]


def test_a_killed_program_is_named_with_the_signal(supervisor: Supervisor) -> None:
    start(supervisor, "worker", "import os; print('x', flush=True); os.kill(os.getpid(), 9)")
    with pytest.raises(ProgramDied, match="worker was killed by signal 9"):
        supervisor.watch()


def test_stop_ends_every_program_and_the_children_they_left(supervisor: Supervisor) -> None:
    start(supervisor, "plain", SLEEP)
    start(supervisor, "stubborn", STUBBORN)
    start(supervisor, "parent", WITH_CHILD, lines=2)
    assert len(children()) == 4
    grandchildren = [child.pid for child in children()]
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 3
    wait_for(lambda: not any(lives(pid) for pid in grandchildren))


def test_a_program_gets_its_own_environment_beside_the_inherited_one(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INHERITED", "yes")
    code = "import os; print(os.environ['INHERITED'], os.environ['GIVEN'], flush=True)"
    start(supervisor, "web", code, GIVEN="too")
    assert supervisor.log_path("web").read_text() == "yes too\n"
    assert "GIVEN" not in os.environ


def test_the_log_of_the_run_before_is_kept_beside_the_new_one(supervisor: Supervisor) -> None:
    start(supervisor, "web", "print('first run', flush=True)")
    supervisor.stop()
    start(supervisor, "web", "print('second run', flush=True)")
    assert supervisor.log_path("web").read_text() == "second run\n"
    assert (supervisor.log_dir / "web.previous.log").read_text() == "first run\n"


def test_programs_end_when_the_supervisor_itself_is_killed(tmp_path: Path) -> None:
    code = f"""
import sys, time
from pathlib import Path
from efactori.supervisor import Program, Supervisor
supervisor = Supervisor(log_dir=Path({str(tmp_path)!r}))
supervisor.start(Program(name="web", command=(sys.executable, "-c", {SLEEP!r})))
print(supervisor._running["web"].pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen((sys.executable, "-c", code), stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        child = int(killed.stdout.readline())
        assert lives(child)
        killed.send_signal(signal.SIGKILL)
    wait_for(lambda: not lives(child))
