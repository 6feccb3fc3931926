"""Paper: a draft is previewed at any time; an issued document is printed once, kept with its hash, never made again."""

from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from activity import events
from branding.models import Theme
from core import files, identifiers, locales
from core.money import half_up
from documents import clauses, remainders, snapshots, tags
from documents.models import Document, File, FileRole, Line, LineRole
from documents.rendering import render
from documents.rendering.model import (
    PrintDocument,
    PrintLine,
    PrintLogo,
    PrintParty,
    PrintPayment,
    PrintReference,
    PrintSeller,
    PrintTheme,
    PrintVat,
)
from documents.rendering.page import Page, page


def preview(document: Document) -> bytes:
    """The PDF of a draft as it would be printed now, with a watermark; nothing is kept."""
    return render(print_model(document))


def html(document: Document) -> Page:
    """The document as a page for a screen, a draft as it would be printed now; nothing is kept."""
    return page(print_model(document))


def pdf(document: Document) -> File:
    """The one PDF of an issued document; made now when the job has not come to it yet."""
    made = File.objects.filter(document=document, role=FileRole.PDF).first()
    if made is not None:
        return made
    if document.is_draft:
        raise ValueError("A draft has a preview, not a PDF.")
    stored = files.store(render(print_model(document)), company_id=document.company_id)
    try:
        with transaction.atomic():
            made = File.objects.create(
                company_id=document.company_id,
                document=document,
                role=FileRole.PDF,
                filename=f"{document.number}.pdf".replace("/", "-"),
                key=stored.key,
                sha256=stored.sha256,
                size=stored.size,
            )
            events.record("documents.file.printed", document, data={"sha256": stored.sha256})
    except IntegrityError:  # somebody printed it at the same moment: theirs counts
        return File.objects.get(document=document, role=FileRole.PDF)
    return made


def print_model(document: Document) -> PrintDocument:
    """The document as plain values: frozen ones of an issued document, live ones of a draft."""
    kind = document.declaration
    seller = document.seller or snapshots.seller(document.company)
    buyer = document.buyer or (snapshots.buyer(document.party) if document.party else {})
    lines = list(document.lines.all())
    source = remainders.source_of(document)
    is_credit = kind.sign < 0
    theme = document.theme or _default_theme()
    return PrintDocument(
        language=document.language,
        title_kind="credit_note" if is_credit else "invoice",
        number=document.number or None,
        is_draft=document.is_draft,
        seller=print_seller(seller, theme, language=document.language),
        buyer=PrintParty(
            name=buyer.get("name", ""),
            lines=_buyer_lines(buyer, document.attention, language=document.language, home=seller["country"]),
            vat_number=identifiers.format_vat(buyer["vat_number"]) if buyer.get("vat_number") else "",
        ),
        lines=tuple(_line(line, document.prices_include_vat) for line in lines),
        vat_lines=tuple(
            PrintVat(category=row.category, rate=row.rate, base=row.base, amount=row.amount)
            for row in document.vat_lines.all()
        ),
        total_net=document.total_net,
        total_vat=document.total_vat,
        total_gross=document.total_gross,
        payable=document.total_gross,
        issue_date=document.issue_date,
        delivery_date=document.delivery_date if document.delivery_date != document.issue_date else None,
        due_date=document.due_date,
        customer_reference=document.reference,
        site_address=_site(document.site, language=document.language, home=seller["country"]),
        corrects=PrintReference(number=source.number, date=source.issue_date) if source and source.issue_date else None,
        currency=document.currency,
        mentions=tuple(_mentions(document)),
        intro=document.intro,
        note=_note(document),
        payment=None
        if document.is_draft or is_credit or not document.total_gross
        else payment(document, amount=document.total_gross),
        theme=print_theme(theme),
    )


def _mentions(document: Document) -> list[str]:
    if not document.is_draft:
        return list(document.mentions)
    return clauses.mentions(
        regime=document.vat_regime,
        reason=document.vat_reason,
        is_credit=document.declaration.sign < 0,
        language=document.language,
        region=document.company.region,
    )


def _note(document: Document) -> str:
    terms = tags.print_on(document.terms, document) if document.is_draft else document.terms
    return "\n\n".join(text for text in (document.note, terms) if text)


def _default_theme() -> Theme | None:
    found: Theme | None = Theme.objects.filter(is_default=True).first()
    return found


def print_theme(theme: Theme | None) -> PrintTheme:
    """How the sheet looks."""
    if theme is None:
        return PrintTheme()
    return PrintTheme(
        name=theme.style,  # type: ignore[arg-type]
        brand=theme.brand_color,
        window=theme.window,  # type: ignore[arg-type]
        vat_on_lines=theme.vat_on_lines,
        payment_code=theme.payment_code,
        footer=theme.footer,
    )


def print_seller(seller: dict[str, Any], theme: Theme | None, *, language: str) -> PrintSeller:
    """The issuer, with the logo of the theme."""
    logo = None
    if theme is not None and theme.logo_key:
        logo = PrintLogo(content=files.read(theme.logo_key), media_type=theme.logo_media_type)
    return PrintSeller(
        name=seller["name"],
        lines=_address(seller, language=language, home=seller["country"]),
        vat_number=identifiers.format_vat(seller["vat_number"]),
        court=seller["court"],
        phone=seller["phone"],
        email=seller["email"],
        website=seller["website"],
        iban=identifiers.format_iban(seller["iban"]),
        bic=seller["bic"],
        logo=logo,
    )


BOX = {"fr": "bte", "nl": "bus", "en": "box"}


def street_line(fields: dict[str, Any], *, language: str) -> str:
    """Street, number and box in one line."""
    box = f" {BOX[language]} {fields['box']}" if fields.get("box") else ""
    return f"{fields.get('street', '')} {fields.get('street_number', '')}{box}".strip()


def _address(fields: dict[str, Any], *, language: str, home: str) -> tuple[str, ...]:
    """Street line and town line; the country only when it is another one."""
    town = f"{fields.get('postal_code', '')} {fields.get('city', '')}".strip()
    country = fields.get("country", home)
    abroad = locales.country_name(country, language) if country != home else ""
    return tuple(line for line in (street_line(fields, language=language), town, abroad) if line)


def _buyer_lines(buyer: dict[str, Any], attention: str, *, language: str, home: str) -> tuple[str, ...]:
    return tuple(line for line in (attention, *_address(buyer, language=language, home=home)) if line)


def _site(site: dict[str, Any], *, language: str, home: str) -> tuple[str, ...]:
    if not site:
        return ()
    return tuple(line for line in (site.get("name", ""), *_address(site, language=language, home=home)) if line)


def _line(line: Line, prices_include_vat: bool) -> PrintLine:
    """The law wants unit prices without VAT on paper, also where they were typed with it (4 decimals then)."""
    if line.role != LineRole.ITEM:
        return PrintLine(role=line.role, description=line.description, detail=line.detail)  # type: ignore[arg-type]
    price = line.unit_price
    if prices_include_vat:
        price = half_up(price * 100 / (100 + line.vat_rate), 4)
    return PrintLine(
        description=line.description,
        detail=line.detail,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=price,
        discount_percent=line.discount_percent or None,
        vat_rate=line.vat_rate,
        vat_category=line.vat_category,
        net=line.net,
    )


def payment(document: Document, *, amount: Decimal) -> PrintPayment:
    """How `amount` of an issued document is transferred to its seller."""
    seller = document.seller
    return PrintPayment(
        iban=identifiers.format_iban(seller["iban"]),
        payee=seller["name"],
        structured_message=identifiers.format_structured_communication(document.structured_message),
        amount=amount,
        bic=seller["bic"],
        due_date=document.due_date,
    )
