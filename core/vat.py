"""Belgian VAT as data: rates, regimes and what each makes of a line. Clauses stand in `documents/clauses.py`.

Sources: VAT Code articles 21, 39, 39bis, 44, 51 and 56bis; royal decree no. 1 article 20; royal decree no. 20;
categories are UNCL5305 as EN 16931 uses them.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.money import half_up

RATES = (Decimal("21.00"), Decimal("12.00"), Decimal("6.00"), Decimal("0.00"))
RATE_CHOICES = [(rate, f"{rate:.0f} %") for rate in RATES]


class Category(models.TextChoices):
    """VAT category codes (EN 16931 BT-118, BT-151)."""

    STANDARD = "S", _("Standard rate")
    ZERO = "Z", _("Zero rate")
    REVERSE_CHARGE = "AE", _("Reverse charge")
    INTRA_COMMUNITY = "K", _("Intra-community supply")
    EXPORT = "G", _("Export")
    EXEMPT = "E", _("Exempt")
    OUT_OF_SCOPE = "O", _("Outside the scope of VAT")


class Regime(models.TextChoices):
    STANDARD = "standard", _("Standard")
    RENOVATION = "renovation", _("Renovation of a dwelling, 6 %")
    REVERSE_CHARGE = "reverse_charge", _("Reverse charge (contractor)")
    INTRA_COMMUNITY_GOODS = "intra_community_goods", _("Intra-community goods")
    INTRA_COMMUNITY_SERVICES = "intra_community_services", _("Intra-community services")
    EXPORT = "export", _("Export outside the EU")
    EXEMPT = "exempt", _("Exempt, article 44")
    SMALL_BUSINESS = "small_business", _("Small business exemption")
    OUT_OF_SCOPE = "out_of_scope", _("Outside the scope of VAT")


class RenovationRate(models.TextChoices):
    """What the renovation regime makes of a product."""

    ALLOWED = "allowed", _("6 % allowed")
    EXCLUDED = "excluded", _("Excluded, keeps its own rate (fossil-fuel boilers and parts)")
    HEAT_PUMP = "heat_pump", _("Heat pump, 6 % also in young dwellings until 2030")


@dataclass(frozen=True)
class Treatment:
    """What a regime makes of every line: None keeps the line's own rate."""

    category: Category | None
    rate: Decimal | None
    needs_vat_number: bool = False
    needs_delivery: bool = False
    needs_reason: bool = False


TREATMENTS: dict[str, Treatment] = {
    Regime.STANDARD: Treatment(None, None),
    Regime.RENOVATION: Treatment(Category.STANDARD, Decimal("6.00")),
    Regime.REVERSE_CHARGE: Treatment(Category.REVERSE_CHARGE, Decimal("0.00"), needs_vat_number=True),
    Regime.INTRA_COMMUNITY_GOODS: Treatment(
        Category.INTRA_COMMUNITY, Decimal("0.00"), needs_vat_number=True, needs_delivery=True
    ),
    Regime.INTRA_COMMUNITY_SERVICES: Treatment(Category.REVERSE_CHARGE, Decimal("0.00"), needs_vat_number=True),
    Regime.EXPORT: Treatment(Category.EXPORT, Decimal("0.00")),
    Regime.EXEMPT: Treatment(Category.EXEMPT, Decimal("0.00")),
    Regime.SMALL_BUSINESS: Treatment(Category.EXEMPT, Decimal("0.00")),
    Regime.OUT_OF_SCOPE: Treatment(Category.OUT_OF_SCOPE, Decimal("0.00"), needs_reason=True),
}


def treat(
    regime: str, own_rate: Decimal, *, renovation_rate: str = RenovationRate.ALLOWED, exception: bool = False
) -> tuple[Category, Decimal]:
    """Category and rate of a line. `own_rate` is what it carries without a regime; `exception` keeps it by hand."""
    treatment = TREATMENTS[regime]
    excluded = regime == Regime.RENOVATION and (exception or renovation_rate == RenovationRate.EXCLUDED)
    if treatment.category is None or treatment.rate is None or excluded:
        return (Category.STANDARD if own_rate else Category.ZERO), own_rate
    return treatment.category, treatment.rate


def including(net: Decimal, rate: Decimal) -> Decimal:
    """A price with VAT, 6 decimals."""
    return half_up(net * (100 + rate) / 100, 6)
