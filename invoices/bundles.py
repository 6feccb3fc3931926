"""Many documents as one file: their PDFs in a zip or one after the other, or themselves as rows of a CSV."""

import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pikepdf
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import files, identifiers, locales
from core.sheets.texts import csv_of
from documents.models import Document
from documents.services import printing


@dataclass(frozen=True)
class Bundle:
    extension: str
    media_type: str
    content: bytes


type Make = Callable[[Iterable[Document]], Bundle]


def zipped(documents: Iterable[Document]) -> Bundle:
    """Every PDF under its own name; they are compressed already."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for document in documents:
            file = printing.pdf(document)
            archive.writestr(zipfile.ZipInfo(file.filename), files.read(file.key))
    return Bundle("zip", "application/zip", content.getvalue())


def merged(documents: Iterable[Document]) -> Bundle:
    """Every page of every PDF in one."""
    content = io.BytesIO()
    with pikepdf.new() as whole:
        for document in documents:
            with pikepdf.open(io.BytesIO(files.read(printing.pdf(document).key))) as pdf:
                whole.pages.extend(pdf.pages)
        whole.save(content)
    return Bundle("pdf", "application/pdf", content.getvalue())


def listed(documents: Iterable[Document]) -> Bundle:
    """A row for each document, in the reader's language."""
    columns: list[tuple[str, Callable[[Document], str]]] = [
        (_("Number"), lambda document: document.number),
        (_("State"), lambda document: document.get_state_display()),
        (_("Date"), lambda document: _day(document.issue_date)),
        (_("Due"), lambda document: _day(document.due_date)),
        (_("Customer number"), lambda document: document.party.number if document.party else ""),
        (_("Customer"), lambda document: document.buyer_name),
        (_("VAT number of the customer"), lambda document: document.buyer_vat),
        (_("Customer's reference"), lambda document: document.reference),
        (_("Excluding VAT"), lambda document: _amount(document.total_net)),
        (_("VAT"), lambda document: _amount(document.total_vat)),
        (_("Including VAT"), lambda document: _amount(document.total_gross)),
        (_("Open"), lambda document: _amount(document.open_amount)),
        (_("Currency"), lambda document: document.currency),
        (_("Structured communication"), lambda document: _communication(document.structured_message)),
    ]
    rows = [[value(document) for _label, value in columns] for document in documents]
    return Bundle("csv", "text/csv; charset=utf-8", csv_of([[label for label, _value in columns], *rows]))


def _day(day: Any) -> str:
    return locales.format_date(day, get_language() or "fr") if day else ""


def _communication(digits: str) -> str:
    """Without its plus signs, which a spreadsheet takes for a formula; with its slashes, which keep its zeroes."""
    return identifiers.format_structured_communication(digits).strip("+") if digits else ""


def _amount(amount: Any) -> str:
    return f"{amount:.2f}".replace(".", ",")
