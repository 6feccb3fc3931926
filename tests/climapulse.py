"""The other side for tests: the sandbox as its own process, the contract's samples, signed messages."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client
from standardwebhooks import Webhook

from integrations.models import Connection
from integrations.services import connecting
from users.models import Company, User

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "integrations" / "providers" / "climapulse" / "samples"


@dataclass(frozen=True)
class Sandbox:
    url: str

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = requests.get(f"{self.url}/sandbox/state", timeout=5).json()
        return state

    def fault(self, kind: str, times: int = 1, seconds: float = 1) -> None:
        body = {"kind": kind, "times": times, "seconds": seconds}
        requests.post(f"{self.url}/sandbox/faults", json=body, timeout=5).raise_for_status()

    def item_calls(self) -> int:
        """Calls that changed or read the inventory since the process started."""
        return sum(count for name, count in self.state()["calls"].items() if "/inventory/items" in name)

    def items(self) -> dict[str, dict[str, Any]]:
        """The inventory by external id, or by its own id where an item has none."""
        headers = {"Authorization": f"Bearer {self.state()['api_key']}"}
        found: dict[str, dict[str, Any]] = {}
        cursor = ""
        while True:
            page = requests.get(
                f"{self.url}/inventory/items",
                params={"limit": 200, "cursor": cursor} if cursor else {"limit": 200},
                headers=headers,
                timeout=10,
            ).json()
            found |= {item.get("external_id") or item["id"]: item for item in page["items"]}
            cursor = page["next_cursor"]
            if not cursor:
                return found


def start_sandbox(data: Path) -> tuple[subprocess.Popen[str], Sandbox]:
    command = [sys.executable, "-m", "integrations.providers.climapulse.sandbox", "--port", "0", "--data", str(data)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = re.search(r"http://[0-9.:]+", process.stdout.readline())
    assert address is not None
    return process, Sandbox(address[0])


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    process, sandbox = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    process.terminate()
    process.communicate(timeout=10)


@pytest.fixture
def sandbox(running_sandbox: Sandbox, settings: LazySettings) -> Sandbox:
    """A clean other side, which the product is told to use."""
    requests.delete(f"{running_sandbox.url}/sandbox/state", json={}, timeout=5).raise_for_status()
    settings.CLIMAPULSE_API_URL = running_sandbox.url
    return running_sandbox


@pytest.fixture
def climapulse(sandbox: Sandbox, company: Company, alice: User) -> Connection:
    """Frigotech's connection, made as the Connect button makes it."""
    return connecting.connect(
        company=company, provider_key="climapulse", credentials={"api_key": sandbox.state()["api_key"]}, by=alice
    )


def sample(name: str) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return payload


def headers_for(
    connection: Connection, body: bytes, message_id: str, *, secret: str = "", at: datetime | None = None
) -> dict[str, str]:
    """The three headers of Standard Webhooks, signed by their reference library."""
    at = at or datetime.now(UTC)
    secret = secret or connection.secrets["hook_secrets"][0]["secret"]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body.decode("utf-8", "surrogateescape")),
    }


def hook_path(connection: Connection) -> str:
    return f"/hooks/{connection.provider}/{connection.hook_key}"


def deliver(
    connection: Connection,
    payload: Any,
    message_id: str = "msg_1",
    *,
    headers: dict[str, str] | None = None,
    client: Client | None = None,
    content_type: str = "application/json",
) -> HttpResponse:
    """Post a message to the hook as the other side does; bytes go as they are."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload, ensure_ascii=False).encode()
    headers = headers_for(connection, body, message_id) if headers is None else headers
    response: HttpResponse = (client or Client()).post(
        hook_path(connection), body, content_type=content_type, headers=headers
    )
    return response
