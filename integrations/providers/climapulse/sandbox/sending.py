"""The button "Create an invoice": builds the message, signs it, sends it, and keeps what came back."""

import base64
import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from standardwebhooks import Webhook

from core.http import HttpClient, HttpFailure
from integrations.providers.climapulse.sandbox import api, store

EVENT = "work_order.invoice_requested"
USER = {"id": "u-7", "full_name": "Sofie Lemmens", "email": "sofie@frigotech.example"}
PAUSES = (0, 1, 3)  # seconds before each attempt
POLLS = (0.5, 1, 2, 4, 8)  # seconds before each look at the address that a 202 names
WRONG_SECRET = "whsec_" + base64.b64encode(b"not the secret that was agreed on").decode()


class NotRegistered(Exception):
    """Nobody asked for work orders."""


@dataclass(frozen=True)
class Delivery:
    """The last answer to a message; `status` is None when there was none, `answer` the decoded body."""

    message_id: str
    status: int | None
    answer: Any
    problem: str


def press(work_order_id: str, *, message_id: str = "") -> list[Delivery]:
    """Send the work order under a message id of its own; two deliveries when the fault asks for it."""
    registration = {name: store.setting(name) for name in ("webhook_url", "secret", "old_secret", "old_secret_until")}
    if not registration["webhook_url"]:
        raise NotRegistered
    message_id = message_id or f"msg_{uuid.uuid4().hex}"
    body = message(work_order_id)
    secrets = [registration["secret"]]
    if registration["old_secret_until"] > datetime.now(UTC).isoformat():
        secrets.append(registration["old_secret"])
    if store.take_fault("bad_signature") is not None:
        secrets = [WRONG_SECRET]
    times = 2 if store.take_fault("sent_twice") is not None else 1
    return [_deliver(work_order_id, message_id, registration["webhook_url"], secrets, body) for _ in range(times)]


def message(work_order_id: str) -> str:
    """The message's text, with the bytes of the files that travel inside it."""
    order = store.work_order(work_order_id)
    if order is None:
        raise LookupError(work_order_id)
    files = {
        row["id"]: bytes(row["content"])
        for row in store.rows("SELECT id, content FROM attachment WHERE work_order_id = ? AND inline", work_order_id)
    }
    if files and store.take_fault("corrupt_pdf") is not None:
        files = {key: api.damaged(content) for key, content in files.items()}
    for attachment in order.get("attachments", ()):
        if attachment["id"] in files:
            attachment["content_base64"] = base64.b64encode(files[attachment["id"]]).decode()
    occurred_at = timezone.localtime().isoformat(timespec="seconds")
    envelope = {"event": EVENT, "occurred_at": occurred_at, "requested_by": USER, "work_order": order}
    return json.dumps(envelope, ensure_ascii=False)


def _deliver(work_order_id: str, message_id: str, url: str, secrets: list[str], body: str) -> Delivery:
    """Try until there is an answer that another try would not change."""
    client = HttpClient(url, timeout=(3.05, 30), allow_private=True, retries=0)
    for pause in PAUSES:
        time.sleep(pause)
        delivery = _attempt(client, work_order_id, message_id, url, secrets, body)
        if delivery.status is not None and delivery.status < 500 and delivery.status != 429:
            break
    if delivery.status == 202:
        delivery = _poll(delivery, url) or delivery
    return delivery


def _attempt(
    client: HttpClient, work_order_id: str, message_id: str, url: str, secrets: list[str], body: str
) -> Delivery:
    now = datetime.now(UTC)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Climapulse",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message_id, now, body) for secret in secrets),
    }
    start = time.monotonic()
    status, text, problem = _call(client, "POST", content=body.encode(), headers=headers)
    with store.transaction() as db:
        db.execute(
            "INSERT INTO delivery (work_order_id, message_id, sent_at, url, headers, body, status, answer, problem,"
            " milliseconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                work_order_id,
                message_id,
                now.isoformat(timespec="seconds"),
                url,
                json.dumps(headers),
                body,
                status,
                text,
                problem,
                round((time.monotonic() - start) * 1000),
            ),
        )
    return Delivery(message_id, status, _decoded(text), problem)


def _poll(delivery: Delivery, url: str) -> Delivery | None:
    """The final answer behind the status address of a 202, None when it does not come in time."""
    status_url = delivery.answer.get("status_url") if isinstance(delivery.answer, dict) else None
    if not isinstance(status_url, str) or urlsplit(status_url)[:2] != urlsplit(url)[:2]:
        return None
    client = HttpClient(status_url, allow_private=True, retries=0)
    for pause in POLLS:
        time.sleep(pause)
        status, text, problem = _call(client, "GET")
        if status is not None and status != 202 and status < 500:
            with store.transaction() as db:
                db.execute(
                    "UPDATE delivery SET status = ?, answer = ?, problem = ?"
                    " WHERE seq = (SELECT max(seq) FROM delivery WHERE message_id = ?)",
                    (status, text, problem, delivery.message_id),
                )
            return Delivery(delivery.message_id, status, _decoded(text), problem)
    return None


def _call(client: HttpClient, method: str, **options: Any) -> tuple[int | None, str, str]:
    try:
        answer = client.request(method, "", **options)
    except HttpFailure as failure:
        return failure.status, failure.body.decode(errors="replace"), str(failure) if failure.status is None else ""
    return answer.status, answer.body.decode(errors="replace"), ""


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
