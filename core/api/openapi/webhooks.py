"""The `webhooks` section: an app that calls out says here what it sends."""

from collections.abc import Mapping
from typing import Any

_known: dict[str, Mapping[str, Any]] = {}


def announce(name: str, operation: Mapping[str, Any]) -> None:
    """Describe the POST that is sent under `name`."""
    _known[name] = {"post": operation}


def known() -> Mapping[str, Mapping[str, Any]]:
    return dict(sorted(_known.items()))
