"""ETags say which content a client read; `If-Match` lets it change only that."""

import hashlib
import json
from typing import Any

from django.utils.http import parse_etags
from rest_framework.request import Request

from core.api.errors import Stale


def of(content: Any) -> str:
    """A strong ETag of plain JSON values, so that whatever changes in the answer changes the tag."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f'"{hashlib.sha256(canonical.encode()).hexdigest()[:32]}"'


def is_known(request: Request, etag: str) -> bool:
    """Whether `If-None-Match` says that the client has this content already."""
    header = request.headers.get("If-None-Match")
    if header is None:
        return False
    return any(tag == "*" or tag.removeprefix("W/") == etag for tag in parse_etags(header))


def check(request: Request, etag: str) -> None:
    """Refuse a change that was made from other content; weak tags never match (RFC 9110, 13.1.1)."""
    header = request.headers.get("If-Match")
    if header is not None and not {"*", etag} & set(parse_etags(header)):
        raise Stale
