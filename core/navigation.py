"""The side menu: apps declare their entries in `navigation.py`; the shell asks for what a request may see."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class Entry:
    """One item: a lazy label, the URL's name, an icon of the sprite, its group and place, and an optional counter."""

    label: Any
    url_name: str
    icon: str
    group: Any
    order: int
    count: Callable[[], int] | None = None
    owner_only: bool = False


_entries: list[Entry] = []


def declare(entry: Entry) -> None:
    _entries.append(entry)


def for_request(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of items for the person who asks; empty when nobody is signed in or they belong to no company."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return []
    groups: dict[str, dict[str, Any]] = {}
    for entry in sorted(_entries, key=lambda item: item.order):
        if entry.owner_only and membership.role != "owner":
            continue
        url = reverse(entry.url_name)
        group = groups.setdefault(str(entry.group), {"label": entry.group, "items": []})
        group["items"].append(
            {
                "label": entry.label,
                "url": url,
                "icon": entry.icon,
                "count": entry.count() if entry.count else None,
                "current": request.path == url or (url != "/" and request.path.startswith(url)),
            }
        )
    return list(groups.values())
