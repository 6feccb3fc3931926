"""Each operation as a command that can be copied and run."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from core.api.openapi import samples

_INDENT = " \\\n  "


def curl(path: str, method: str, told: Mapping[str, Any], parameters: Sequence[Mapping[str, Any]]) -> str:
    """The token comes from the environment, so that it stays out of the shell's history."""
    address = f"{settings.PUBLIC_URL}{path}"
    for one in parameters:
        if one["in"] == "path":
            address = address.replace(f"{{{one['name']}}}", samples.ID)
    verb = "" if method == "GET" else f"-X {method} "
    parts = [f"curl {verb}{address}", '-H "Authorization: Bearer $EFACTORI_TOKEN"']
    if any(one["name"] == "Idempotency-Key" for one in parameters):
        parts.append('-H "Idempotency-Key: $(uuidgen)"')
    for media_type, body in told.get("requestBody", {}).get("content", {}).items():
        parts += _body(media_type, body)
    kept = _file(told)
    return _INDENT.join(parts + ([f"-o {kept}"] if kept else []))


def _body(media_type: str, body: Mapping[str, Any]) -> list[str]:
    if media_type != "application/json":
        return ["-F file=@work-order.pdf"]
    text = json.dumps(body["example"], ensure_ascii=False, indent=2).replace("'", "'\\''")
    return [f'-H "Content-Type: {media_type}"', f"-d '{text}'"]


def _file(told: Mapping[str, Any]) -> str:
    """The name to keep an answer under that is a file."""
    media_type = next(iter(told["responses"].get("200", {}).get("content", {"application/json": None})))
    return {"application/pdf": "invoice.pdf", "application/xml": "invoice.xml", "text/html": "invoice.html"}.get(
        media_type, ""
    )
