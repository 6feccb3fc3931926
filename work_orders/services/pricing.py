"""Work gets its price: the technician's billable rate, the company's price per kilometre, the product's price of today.

What has no price yet stays on the draft at 0 with a warning. Every line keeps what it was priced from, so that the same
rules can price it again later.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import vat
from core.locales import format_date, format_quantity
from core.money import hours_from_minutes
from core.units import HOUR, KILOMETRE, PIECE, UNITS
from documents.models import LineRole
from documents.services.drafting import LineInput
from integrations.contracts.field_service import Installation, Material, Person, TimeEntry, WorkOrder
from integrations.models import Connection
from users.models import Company, TimeRounding
from work_orders.models import LineSource, SourceKind
from work_orders.services.matching import Catalogue, Technicians

STEPS = {TimeRounding.EXACT: 1, TimeRounding.QUARTER: 15, TimeRounding.HALF_HOUR: 30, TimeRounding.HOUR: 60}
FREE = Decimal(0)
DISTANCE_POINTER = "/work_order/distance_km"


@dataclass(frozen=True)
class Priced:
    """A line, the row it was priced from, and the warnings it needs (code and data)."""

    line: LineInput
    kind: SourceKind
    pointer: str
    row: dict[str, Any]
    warnings: list[tuple[str, dict[str, Any]]]

    @property
    def data(self) -> dict[str, Any]:
        """What the line's source keeps: the row, and what was written, so that a change by hand is seen."""
        written = {"description": self.line.description, "quantity": str(self.line.quantity)}
        return {"row": self.row, "written": written}


class Pricer:
    """Prices the rows of one order; descriptions are written in the active language."""

    def __init__(self, company: Company, connection: Connection, materials: tuple[Material, ...]) -> None:
        self._company = company
        self._technicians = Technicians(company.pk)
        self._catalogue = Catalogue(connection, materials)

    def order(self, order: WorkOrder) -> list[Priced]:
        """Time as it came, kilometres, materials as they came."""
        rows = [self.time(entry) for entry in order.time_entries]
        if order.distance_km:
            rows.append(self.distance(order.distance_km))
        return rows + [self.material(material) for material in order.materials]

    def time(self, entry: TimeEntry) -> Priced:
        """Hours at the technician's billable rate."""
        member = self._technicians.find(entry.person)
        rate = member.billable_rate if member else None
        name = entry.person.full_name or entry.person.email
        if member is not None:
            name = member.user.full_name or name
        warnings: list[tuple[str, dict[str, Any]]] = []
        if member is None:
            warnings.append(("unknown_technician", {"name": name, "email": entry.person.email}))
        elif not rate:
            warnings.append(("missing_rate", {"name": name, "membership": str(member.pk)}))
        step = STEPS[TimeRounding(self._company.time_rounding)]
        line = LineInput(
            description=_time_description(entry, name),
            quantity=hours_from_minutes(-(-entry.minutes // step) * step),
            unit=HOUR,
            unit_price=rate or FREE,
            own_rate=self._default_rate(warnings),
        )
        return Priced(line, SourceKind.TIME, entry.pointer, _plain(entry), warnings)

    def distance(self, kilometres: Decimal) -> Priced:
        """Kilometres at the company's price."""
        rate = self._company.mileage_rate
        warnings: list[tuple[str, dict[str, Any]]] = [] if rate else [("missing_mileage_rate", {})]
        line = LineInput(
            description=_("Travel"),
            quantity=kilometres,
            unit=KILOMETRE,
            unit_price=rate or FREE,
            own_rate=self._default_rate(warnings),
        )
        return Priced(line, SourceKind.DISTANCE, DISTANCE_POINTER, {"kilometres": str(kilometres)}, warnings)

    def material(self, material: Material) -> Priced:
        """The product at its price of today; what is no product of ours stays a free line."""
        product = self._catalogue.find(material)
        serials = ", ".join(material.serial_numbers)
        detail = _("Serial number: %(numbers)s") % {"numbers": serials} if serials else ""
        warnings: list[tuple[str, dict[str, Any]]] = []
        if product is None:
            warnings.append(("unknown_material", {"name": material.name}))
            line = LineInput(
                description=material.name,
                detail=detail,
                quantity=material.quantity,
                unit=material.unit if material.unit in UNITS else PIECE,
                unit_price=FREE,
                own_rate=self._default_rate(warnings),
            )
        else:
            if not product.unit_price:
                warnings.append(("missing_price", {"name": product.name, "product": str(product.pk)}))
            line = LineInput(
                description=product.name,
                detail=detail,
                quantity=material.quantity,
                unit=product.unit,
                unit_price=product.net_unit_price,
                own_rate=product.vat_rate,
                product=product,
            )
        return Priced(line, SourceKind.MATERIAL, material.pointer, _plain(material), warnings)

    def again(self, source: LineSource) -> Priced:
        """The row that a line was priced from, priced with what is known now."""
        if source.kind == SourceKind.TIME:
            return self.time(entry_of(source.data["row"], source.pointer))
        if source.kind == SourceKind.MATERIAL:
            return self.material(material_of(source.data["row"], source.pointer))
        return self.distance(Decimal(source.data["row"]["kilometres"]))

    def _default_rate(self, warnings: list[tuple[str, dict[str, Any]]]) -> Decimal:
        """The company's default VAT rate; one that is no Belgian rate is replaced by the standard rate, and said so."""
        rate = self._company.default_vat_rate
        if rate in vat.RATES:
            return rate
        warnings.append(("missing_vat_rate", {}))
        return vat.RATES[0]


def heading(order: WorkOrder) -> LineInput:
    """The text line that names the order: number, date, title, installations."""
    text = _("Work order %(number)s") % {"number": order.number}
    if order.performed_on:
        text = _("Work order %(number)s of %(date)s") % {"number": order.number, "date": _day(order.performed_on)}
    if order.title:
        text = _("%(order)s: %(title)s") % {"order": text, "title": order.title}
    lines = [text]
    lines += [described for installation in order.installations if (described := _installation(installation))]
    return LineInput(role=LineRole.TEXT, description="\n".join(lines))


def entry_of(data: Mapping[str, Any], pointer: str) -> TimeEntry:
    """A time row from what a line keeps of it."""
    day = date.fromisoformat(data["date"]) if data["date"] else None
    return TimeEntry(**{**data, "person": Person(**data["person"]), "date": day, "pointer": pointer})


def material_of(data: Mapping[str, Any], pointer: str) -> Material:
    """A material from what a line keeps of it."""
    serials = tuple(data["serial_numbers"])
    return Material(**{**data, "quantity": Decimal(data["quantity"]), "serial_numbers": serials, "pointer": pointer})


def _plain(row: TimeEntry | Material) -> dict[str, Any]:
    """The row as JSON keeps it; its pointer has a column of its own."""
    values = {name: str(value) if isinstance(value, Decimal | date) else value for name, value in asdict(row).items()}
    del values["pointer"]
    return values


def _time_description(entry: TimeEntry, name: str) -> str:
    activity = {"on_site": _("Work on site"), "workshop": _("Work in the workshop"), "travel": _("Travel time")}
    parts = [activity[entry.activity], name, _day(entry.date) if entry.date else ""]
    first = ", ".join(part for part in parts if part)
    return f"{first}\n{entry.description}" if entry.description else first


def _installation(installation: Installation) -> str:
    language = get_language() or "fr"
    charge, co2 = installation.charge_kg, installation.co2_tonnes
    gas = " ".join(
        part
        for part in (installation.refrigerant, f"{format_quantity(charge, language)} kg" if charge is not None else "")
        if part
    )
    warming = _("%(tonnes)s t CO₂ equivalent") % {"tonnes": format_quantity(co2, language)} if co2 is not None else ""
    return " · ".join(part for part in (installation.reference, installation.model, gas, warming) if part)


def _day(day: date) -> str:
    return format_date(day, get_language() or "fr")
