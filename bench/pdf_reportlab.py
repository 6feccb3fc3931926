"""The same invoice page drawn by hand with reportlab: what a PDF costs when nothing lays it out."""

import io

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from core.locales import format_amount, format_date, format_money, format_percent, format_price, format_quantity
from documents.rendering.engine import FONTS
from documents.rendering.model import PrintDocument
from documents.rendering.payment_code import payment_png

MM = 72 / 25.4
TOP = 297
RIGHT = 190
AXIS = 115


def register_fonts() -> None:
    """Load the fonts once, as the engine under comparison does."""
    for weight in (400, 600):
        pdfmetrics.registerFont(TTFont(f"Inter-{weight}", str(FONTS / f"Inter-{weight}.ttf")))


def draw(document: PrintDocument) -> bytes:
    """A one-page invoice with the texts of the printed sheet, at about the same places."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(210 * MM, TOP * MM), invariant=True)
    canvas.setTitle(f"Facture {document.number}")
    page = _Page(canvas, document.language)
    _head(page, document)
    bottom = _lines(page, document)
    _close(page, document, bottom)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


class _Page:
    """Text at millimetres from the top left corner."""

    def __init__(self, canvas: Canvas, language: str) -> None:
        self.canvas = canvas
        self.language = language

    def put(self, x: float, y: float, text: str, size: float = 9, *, weight: int = 400, right: bool = False) -> None:
        self.canvas.setFont(f"Inter-{weight}", size)
        place = self.canvas.drawRightString if right else self.canvas.drawString
        place(x * MM, (TOP - y) * MM, text)

    def rule(self, y: float, left: float = 20, right: float = RIGHT) -> None:
        self.canvas.line(left * MM, (TOP - y) * MM, right * MM, (TOP - y) * MM)


def _head(page: _Page, document: PrintDocument) -> None:
    seller, buyer = document.seller, document.buyer
    for x, y, dx, dy in [
        (22, 14, 6, 3.5),
        (28, 17.5, 0, 6),
        (28, 23.5, -6, 3.5),
        (22, 27, -6, -3.5),
        (16, 23.5, 0, -6),
    ]:
        page.canvas.line(x * MM, (TOP - y) * MM, (x + dx) * MM, (TOP - y - dy) * MM)
    identity = [", ".join(seller.lines), f"TVA {seller.vat_number}", seller.phone]
    page.put(AXIS, 16, seller.name, 8, weight=600)
    for position, text in enumerate(identity, start=1):
        page.put(AXIS, 16 + 3.9 * position, text, 8)
    page.put(20, 58, "Facture", 23, weight=600)
    page.put(20, 68, str(document.number), 23)
    page.put(AXIS, 58, buyer.name, 10, weight=600)
    for position, text in enumerate(buyer.lines, start=1):
        page.put(AXIS, 58 + 4.6 * position, text, 10)
    references = [
        ("Votre référence", document.customer_reference),
        ("Votre n° de TVA", buyer.vat_number),
        ("Lieu d’intervention", ", ".join(document.site_address)),
    ]
    for position, (label, text) in enumerate(references):
        page.put(20, 75 + 5 * position, label, 8.5)
        page.put(48, 75 + 5 * position, text, 8.5)
    page.rule(94)
    facts = [
        ("Date de facture", document.issue_date),
        ("Date de prestation", document.delivery_date),
        ("Échéance", document.due_date),
    ]
    for position, (label, day) in enumerate(facts):
        assert day is not None
        page.put(20 + 47.5 * position, 98, label, 7.5)
        page.put(20 + 47.5 * position, 103, format_date(day, page.language, "long"), 10, weight=600)
    page.put(RIGHT, 98, "À payer", 7.5, right=True)
    page.put(RIGHT, 103, format_money(document.payable, document.currency, page.language), 10, weight=600, right=True)
    page.rule(106)
    contact = [seller.iban, seller.bic, seller.phone, seller.email, seller.website]
    page.rule(281)
    page.put(20, 285, " · ".join([seller.name, *identity[:2], f"RPM {seller.court}"]), 7.5)
    page.put(20, 288.5, " · ".join(contact), 7.5)
    page.put(RIGHT, 285, "1 / 1", 7.5, right=True)


def _lines(page: _Page, document: PrintDocument) -> float:
    y = 113.0
    for x, text in [(136, "Quantité"), (166, "Prix unitaire"), (RIGHT, "Total HTVA")]:
        page.put(x, y, text, 7.5, right=True)
    page.put(20, y, "Description", 7.5)
    page.rule(y + 2)
    for line in document.lines:
        y += 7.1
        page.put(20, y, line.description, weight=400 if line.role == "item" else 600)
        if line.quantity is None or line.unit_price is None or line.net is None:
            y += 3.9
            page.put(20, y, line.detail, 8)
        else:
            page.put(136, y, format_quantity(line.quantity, page.language), right=True)
            page.put(137.5, y, "pce", 8)
            page.put(166, y, format_price(line.unit_price, page.language), right=True)
            page.put(RIGHT, y, format_amount(line.net, page.language), right=True)
        page.rule(y + 2.2)
    return y


def _close(page: _Page, document: PrintDocument, y: float) -> None:
    payment = document.payment
    assert payment is not None
    y += 10
    for x, text in [(20, "Taux"), (76, "Base"), (104, "TVA")]:
        page.put(x, y, text, 7.5, right=x > 20)
    for tax in document.vat_lines:
        page.put(20, y + 5, format_percent(tax.rate, page.language), 8)
        page.put(76, y + 5, format_amount(tax.base, page.language), 8, right=True)
        page.put(104, y + 5, format_amount(tax.amount, page.language), 8, right=True)
    sums = [("Total hors TVA", document.total_net), ("TVA", document.total_vat)]
    for position, (label, amount) in enumerate(sums):
        page.put(AXIS, y + 6 * position, label)
        page.put(RIGHT, y + 6 * position, format_money(amount, document.currency, page.language), right=True)
    payable = format_money(document.payable, document.currency, page.language)
    page.put(AXIS, y + 14, "À payer", weight=600)
    page.put(RIGHT, y + 14, payable, 16, weight=600, right=True)
    page.canvas.setFillGray(0.95)
    page.canvas.rect(20 * MM, (TOP - y - 52) * MM, 170 * MM, 31 * MM, stroke=0, fill=1)
    page.canvas.setFillGray(0)
    code = ImageReader(io.BytesIO(payment_png(payment)))
    page.canvas.drawImage(code, 25 * MM, (TOP - y - 47) * MM, 20 * MM, 20 * MM)
    assert payment.due_date is not None
    facts = [
        (53, 25, "IBAN", payment.iban),
        (AXIS, 25, "Bénéficiaire", payment.payee),
        (152, 25, "BIC", payment.bic),
        (53, 35, "Communication structurée", payment.structured_message),
        (AXIS, 35, "Montant", payable),
        (152, 35, "Échéance", format_date(payment.due_date, page.language, "long")),
    ]
    for x, below, label, text in facts:
        page.put(x, y + below, label, 7.5)
        page.put(x, y + below + 4.5, text, 10, weight=600)
    page.put(53, y + 46, "Scannez le code avec l’application de votre banque.", 7.5)
