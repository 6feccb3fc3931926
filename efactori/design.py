"""`/design/`: every component in every state, on one page, for whoever builds or judges a page. Staff only."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.forms import DecimalField
from core.templatetags.components import STATES

BUTTONS = ("", "create", "edit", "action", "danger", "create-soft", "edit-soft", "action-soft", "danger-soft", "quiet")
NOTES = ("info", "ok", "warn", "danger")
TONES = ("neutral", "draft", "issued", "paid", "late", "warn")
LONG = "Société coopérative de chauffage, ventilation et conditionnement d'air des Hautes-Fagnes et environs SCRL"


class Sample(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Text", help_text="Help says why, not what.", initial="Boulangerie Dupont SRL")
    rate = DecimalField(label="Number with a unit", initial=Decimal("65.00"))
    day = forms.DateField(
        label="Day",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        initial=timezone.localdate,
        required=False,
    )
    regime = forms.ChoiceField(label="Choice", choices=[("standard", "Standard"), ("reverse", "Reverse charge")])
    agreed = forms.BooleanField(label="A tick", required=False, initial=True)
    logo = forms.FileField(label="File", required=False)
    memo = forms.CharField(label="Long text", widget=forms.Textarea(attrs={"rows": 3}), required=False)


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """The living page of the design system; for anybody but staff there is no such page."""
    if not getattr(request.user, "is_staff", False):
        raise Http404
    refused = Sample({"refused-rate": "sixty", "refused-regime": "standard"}, prefix="refused")
    refused.add_error(None, "What belongs to no field stands above all of them.")
    context = {
        "states": STATES,
        "buttons": BUTTONS,
        "notes": NOTES,
        "tones": TONES,
        "long": LONG,
        "form": Sample(),
        "refused": refused,
        "rows": _rows(),
        "page_obj": Paginator(range(120), 10).page(3),
        "tabs": [
            {"label": "Content", "url": "#tabs", "current": True},
            {"label": "Annexes", "url": "#tabs", "count": 3},
            {"label": "E-mails", "url": "#tabs"},
        ],
        "entries": _entries(),
        "files": [
            {"name": "WB-2026-0144.pdf", "size": 182_000, "url": "#files", "kind": "PDF", "note": "Work order"},
            {"name": f"{LONG}.png", "size": 5_400_000, "url": "#files", "kind": "PNG", "note": "Photo"},
        ],
        "warnings": [
            {
                "text": "“Réfrigérant R-410A” has no price yet.",
                "hint": "The product is new here.",
                "cures": [{"label": "Set the price", "url": "#warnings", "icon": "pencil"}],
            },
            {"text": "Élodie Renard has no hourly rate.", "cures": [{"label": "Set the rate", "url": "#warnings"}]},
        ],
        "party": {
            "name": "Kantoorpark Dijlezicht NV",
            "street": "Dijlelaan",
            "street_number": "120",
            "box": "4",
            "postal_code": "2800",
            "city": "Mechelen",
            "country": "BE",
            "vat_number": "BE0999990123",
            "email": "facturen@dijlezicht.example",
            "phone": "+32 15 55 02 75",
        },
        "now": timezone.now(),
    }
    return render(request, "design.html", context)


def _rows() -> list[dict[str, Any]]:
    amounts = ("883.36", "12.10", "0.00", "1234567.89")
    names = ("Kantoorpark Dijlezicht NV", "Hôtel Astrid", "Café", LONG)
    states = ("issued", "paid", "draft", "late")
    return [
        {"number": f"2026-{1000 + place}", "name": name, "state": state, "total": Decimal(amount)}
        for place, (name, state, amount) in enumerate(zip(names, states, amounts, strict=True))
    ]


def _entries() -> list[dict[str, Any]]:
    now = timezone.now()
    told = [
        ("Somebody read the public page", "eye", "ok", 2),
        ("E-mail to x@y.example failed: the server did not answer", "mail-x", "danger", 60),
        ("A price was accepted as it came", "triangle-alert", "warn", 3_000),
        ("Draft made", "file-plus", "", 90_000),
    ]
    return [
        {"text": text, "icon": icon, "tone": tone, "at": now - timedelta(seconds=ago), "actor": "Alice Martin"}
        for text, icon, tone, ago in told
    ]
