"""Where two people changed one draft: what stands saved, beside what the other typed, by field and by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField, Form
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.locales import format_price, format_quantity
from documents.models import Line, LineRole
from invoices.editor import Editor
from invoices.forms import LineForm
from invoices.sites import PLACE

NOT_COMPARED = {"version", "draft"}
WORDS = ("description", "detail")
FIGURES = ("quantity", "unit", "unit_price", "discount_percent", "own_rate", "vat_exception")


@dataclass(frozen=True)
class Difference:
    """One thing that differs; an empty side has nothing there."""

    label: str
    theirs: str
    mine: str


def differences(editor: Editor) -> list[Difference]:
    """What is typed in `editor`, against its document as it stands now."""
    return [*_of_head(editor), *_of_site(editor), *_of_lines(editor)]


def _of_head(editor: Editor) -> Iterator[Difference]:
    form: Any = editor.form
    for name in form.changed_data:
        if name in NOT_COMPARED:
            continue
        field = form[name]
        if name == "party":
            mine = editor.party.name if editor.party else ""
            yield Difference(str(field.label), editor.document.buyer_name, mine)
        else:
            yield Difference(str(field.label), _shown(field, form.initial.get(name)), _shown(field, field.data))


def _of_site(editor: Editor) -> Iterator[Difference]:
    site = editor.site
    if site is None or not site.is_valid():
        return
    theirs, mine = (_place(place) for place in (editor.document.site, site.place()))
    if theirs != mine:
        yield Difference(_("Site"), theirs, mine)


def _of_lines(editor: Editor) -> Iterator[Difference]:
    saved = dict(editor.existing)
    for number, row in enumerate(editor.rows, start=1):
        label = _("Line %d") % number
        line = editor.line_of(row)
        if line is None or line.pk not in saved:
            if words := _summary(row["description"].data, row["quantity"].data, row["unit_price"].data):
                yield Difference(label, "", words)
            continue
        del saved[line.pk]
        changed = [row[name] for name in _names(line) if _differs(row, name, line)]
        if changed:
            initial = LineForm.initial_of(line)
            yield Difference(
                f"{label}: {line.description}" if line.description else label,
                _listed((field, initial[field.name]) for field in changed),
                _listed((field, field.data) for field in changed),
            )
    for line in saved.values():
        language = get_language() or "fr"
        figures = (format_quantity(line.quantity, language), format_price(line.unit_price, language))
        words = _summary(line.description, *(figures if line.role == LineRole.ITEM else ("", "")))
        yield Difference(_("Line %d") % (line.position + 1), words, "")


def _names(line: Line) -> tuple[str, ...]:
    """What may differ in a line: a credited one has but its quantity and words."""
    if line.role != LineRole.ITEM:
        return WORDS
    return (*WORDS, "quantity") if line.source_id else WORDS + FIGURES


def _differs(row: Form, name: str, line: Line) -> bool:
    field: Any = row.fields[name]
    return bool(field.has_changed(LineForm.initial_of(line)[name], row[name].data))


def _listed(values: Any) -> str:
    return ", ".join(f"{field.label} {_shown(field, value) or '–'}" for field, value in values)


def _summary(description: Any, quantity: Any, price: Any) -> str:
    figures = f"{quantity} × {price}" if price else ""
    return ", ".join(part for part in (description, figures) if part)


def _shown(field: BoundField, value: Any) -> str:
    """A value as its field would show it, a choice by its words."""
    control: Any = field.field
    if value is None:
        return ""
    choices = getattr(control.widget, "choices", None)
    if choices:
        return next((str(label) for choice, label in choices if str(choice) == str(control.prepare_value(value))), "")
    return str(control.widget.format_value(control.prepare_value(value)) or "")


def _place(place: dict[str, Any]) -> str:
    return ", ".join(str(place[name]) for name in PLACE if place.get(name))
