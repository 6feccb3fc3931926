"""The sandbox as its own process on a free port, clean before every test that uses it."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from django.utils import translation

from integrations.providers.climapulse.client import Climapulse

FOLDER = Path(__file__).parents[1]
ROOT = FOLDER.parents[2]


@dataclass(frozen=True)
class Sandbox:
    url: str

    def state(self) -> dict[str, Any]:
        return requests.get(f"{self.url}/sandbox/state", timeout=5).json()

    def fault(self, kind: str, times: int = 1, seconds: float = 1) -> None:
        body = {"kind": kind, "times": times, "seconds": seconds}
        assert requests.post(f"{self.url}/sandbox/faults", json=body, timeout=5).status_code == 200

    def press(self, work_order_id: str, **body: str) -> requests.Response:
        return requests.post(f"{self.url}/sandbox/work-orders/{work_order_id}/create-invoice", json=body, timeout=60)

    def client(self, **options: Any) -> Climapulse:
        return Climapulse(self.url, self.state()["api_key"], **{"allow_private": True} | options)


def start(data: Path, port: int = 0) -> tuple[subprocess.Popen[str], str]:
    """The process and the address it prints."""
    options = ["--port", str(port), "--data", str(data)]
    command = [sys.executable, "-m", "integrations.providers.climapulse.sandbox", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://[0-9.:]+", line)
    return process, found[0] if found else ""


def stop(process: subprocess.Popen[str]) -> tuple[int, str, float]:
    """Ask it to end: exit code, what it said on standard error, seconds it took."""
    begun = time.monotonic()
    process.terminate()
    _, errors = process.communicate(timeout=10)
    return process.returncode, errors, time.monotonic() - begun


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are compared as they are written."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    process, url = start(tmp_path_factory.mktemp("sandbox"))
    yield Sandbox(url)
    stop(process)


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    requests.delete(f"{running_sandbox.url}/sandbox/state", json={}, timeout=5).raise_for_status()
    return running_sandbox
