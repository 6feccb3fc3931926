"""The tabs of a page about one thing. Apps above add their own: customers and products know of no documents."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class Tab:
    """`page` is the route of the thing's page and `key` names the tab in its address; `template` gets what the page
    knows and what `context` makes of request and thing; `count` stands at the label.
    """

    page: str
    key: str
    order: int
    label: Any
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any]]
    count: Callable[[Any], int] | None = None


_tabs: dict[str, list[Tab]] = {}


def declare(tab: Tab) -> None:
    tabs = _tabs.setdefault(tab.page, [])
    tabs.append(tab)
    tabs.sort(key=lambda one: one.order)


def chosen(page: str, key: str) -> Tab:
    """The tab of that key, else the first."""
    return next((tab for tab in _tabs[page] if tab.key == key), _tabs[page][0])


def url(page: str, key: str, thing: Model) -> str:
    """The address of a tab; the first is what the page opens with."""
    address = reverse(page, args=[thing.pk])
    return address if key == _tabs[page][0].key else f"{address}?tab={key}"


def links(current: Tab, thing: Model) -> list[dict[str, Any]]:
    """All tabs of the page as the component of tabs takes them."""
    return [
        {
            "label": tab.label,
            "url": url(tab.page, tab.key, thing),
            "count": tab.count(thing) if tab.count else None,
            "current": tab is current,
        }
        for tab in _tabs[current.page]
    ]


def counts(page: str, thing: Model) -> list[dict[str, Any]]:
    """What hangs on a thing, by the tabs that count."""
    return [{"label": tab.label, "count": tab.count(thing)} for tab in _tabs[page] if tab.count]
