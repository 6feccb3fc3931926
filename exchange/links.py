"""The way in: each sheet's own list gets a menu with import and export, without knowing of this app."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from core import panels, sheets
from core.panels import Panel
from core.sheets import Sheet
from exchange.access import may_import


def declare_all() -> None:
    for sheet in sheets.all_sheets():
        panels.declare(Panel(place=sheet.place, order=10, template="exchange/links.html", context=_context(sheet)))


def _context(sheet: Sheet) -> Callable[[HttpRequest, Any], dict[str, Any]]:
    return lambda request, _obj: {"sheet": sheet, "may_import": may_import(request)}
