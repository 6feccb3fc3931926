"""What the API's reference says of the messages that are sent."""

from typing import Any

from core.api.openapi import webhooks

_ID = "0197c0de-1234-7abc-8def-0123456789ab"
_UUID = {"type": "string", "format": "uuid"}
# What most endpoints wait for; `events[]` of an endpoint takes any action, or the start of one with `.*`.
TOLD = {
    "customers.party.created": ("A customer was made", "customer"),
    "customers.party.updated": ("A customer was changed", "customer"),
    "documents.file.printed": ("The PDF of a document was made", "invoice"),
    "invoices.invoice.issued": ("An invoice was issued", "invoice"),
    "invoices.credit_note.issued": ("A credit note was issued", "credit_note"),
    "payments.payment.recorded": ("A payment was recorded", "payment"),
    "payments.payment.undone": ("A payment was undone", "payment"),
    "products.product.created": ("A product was made", "product"),
    "products.product.updated": ("A product was changed", "product"),
    "sending.message.failed": ("A mail could not be sent", "invoice"),
    "sending.message.sent": ("A mail was sent", "invoice"),
    "webhooks.endpoint.pinged": ("A test message was asked for", "webhook_endpoint"),
}
_NOTE = (
    "Sent to every endpoint that waits for it, signed as Standard Webhooks describe. Answer 2xx within ten seconds; "
    "anything else is tried again over three days, 410 switches the endpoint off. The same message may come twice: its "
    "`webhook-id` is the event's id. The body says what happened to what; read the object over the API."
)
_ANSWERS = {
    "2XX": {"description": "Taken."},
    "410": {"description": "Gone: the endpoint is switched off."},
    "default": {"description": "Tried again."},
}


def announce() -> None:
    """Put all of them into the reference."""
    for action, (summary, kind) in TOLD.items():
        webhooks.announce(action, _operation(action, summary, kind))


def _operation(action: str, summary: str, kind: str) -> dict[str, Any]:
    headers = [
        _header("webhook-id", "The event's id, the same at every attempt.", _ID),
        _header("webhook-timestamp", "When it was sent, in seconds since 1970.", "1774944900"),
        _header(
            "webhook-signature",
            "`v1,` and the base64 of HMAC-SHA256(secret, id + `.` + timestamp + `.` + body); after a blank, the same "
            "with the replaced secret, for a day.",
            "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
        ),
    ]
    schema = {
        "type": "object",
        "properties": {
            "id": dict(_UUID),
            "type": {"type": "string", "const": action},
            "timestamp": {"type": "string", "format": "date-time"},
            "company": dict(_UUID),
            "object": {
                "type": "object",
                "properties": {"kind": {"type": "string"}, "id": dict(_UUID)},
                "required": ["kind", "id"],
            },
        },
        "required": ["id", "type", "timestamp", "company", "object"],
    }
    example = {
        "id": _ID,
        "type": action,
        "timestamp": "2026-03-31T08:15:00.000000Z",
        "company": "0197c0de-0000-7abc-8def-0123456789ab",
        "object": {"kind": kind, "id": "0197c0de-5678-7abc-8def-0123456789ab"},
    }
    return {
        "operationId": f"webhook_{action.replace('.', '_')}",
        "summary": summary,
        "description": _NOTE,
        "tags": ["Webhooks"],
        "parameters": headers,
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}},
        "responses": dict(_ANSWERS),
    }


def _header(name: str, description: str, example: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }
