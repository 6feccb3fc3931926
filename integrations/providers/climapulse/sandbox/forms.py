"""The form of a work order, as short as a technician would want it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from integrations.providers.climapulse.sandbox import seeds, store

ACTIVITIES = [("on_site", "Sur place"), ("workshop", "Atelier"), ("travel", "Déplacement")]
LANGUAGES = [("fr", "Français"), ("nl", "Nederlands"), ("en", "English"), ("de", "Deutsch")]
ORDER = ("title", "performed_on", "customer_reference", "distance_km", "memo", "internal_notes")
CUSTOMER = ("name", "vat_number", "email", "language")
ADDRESS = ("street", "number", "box", "postal_code", "city", "country")


class OrderForm(forms.Form):
    """What stands once on a work order."""

    title = forms.CharField(label="Objet", max_length=200)
    performed_on = forms.DateField(
        label="Date", initial=date.today, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    customer_reference = forms.CharField(label="Référence du client", required=False, max_length=100)
    name = forms.CharField(label="Client", max_length=200)
    vat_number = forms.CharField(label="Numéro de TVA", required=False, max_length=30)
    email = forms.EmailField(label="E-mail", required=False)
    language = forms.ChoiceField(label="Langue", choices=LANGUAGES)
    street = forms.CharField(label="Rue", required=False, max_length=200)
    number = forms.CharField(label="N°", required=False, max_length=20)
    box = forms.CharField(label="Boîte", required=False, max_length=20)
    postal_code = forms.CharField(label="Code postal", required=False, max_length=20)
    city = forms.CharField(label="Ville", required=False, max_length=100)
    country = forms.RegexField("^[A-Z]{2}$", label="Pays (2 lettres)", initial="BE")
    distance_km = forms.DecimalField(label="Kilomètres", required=False, min_value=0, max_digits=8, decimal_places=2)
    memo = forms.CharField(label="Mémo (imprimé)", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    internal_notes = forms.CharField(label="Notes internes", required=False, widget=forms.Textarea(attrs={"rows": 3}))


class TimeForm(forms.Form):
    """One row of time."""

    technician = forms.CharField(label="Technicien", max_length=200, widget=forms.TextInput(attrs={"list": "people"}))
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=1440)
    activity = forms.ChoiceField(label="Activité", choices=ACTIVITIES, required=False, initial="on_site")
    description = forms.CharField(label="Travail", required=False, max_length=1000)


class MaterialForm(forms.Form):
    """One row of material; a reference of the inventory fills the rest."""

    reference = forms.CharField(
        label="Référence", required=False, max_length=100, widget=forms.TextInput(attrs={"list": "inventory"})
    )
    name = forms.CharField(label="Nom (si hors inventaire)", required=False, max_length=200)
    quantity = forms.DecimalField(label="Quantité", min_value=Decimal("0.0001"), max_digits=11, decimal_places=4)

    unit = forms.CharField(label="Unité", required=False, max_length=20)

    def clean(self) -> dict[str, Any] | None:
        """A material needs a name, its own or that of the inventory item."""
        cleaned = super().clean()
        if cleaned and cleaned.get("quantity") and not (cleaned.get("name") or inventory_item(cleaned["reference"])):
            raise forms.ValidationError("Indiquez une référence de l'inventaire ou un nom.")
        return cleaned


TimeRows = forms.formset_factory(TimeForm, extra=2, can_delete=True)
MaterialRows = forms.formset_factory(MaterialForm, extra=2, can_delete=True)


def inventory_item(reference: str) -> dict[str, str] | None:
    """The inventory item with this reference."""
    found = store.rows("SELECT * FROM item WHERE reference = ? ORDER BY seq LIMIT 1", reference) if reference else []
    return dict(found[0]) if found else None


def initial(order: dict[str, Any]) -> dict[str, Any]:
    """The three initial values that show a work order in the forms."""
    customer = order.get("customer", {})
    return {
        "order": {name: order.get(name) for name in ORDER}
        | {name: customer.get(name) for name in CUSTOMER}
        | {name: customer.get("address", {}).get(name) for name in ADDRESS},
        "times": [
            {name: entry.get(name) for name in TimeForm.base_fields} | {"technician": entry["user"].get("full_name")}
            for entry in order.get("time_entries", ())
        ],
        "materials": [
            {key: material.get(key) for key in MaterialForm.base_fields} for material in order.get("materials", ())
        ],
    }


def changed(order: dict[str, Any], form: OrderForm, times: Any, materials: Any) -> dict[str, Any]:
    """The work order with what the forms say; what they do not show stays as it was."""
    values = form.cleaned_data
    customer = {key: value for key, value in order.get("customer", {}).items() if key not in CUSTOMER}
    customer |= _filled(values, *CUSTOMER) | {"address": _filled(values, *ADDRESS)}
    people = {entry["user"].get("full_name"): entry["user"] for entry in order.get("time_entries", ())}
    people |= {person["full_name"]: person for person in seeds.TECHNICIANS if person["full_name"] not in people}
    day = values["performed_on"].isoformat()
    content = {key: value for key, value in order.items() if key not in ORDER}
    content |= _filled(values, "title", "customer_reference", "memo", "internal_notes")
    content |= {"performed_on": day, "customer": customer}
    content |= {"distance_km": str(values["distance_km"])} if values["distance_km"] is not None else {}
    content["time_entries"] = [
        {"user": people.get(row["technician"], {"full_name": row["technician"]}), "date": day}
        | _filled(row, "minutes", "activity", "description")
        for row in _kept(times)
    ]
    content["materials"] = [_material(row) for row in _kept(materials)]
    return content


def _material(row: dict[str, Any]) -> dict[str, Any]:
    material = {"quantity": f"{row['quantity']:f}"} | _filled(row, "reference", "name", "unit")
    if item := inventory_item(row["reference"]):
        known = {"external_id": item["external_id"], "inventory_id": item["id"]} | _filled(item, "name", "unit")
        material = known | material
    return material


def _kept(rows: Any) -> list[dict[str, Any]]:
    return [row for row in rows.cleaned_data if row and not row.get("DELETE")]


def _filled(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names if values.get(name)}
