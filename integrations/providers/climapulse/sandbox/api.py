"""What eFactori calls: every path of the contract, with the faults that were asked for."""

import functools
import hmac
import json
import socket
import sqlite3
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from standardwebhooks import Webhook

from integrations.providers.climapulse.sandbox import store

LIMIT = 2500
BATCH = 100
PAGE = 200
NAME = 200
ITEM_FIELDS = ("external_id", "reference", "name", "description", "unit")
ROTATION = timedelta(hours=24)  # how long a replaced secret still signs beside the new one

View = Callable[..., HttpResponse]

calls: Counter[str] = Counter()
_calls_lock = threading.Lock()


def problem(status: int, title: str, code: str = "", **headers: str) -> HttpResponse:
    """An error as RFC 9457 wants it."""
    body = {"type": "about:blank", "title": title, "status": status} | ({"code": code} if code else {})
    return JsonResponse(body, status=status, headers=headers, content_type="application/problem+json")


def endpoint(**methods: View) -> View:
    """One path of the API: counts the call, plays the faults, checks the key, chooses by method."""

    @csrf_exempt
    def view(request: HttpRequest, **parts: str) -> HttpResponse:
        path = request.resolver_match.route if request.resolver_match else request.path
        with _calls_lock:
            calls[f"{request.method} /{path}"] += 1
        if (seconds := store.take_fault("rate_limited")) is not None:
            return problem(429, "Too many calls", **{"Retry-After": str(round(seconds))})
        if store.take_fault("server_error") is not None:
            return problem(500, "Something broke here")
        if (seconds := store.take_fault("slow")) is not None:
            time.sleep(seconds)
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(key.encode(), store.setting("api_key").encode()):
            return problem(401, "Unknown API key")
        if store.setting("api_access") != "yes":
            return problem(403, "API access is off for this account")
        handler = methods.get((request.method or "").lower())
        if handler is None:
            return problem(405, "Method not allowed", Allow=", ".join(sorted(methods)).upper())
        response = handler(request, **parts)
        if store.take_fault("dropped") is not None:
            request.META["sandbox.connection"].shutdown(socket.SHUT_RDWR)
        return response

    return view


def with_body(handler: Callable[[dict[str, Any]], HttpResponse]) -> View:
    """Hands a JSON object to the handler, or says that there is none."""

    @functools.wraps(handler)
    def view(request: HttpRequest) -> HttpResponse:
        try:
            body = json.loads(request.body)
        except (ValueError, RecursionError):
            return problem(400, "The body is not JSON")
        return handler(body) if isinstance(body, dict) else problem(400, "The body is not an object")

    return view


def total() -> int:
    """Items in the inventory."""
    return int(store.rows("SELECT count(*) FROM item")[0][0])


def read_account(request: HttpRequest) -> HttpResponse:
    """The account."""
    return JsonResponse(
        {
            "id": store.setting("account_id"),
            "company_name": store.setting("company"),
            "inventory_count": total(),
            "inventory_limit": LIMIT,
        }
    )


@with_body
def register(body: dict[str, Any]) -> HttpResponse:
    """Where work orders go from now on. A new secret for the same address signs together with the old one for a day."""
    url, secret = body.get("webhook_url"), body.get("secret")
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return problem(422, "webhook_url is not a web address")
    if not isinstance(secret, str) or not secret.startswith("whsec_"):
        return problem(422, "secret does not start with whsec_")
    try:
        Webhook(secret)
    except Exception:  # the package lets base64's own errors through
        return problem(422, "secret is not base64")
    known = store.setting("secret")
    if known and known != secret and store.setting("webhook_url") == url:
        store.change(old_secret=known, old_secret_until=(datetime.now(UTC) + ROTATION).isoformat())
    elif known != secret:
        store.change(old_secret="", old_secret_until="")
    store.change(webhook_url=str(url), secret=secret)
    return JsonResponse({"webhook_url": url})


def unregister(request: HttpRequest) -> HttpResponse:
    """Forget where work orders went."""
    store.change(webhook_url="", secret="", old_secret="", old_secret_until="")
    return HttpResponse(status=204)


def list_items(request: HttpRequest) -> HttpResponse:
    """A page of the inventory, newest first; the cursor is the place where the page before it ended."""
    cursor, limit = request.GET.get("cursor", ""), request.GET.get("limit", str(PAGE))
    if not (limit.isdecimal() and 1 <= int(limit) <= PAGE):
        return problem(400, f"limit must be between 1 and {PAGE}")
    if cursor and not cursor.isdecimal():
        return problem(400, "unknown cursor")
    found = store.rows(
        "SELECT * FROM item WHERE seq < ? ORDER BY seq DESC LIMIT ?", int(cursor) if cursor else 2**62, int(limit) + 1
    )
    page = found[: int(limit)]
    return JsonResponse(
        {
            "items": [{name: row[name] for name in (*ITEM_FIELDS, "id", "updated_at")} for row in page],
            "next_cursor": str(page[-1]["seq"]) if len(found) > len(page) else None,
            "total": total(),
            "limit": LIMIT,
        }
    )


@with_body
def put_items(body: dict[str, Any]) -> HttpResponse:
    """Create or update a batch; nothing of it when the inventory would pass its limit."""
    items = body.get("items")
    if not isinstance(items, list):
        return problem(422, "items must be a list")
    if len(items) > BATCH:
        return problem(422, f"at most {BATCH} items fit in one call")
    errors = [_item_error(item) for item in items]
    with store.transaction() as db:
        present = {row["external_id"] for row in db.execute("SELECT external_id FROM item")}
        wanted = {item["external_id"] for item, error in zip(items, errors, strict=True) if not error}
        if len(present | wanted) > LIMIT:
            return problem(409, f"The inventory holds at most {LIMIT} items", "inventory_full")
        results = [
            {"external_id": _external_id(item), "status": "rejected", "error": error} if error else _put(db, item)
            for item, error in zip(items, errors, strict=True)
        ]
    return JsonResponse({"results": results, "total": len(present | wanted)})


def _external_id(item: Any) -> str:
    value = item.get("external_id") if isinstance(item, dict) else None
    return value if isinstance(value, str) else ""


def _item_error(item: Any) -> str:
    """What is wrong with an item, nothing when it is fine."""
    if not isinstance(item, dict):
        return "an item must be an object"
    for name in sorted(set(item) - set(ITEM_FIELDS)):
        return f"unknown field {name}"
    for name, value in item.items():
        if not isinstance(value, str):
            return f"{name} must be a text"
    for name in ("external_id", "reference", "name"):
        if not item.get(name):
            return f"{name} is missing"
    return f"name is longer than {NAME} characters" if len(item["name"]) > NAME else ""


def _put(db: sqlite3.Connection, item: dict[str, str]) -> dict[str, str]:
    values = {name: item.get(name, "") for name in ITEM_FIELDS}
    known = db.execute("SELECT * FROM item WHERE external_id = ?", (item["external_id"],)).fetchone()
    if known and all(known[name] == value for name, value in values.items()):
        return {"external_id": item["external_id"], "id": known["id"], "status": "unchanged"}
    values |= {"id": known["id"] if known else f"inv-{uuid.uuid4().hex[:12]}"}
    values |= {"updated_at": datetime.now(UTC).isoformat(timespec="seconds")}
    db.execute(
        "INSERT INTO item (external_id, id, reference, name, description, unit, updated_at)"
        " VALUES (:external_id, :id, :reference, :name, :description, :unit, :updated_at)"
        " ON CONFLICT (external_id) DO UPDATE SET reference = excluded.reference, name = excluded.name,"
        " description = excluded.description, unit = excluded.unit, updated_at = excluded.updated_at",
        values,
    )
    status = "updated" if known else "created"
    return {"external_id": item["external_id"], "id": values["id"], "status": status}


def delete_item(request: HttpRequest, external_id: str) -> HttpResponse:
    """Remove an item, whether or not it was there."""
    with store.transaction() as db:
        db.execute("DELETE FROM item WHERE external_id = ?", (external_id,))
    return HttpResponse(status=204)


def read_attachment(request: HttpRequest, work_order_id: str, attachment_id: str) -> HttpResponse:
    """A file's bytes, damaged when that was asked for."""
    content = store.attachment(work_order_id, attachment_id)
    if content is None:
        return problem(404, "No such attachment")
    if store.take_fault("corrupt_pdf") is not None:
        content = damaged(content)
    return HttpResponse(content, content_type="application/pdf")


def damaged(content: bytes) -> bytes:
    """A file of the right size whose bytes are wrong from the start."""
    return b"%XXX" + content[4:][::-1]


account = endpoint(get=read_account)
registration = endpoint(put=register, delete=unregister)
inventory = endpoint(get=list_items, put=put_items)
item = endpoint(delete=delete_item)
attachment = endpoint(get=read_attachment)
