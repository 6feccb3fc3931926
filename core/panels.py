"""Parts of a page that a higher floor fills: the customer's page shows its invoices without knowing of invoices."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Panel:
    """`place` names the page (`customers.party`); `context` makes what `template` needs of request and object."""

    place: str
    order: int
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any]]


_panels: list[Panel] = []


def declare(panel: Panel) -> None:
    _panels.append(panel)


def render(place: str, request: HttpRequest, obj: Any) -> list[SafeString]:
    """The panels of a place, in their order."""
    chosen = sorted((panel for panel in _panels if panel.place == place), key=lambda panel: panel.order)
    return [render_to_string(panel.template, panel.context(request, obj), request) for panel in chosen]
