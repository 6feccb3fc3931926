"""Parts of a page that a higher floor fills: the customer's page shows its invoices without knowing of invoices."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Panel:
    """`place` names the page, or a column of it (`customers.party`, `start.aside`).

    `context` makes what `template` needs of request and object; None where there is nothing to show to this person.
    """

    place: str
    order: int
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]


_panels: list[Panel] = []


def declare(panel: Panel) -> None:
    _panels.append(panel)


def render(place: str, request: HttpRequest, obj: Any) -> list[SafeString]:
    """The panels of a place that have something to show, in their order."""
    chosen = sorted((panel for panel in _panels if panel.place == place), key=lambda panel: panel.order)
    filled = ((panel.template, panel.context(request, obj)) for panel in chosen)
    return [render_to_string(template, context, request) for template, context in filled if context is not None]
