"""The tabs of a customer's page. Apps above add their own: customers know of no documents."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from customers.models import Party


@dataclass(frozen=True)
class Tab:
    """`key` names it in the address; `template` gets `party` and what `context` makes; `count` stands at its name."""

    key: str
    order: int
    label: Any
    template: str
    context: Callable[[HttpRequest, Party], dict[str, Any]]
    count: Callable[[Party], int] | None = None


_tabs: list[Tab] = []


def declare(tab: Tab) -> None:
    _tabs.append(tab)
    _tabs.sort(key=lambda one: one.order)


def chosen(key: str) -> Tab:
    """The tab of that key, else the first."""
    return next((tab for tab in _tabs if tab.key == key), _tabs[0])


def url(key: str, party: Party) -> str:
    """The address of a tab; the first is what the page opens with."""
    page = reverse("customers:detail", args=[party.pk])
    return page if key == _tabs[0].key else f"{page}?tab={key}"


def links(current: Tab, party: Party) -> list[dict[str, Any]]:
    """All tabs as the component of tabs takes them."""
    return [
        {
            "label": tab.label,
            "url": url(tab.key, party),
            "count": tab.count(party) if tab.count else None,
            "current": tab is current,
        }
        for tab in _tabs
    ]


def counts(party: Party) -> list[dict[str, Any]]:
    """What hangs on a customer, by the tabs that count."""
    return [{"label": tab.label, "count": tab.count(party)} for tab in _tabs if tab.count]
