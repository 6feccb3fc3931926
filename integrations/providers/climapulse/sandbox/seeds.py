"""What a new sandbox starts with: an open account with a key of its own, and a week of work orders.

The four samples of the contract are among them; the others are the everyday of a Belgian HVAC installer, in French and
Dutch.
"""

import base64
import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

from integrations.providers.climapulse.sandbox import pdf, store

FOLDER = Path(__file__).parent
SAMPLES = FOLDER.parent / "samples"
COMPANY = "Frigotech SRL"
TECHNICIANS = (
    {"id": "u-3", "full_name": "Marc Peeters", "email": "marc@frigotech.example"},
    {"id": "u-4", "full_name": "Élodie Renard"},
)


def prepare(company: str | None) -> None:
    """Make the database; fill it when it is new, keep everything when it is not."""
    store.create()
    if not store.setting("api_key"):
        for path in sorted(SAMPLES.glob("*.json")):
            _seed(json.loads(path.read_text())["work_order"])
        for order in json.loads((FOLDER / "seeds.json").read_text()):
            _seed(order)
        store.change(company=COMPANY, account_id=f"acc-{secrets.token_hex(4)}", api_key=new_key(), api_access="yes")
    if company:
        store.change(company=company)


def new_key() -> str:
    """An API key that nobody can guess."""
    return f"cp_{secrets.token_hex(20)}"


def _seed(order: dict[str, Any]) -> None:
    """Store a work order; a file comes with its bytes, is drawn from `lines`, or stays unavailable."""
    files = {}
    for attachment in order.get("attachments", ()):
        inline, encoded = attachment.pop("inline", True), attachment.pop("content_base64", None)
        lines = attachment.pop("lines", None)
        if encoded:
            files[attachment["id"]] = (inline, base64.b64decode(encoded))
        elif lines:
            files[attachment["id"]] = (inline, describe(attachment, pdf.write(lines[0], lines[1:])))
    store.save_work_order(order, files)


def describe(attachment: dict[str, Any], content: bytes) -> bytes:
    """Write size and hash of the bytes into the attachment."""
    attachment |= {
        "media_type": "application/pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return content


def paper(order: dict[str, Any]) -> bytes:
    """The work order's own PDF."""
    customer = order["customer"]
    lines = [customer["name"], f"Date : {order.get('performed_on', '')}", order.get("title", ""), ""]
    lines += [
        f"{entry['user'].get('full_name', '')} : {entry['minutes']} min {entry.get('description', '')}"
        for entry in order.get("time_entries", ())
    ]
    lines += [f"{material['quantity']} x {material['name']}" for material in order.get("materials", ())]
    return pdf.write(f"Bon de travail {order['number']}", [*lines, "", *order.get("memo", "").splitlines()])
