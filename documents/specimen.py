"""An invoice that nobody sent, to show how a theme looks: the company's own head, an invented customer and sale."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from branding.models import Theme
from core import identifiers
from core.money import ZERO, half_up
from core.units import PIECE
from documents import snapshots
from documents.rendering.model import PrintDocument, PrintLine, PrintParty, PrintPayment, PrintVat
from documents.rendering.page import Page, page
from documents.services import printing
from users.models import Company

_RATE = Decimal(21)
_COMMUNICATION = "010000000101"


def sheet(company: Company, theme: Theme, *, language: str, on: date) -> Page:
    """The specimen as a page for a screen, in a theme that need not be saved."""
    lines = _lines()
    net = sum((line.net or ZERO for line in lines), ZERO)
    vat = half_up(net * _RATE / 100)
    seller = printing.print_seller(snapshots.seller(company), theme, language=language)
    due = on + timedelta(days=company.payment_term_days)
    return page(
        PrintDocument(
            language=language,
            number=f"{on.year}-0001",
            seller=seller,
            buyer=PrintParty(name=_("Your customer"), lines=(_("Example Street 1"), "1000 Bruxelles - Brussel")),
            lines=lines,
            vat_lines=(PrintVat(category="S", rate=_RATE, base=net, amount=vat),),
            total_net=net,
            total_vat=vat,
            total_gross=net + vat,
            payable=net + vat,
            issue_date=on,
            due_date=due,
            payment=PrintPayment(
                iban=seller.iban,
                payee=seller.name,
                bic=seller.bic,
                structured_message=identifiers.format_structured_communication(_COMMUNICATION),
                amount=net + vat,
                due_date=due,
            )
            if seller.iban
            else None,
            theme=printing.print_theme(theme),
        )
    )


def _lines() -> tuple[PrintLine, ...]:
    hours = PrintLine(
        description=_("Labour"),
        quantity=Decimal("2.5"),
        unit="HUR",
        unit_price=Decimal("65.00"),
        vat_rate=_RATE,
        net=Decimal("162.50"),
    )
    goods = replace(
        hours,
        description=_("Article with a discount"),
        detail=_("What a line says more about itself."),
        quantity=Decimal(2),
        unit=PIECE,
        unit_price=Decimal("50.00"),
        discount_percent=Decimal(10),
        net=Decimal("90.00"),
    )
    return (PrintLine(role="section", description=_("A section")), hours, goods)
