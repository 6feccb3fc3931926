"""The parts that every page is made of; `docs/design.md` shows each with its usage.

A part that wraps markup is a block tag here; a part that only shows data is a partial in `templates/components/`.
"""

import secrets
from typing import Any

from django import template
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    HiddenInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = template.Library()

# state: (tone, icon, word). One word per state, everywhere in the product.
STATES = {
    "draft": ("draft", "pencil-line", _("Draft")),
    "issued": ("issued", "file-check", _("Issued")),
    "sent": ("issued", "send", _("Sent")),
    "partially_paid": ("warn", "circle-dot", _("Partly paid")),
    "paid": ("paid", "check", _("Paid")),
    "to_refund": ("warn", "undo-2", _("To refund")),
    "late": ("late", "clock-alert", _("Late")),
    "credited": ("neutral", "undo-2", _("Credited")),
    "cancelled": ("neutral", "ban", _("Cancelled")),
    "queued": ("neutral", "clock", _("Waiting")),
    "running": ("issued", "loader", _("Running")),
    "done": ("paid", "check", _("Done")),
    "partial": ("warn", "triangle-alert", _("Done with errors")),
    "failed": ("late", "circle-x", _("Failed")),
    "refused": ("late", "circle-x", _("Refused")),
    "warn": ("warn", "triangle-alert", _("To check")),
    "active": ("paid", "check", _("Active")),
    "inactive": ("neutral", "minus", _("Inactive")),
    "archived": ("neutral", "archive", _("Archived")),
}

_BARE_WIDGETS = (HiddenInput, RadioSelect, CheckboxSelectMultiple)


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite; `size` is "", "sm" or "lg". It is decoration: the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f" icon-{size}" if size else "",
        static("icons.svg"),
        name,
    )


@register.simple_tag
def badge(label: Any, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """A short word on a tinted ground; tones neutral, draft, issued, paid, late, warn."""
    mark = icon(icon_name, "sm") if icon_name else ""
    return format_html('<span class="badge badge-{}">{}{}</span>', tone, mark, label)


@register.simple_tag
def status(state: str, label: Any = "") -> SafeString:
    """The badge of a state, by colour, glyph and word; an unknown state shows its own name."""
    tone, icon_name, word = STATES.get(state, ("neutral", "circle", state))
    return badge(label or word, tone, icon_name)


@register.filter
def shortcuts(navigation: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """The first entry of each group of the side menu: the tab bar of a phone."""
    return [group["items"][0] for group in navigation][:most]


@register.filter
def widget(field: BoundField, size: str = "") -> SafeString:
    """A form field's bare control, dressed by its type; `size` "sm" suits a filter bar."""
    control = field.field.widget
    attributes: dict[str, Any] = {}
    if not isinstance(control, _BARE_WIDGETS):
        kind = _kind(field)
        attributes["class"] = " ".join(filter(None, [control.attrs.get("class"), kind, size and f"{kind}-{size}"]))
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField, label: Any = None, help_text: Any = None, unit: Any = "", wide: bool = False
) -> dict[str, Any]:
    """A labelled form field with its help and errors; `wide` spans the row.

    `unit` stands inside the control; a form's own field may know it already, as its attribute `unit`.
    """
    return {
        "field": bound,
        "kind": _kind(bound),
        "label": bound.label if label is None else label,
        "help_text": bound.help_text if help_text is None else help_text,
        "unit": unit or getattr(bound.field, "unit", ""),
        "wide": wide,
    }


@register.inclusion_tag("components/form.html")
def form_fields(form: Any) -> dict[str, Any]:
    """Every field of a form in two columns, after the errors that belong to no field."""
    return {"form": form}


@register.simple_block_tag
def page_header(
    content: str,
    title: Any,
    subtitle: Any = "",
    back_url: str = "",
    back_label: Any = "",
    state: str = "",
    state_label: Any = "",
) -> str:
    """The head of a page: title, line below, way back, state by its usual or own word; the block holds its actions."""
    return render_to_string(
        "components/page_header.html",
        {
            "actions": content,
            "title": title,
            "subtitle": subtitle,
            "back_url": back_url,
            "back_label": back_label,
            "state": state,
            "state_label": state_label,
        },
    )


@register.simple_block_tag
def card(content: str, title: Any = "", icon_name: str = "", flush: bool = False, id: str = "") -> str:
    """A surface with a title; `flush` lets a table or a list reach its edges."""
    return render_to_string(
        "components/card.html", {"body": content, "title": title, "icon": icon_name, "flush": flush, "id": id}
    )


@register.simple_block_tag
def menu(content: str, label: Any, icon_name: str = "", tone: str = "action", compact: bool = False) -> str:
    """A button that opens a list of actions; `compact` shows the icon alone. Blue by the rule of colours."""
    return render_to_string(
        "components/menu.html",
        {
            "items": content,
            "label": label,
            "icon": icon_name,
            "tone": tone,
            "compact": compact,
            "id": f"menu-{secrets.token_hex(4)}",
        },
    )


@register.inclusion_tag("components/menu_item.html")
def menu_link(label: Any, url: str, icon_name: str = "", current: bool = False, copies: bool = False) -> dict[str, Any]:
    """An entry of a menu that goes somewhere, or that `copies` its address."""
    return {"label": label, "url": url, "icon": icon_name, "current": current, "copies": copies}


@register.inclusion_tag("components/post_button.html")
def menu_post(label: Any, url: str, icon_name: str = "", **options: Any) -> dict[str, Any]:
    """An entry of a menu that does something; takes the options of `post_button`."""
    css = " ".join(["menu-item", *([f"menu-item-{options['tone']}"] if options.get("tone") else [])])
    return {**options, "label": label, "url": url, "icon": icon_name, "css": css}


@register.inclusion_tag("components/post_button.html")
def post_button(label: Any, url: str, icon_name: str = "", **options: Any) -> dict[str, Any]:
    """A button that posts to `url`; options tone, size, compact, name, value, confirm (_title, _button)."""
    tone, size = options.get("tone", ""), options.get("size", "")
    css = " ".join(["btn", *([f"btn-{tone}"] if tone else []), *([f"btn-{size}"] if size else [])])
    return {**options, "label": label, "url": url, "icon": icon_name, "css": css}


@register.simple_block_tag
def dialog(content: str, id: str, title: Any) -> str:
    """A native dialog; any `<button command="show-modal" commandfor="ID">` opens it."""
    return render_to_string("components/dialog.html", {"body": content, "id": id, "title": title})


@register.simple_block_tag
def empty_state(content: str, title: Any, text: Any = "", icon_name: str = "inbox") -> str:
    """What a list shows when it holds nothing: why, and in the block the way out."""
    return render_to_string(
        "components/empty_state.html", {"actions": content, "title": title, "text": text, "icon": icon_name}
    )


@register.simple_block_tag
def note(content: str, tone: str = "info") -> str:
    """A remark beside the thing it is about; tones info, ok, warn, danger."""
    return render_to_string("components/note.html", {"body": content, "tone": tone})


def _kind(field: BoundField) -> str:
    control = field.field.widget
    if isinstance(control, CheckboxInput):
        return "checkbox"
    if isinstance(control, _BARE_WIDGETS):
        return "choices"
    if isinstance(control, Select):
        return "select"
    if isinstance(control, Textarea):
        return "textarea"
    if isinstance(control, FileInput):
        return "file-input"
    return "input"
