"""Buttons for scripts: the same things that the pages do, as JSON, for callers on this machine only."""

import ipaddress
import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from integrations.providers.climapulse.sandbox import api, sending, store

View = Callable[..., HttpResponse]


def local(*methods: str) -> Callable[[View], View]:
    """Only from this machine, only these methods.

    What changes something must be JSON, which no foreign page can post.
    """

    def decorate(handler: View) -> View:
        @csrf_exempt
        def view(request: HttpRequest, **parts: str) -> HttpResponse:
            if not ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback:
                return api.problem(403, "Only from this machine")
            if request.method not in methods:
                return api.problem(405, "Method not allowed", Allow=", ".join(methods))
            if request.method == "GET":
                return handler(request, **parts)
            if request.content_type != "application/json":
                return api.problem(415, "Send application/json")
            try:
                body = json.loads(request.body or b"{}")
            except ValueError:
                return api.problem(400, "The body is not JSON")
            return handler(request, body=body, **parts) if isinstance(body, dict) else api.problem(400, "No object")

        return view

    return decorate


def healthz(request: HttpRequest) -> HttpResponse:
    """200 when requests are answered and the database can be read."""
    return JsonResponse({"status": "ok", "inventory": api.total()})


@local("GET", "DELETE")
def state(request: HttpRequest, body: dict[str, Any] | None = None) -> HttpResponse:
    """The key to connect with, and what was done so far; `calls` counts by method and path since the start.

    DELETE forgets the registration, the inventory, the deliveries and the faults; key and work orders stay.
    """
    if request.method == "DELETE":
        store.forget()
    return JsonResponse(
        {
            "api_key": store.setting("api_key"),
            "api_access": store.setting("api_access") == "yes",
            "company": store.setting("company"),
            "registered": bool(store.setting("webhook_url")),
            "webhook_url": store.setting("webhook_url"),
            "inventory": api.total(),
            "work_orders": [row["id"] for row in store.rows("SELECT id FROM work_order ORDER BY id")],
            "faults": {row["kind"]: row["times"] for row in store.rows("SELECT * FROM fault WHERE times > 0")},
            "calls": dict(api.calls),
        }
    )


@local("POST")
def create_invoice(request: HttpRequest, work_order_id: str, body: dict[str, Any]) -> HttpResponse:
    """Press the button; an optional `message_id` sends that message once more."""
    if store.work_order(work_order_id) is None:
        return api.problem(404, "No such work order")
    try:
        deliveries = sending.press(work_order_id, message_id=str(body.get("message_id", "")))
    except sending.NotRegistered:
        return api.problem(409, "Nobody is connected", "not_registered")
    answers = [{"status": delivery.status, "answer": delivery.answer} for delivery in deliveries]
    last = deliveries[-1]
    return JsonResponse(answers[-1] | {"message_id": last.message_id, "problem": last.problem, "answers": answers})


@local("GET", "POST", "DELETE")
def faults(request: HttpRequest, body: dict[str, Any] | None = None) -> HttpResponse:
    """Read the planned faults; plan `{"kind", "times", "seconds"}`; forget all."""
    if request.method == "DELETE":
        with store.transaction() as db:
            db.execute("DELETE FROM fault")
    elif body is not None:
        kind, times, seconds = body.get("kind"), body.get("times", 1), body.get("seconds", 1)
        if kind not in store.FAULTS:
            return api.problem(422, f"kind must be one of {', '.join(store.FAULTS)}")
        if type(times) is not int or times < 0 or type(seconds) not in (int, float) or not 0 <= seconds <= 600:
            return api.problem(422, "times must be a whole number, seconds a number up to 600")
        store.set_fault(kind, times, seconds)
    planned = store.rows("SELECT * FROM fault WHERE times > 0")
    return JsonResponse({row["kind"]: {"times": row["times"], "seconds": row["seconds"]} for row in planned})
