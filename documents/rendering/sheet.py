"""From the print model to the marked-up sheet: amounts, dates and units become text in the customer's language here.

A column earns its place (discount only when a row has one, VAT only when rates differ or the theme wants it), and the
rows that must stay with the totals are marked, because the engine can keep neighbours together but cannot count rows.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.template import Context, Engine

from core.locales import (
    MINUS,
    format_amount,
    format_date,
    format_hours,
    format_money,
    format_percent,
    format_price,
    format_quantity,
)
from documents.rendering.colours import theme_variables
from documents.rendering.labels import Labels, labels_for
from documents.rendering.model import PrintDocument, PrintLine, PrintSeller, PrintVat
from documents.rendering.payment_code import payment_png

BESIDE_TOTALS = 380  # characters of note and mentions that fit under the tax table; longer ones take the full width
_ADDRESS_LINES = 5
_MINUTE_SLACK = Decimal("0.000001")  # what rounding hours to eight decimals may move a minute
_TALL_ROW = 20  # lines of text from which a row may break, else it would leave most of a page white
_CHARACTERS_A_LINE = 65
_WIDE_QUANTITY = 8  # characters that fit the narrow quantity column
_NO_DATE = "—"

# Its own template engine: a sheet knows no request, no context processor and no application.
_templates = Engine(dirs=[str(settings.BASE_DIR / "templates")])


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the lines table, ready to print."""

    kind: str  # item, text, order (a text with a detail: a heading) or sec
    keep: bool
    tall: bool
    description: str
    detail: str
    quantity: str = ""
    unit: str = ""
    price: str = ""
    discount: str = ""
    vat: str = ""
    total: str = ""


def style(document: PrintDocument) -> dict[str, str]:
    """The theme's variables for the style sheet."""
    return theme_variables(document.theme)


def markup(document: PrintDocument, *, css: str = "") -> str:
    """The document as HTML; every text in it is escaped. `css` is ours and stands in its head."""
    context = Context(_context(document) | {"css": css})
    return _templates.get_template("documents/print/document.html").render(context)


def _context(document: PrintDocument) -> dict[str, object]:
    words = labels_for(document.language)
    is_credit = document.title_kind == "credit_note"
    beside = len(document.note) + sum(map(len, document.mentions)) <= BESIDE_TOTALS
    rows = _rows(document, words)
    has_discount = any(row.discount for row in rows)
    has_vat = any(row.vat for row in rows)
    return {
        "words": words,
        "language": document.language,
        "draft": document.is_draft,
        "bar": document.theme.name == "bold",
        "title": _title(document, words),
        "number": document.number if not document.is_draft else words.no_number,
        "seller": document.seller,
        "seller_lines": _seller_lines(document.seller, words),
        "logo": _logo(document.seller),
        "buyer": document.buyer.name,
        "buyer_lines": _address(document.buyer.lines),
        "footer": _footer(document, words),
        "references": _references(document, words),
        "facts": _facts(document, words),
        "payable_label": words.in_your_favour if is_credit else words.payable,
        "payable": _money(document.payable, document),
        "price_label": words.unit_price,
        "total_label": words.total_net_column,
        "intro": document.intro,
        "rows": rows,
        "has_discount": has_discount,
        "has_vat": has_vat,
        "columns": str(5 + has_discount + has_vat),
        "wide_quantity": any(len(row.quantity) > _WIDE_QUANTITY for row in rows),
        "taxes": [
            (_tax_name(tax, words, document.language), *_amounts(tax.base, tax.amount, language=document.language))
            for tax in document.vat_lines
        ],
        "sums": _sums(document, words),
        "note": document.note,
        "mentions": document.mentions,
        "beside": beside,
        "payment": _payment(document),
    }


def _title(document: PrintDocument, words: Labels) -> str:
    if document.title_kind == "credit_note":
        return words.draft_credit_note if document.is_draft else words.credit_note
    return words.draft_invoice if document.is_draft else words.invoice


def _rows(document: PrintDocument, words: Labels) -> list[Row]:
    priced = [position for position, line in enumerate(document.lines) if line.role == "item"]
    last_but_one = priced[-2] if len(priced) > 1 else -1
    with_vat = document.theme.vat_on_lines or len({(line.vat_category, line.vat_rate) for line in document.items}) > 1
    return [
        _row(line, document, words, keep=position > last_but_one, with_vat=with_vat)
        for position, line in enumerate(document.lines)
    ]


def _row(line: PrintLine, document: PrintDocument, words: Labels, *, keep: bool, with_vat: bool) -> Row:
    if line.quantity is None or line.unit_price is None or line.vat_rate is None or line.net is None:
        kind = "sec" if line.role == "section" else "order" if line.detail else "text"
        return Row(kind=kind, keep=keep, tall=_is_tall(line), description=line.description, detail=line.detail)
    return Row(
        kind="item",
        keep=keep,
        tall=_is_tall(line),
        description=line.description,
        detail=line.detail,
        quantity=_quantity(line.quantity, line.unit, document.language),
        unit=words.units.get(line.unit, line.unit),
        price=format_price(line.unit_price, document.language),
        discount=MINUS + format_percent(line.discount_percent, document.language) if line.discount_percent else "",
        vat=format_percent(line.vat_rate, document.language) if with_vat else "",
        total=format_amount(line.net, document.language),
    )


def _is_tall(line: PrintLine) -> bool:
    paragraphs = f"{line.description}\n{line.detail}".splitlines()
    return sum(1 + len(paragraph) // _CHARACTERS_A_LINE for paragraph in paragraphs) > _TALL_ROW


def _quantity(quantity: Decimal, unit: str, language: str) -> str:
    """Whole minutes as 0:50, since 0,83 hours at 58,50 would not multiply out; anything else in decimals."""
    minutes = quantity * 60
    if unit == "HUR" and abs(minutes - round(minutes)) <= _MINUTE_SLACK:
        return format_hours(quantity)
    return format_quantity(quantity, language)


def _address(lines: tuple[str, ...]) -> tuple[str, ...]:
    if len(lines) <= _ADDRESS_LINES:
        return lines
    return (*lines[: _ADDRESS_LINES - 1], ", ".join(lines[_ADDRESS_LINES - 1 :]))


def _seller_lines(seller: PrintSeller, words: Labels) -> list[str]:
    return _present([", ".join(seller.lines), _prefixed(words.vat, seller.vat_number), seller.phone or seller.email])


def _footer(document: PrintDocument, words: Labels) -> tuple[str, str]:
    """Who the company is, how it is reached and, on lines of its own, what it adds."""
    seller = document.seller
    identity = [
        seller.name,
        ", ".join(seller.lines),
        _prefixed(words.vat, seller.vat_number),
        _prefixed(words.register, seller.court),
    ]
    contact = [
        _prefixed("IBAN", seller.iban),
        _prefixed("BIC", seller.bic),
        seller.phone,
        seller.email,
        seller.website,
    ]
    return " · ".join(_present(identity)), "\n".join(_present([" · ".join(_present(contact)), document.theme.footer]))


def _references(document: PrintDocument, words: Labels) -> list[tuple[str, str]]:
    corrects = document.corrects
    references = [
        (
            words.corrects,
            (corrects.number, words.corrected_on.format(date=_date(corrects.date, document))) if corrects else (),
        ),
        (words.customer_reference, (document.customer_reference,)),
        (words.buyer_vat, (document.buyer.vat_number,)),
        (words.site, document.site_address),
    ]
    return [(label, "\n".join(lines)) for label, lines in references if any(lines)]


def _facts(document: PrintDocument, words: Labels) -> list[tuple[str, str]]:
    """Issue, supply and due date; an absent one leaves its place empty, so that the others keep theirs."""
    is_credit = document.title_kind == "credit_note"
    unknown = _NO_DATE if document.is_draft else ""
    issued = words.credit_note_date if is_credit else words.invoice_date
    dates = [
        (issued, document.issue_date, unknown),
        (words.delivery_date, document.delivery_date, ""),
        (words.due_date, document.due_date, "" if is_credit else unknown),
    ]
    texts = [(label, _date(day, document) if day else otherwise) for label, day, otherwise in dates]
    return [(label, text) if text else ("", "") for label, text in texts]


def _sums(document: PrintDocument, words: Labels) -> list[tuple[str, str]]:
    sums = [(words.total_net, document.total_net), (words.vat, document.total_vat)]
    if document.prepaid:
        sums.append((words.total_gross, document.total_gross))
        sums += [(label, -amount) for label, amount in document.prepaid]
    return [(label, _money(amount, document)) for label, amount in sums]


def _payment(document: PrintDocument) -> dict[str, str] | None:
    payment = document.payment
    if payment is None or document.is_draft or document.title_kind != "invoice":
        return None
    has_code = document.theme.payment_code and document.currency == "EUR"  # the code speaks euro only
    return {
        "iban": payment.iban,
        "payee": payment.payee,
        "bic": payment.bic,
        "message": payment.structured_message,
        "amount": _money(payment.amount, document),
        "due_date": _date(payment.due_date, document) if payment.due_date else "",
        "code": _data_url("image/png", payment_png(payment)) if has_code else "",
    }


def _tax_name(tax: PrintVat, words: Labels, language: str) -> str:
    return words.categories.get(tax.category) or format_percent(tax.rate, language)


def _amounts(*amounts: Decimal, language: str) -> Iterable[str]:
    return (format_amount(amount, language) for amount in amounts)


def _money(amount: Decimal, document: PrintDocument) -> str:
    return format_money(amount, document.currency, document.language)


def _date(day: date, document: PrintDocument) -> str:
    return format_date(day, document.language, "long")


def _logo(seller: PrintSeller) -> str:
    return _data_url(seller.logo.media_type, seller.logo.content) if seller.logo else ""


def _data_url(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _prefixed(label: str, value: str) -> str:
    return f"{label} {value}" if value else ""


def _present(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text]
