"""The tags of texts: `%number%` becomes the document's number. Replaced in one pass, so a value is never a tag.

A mail may use them all. Paper takes those that are `printed`, at issue, so that they are right and frozen.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import identifiers, locales
from core.errors import Refused
from documents.models import Document

_TAG = re.compile(r"%([a-z][a-z_]*)%")


@dataclass(frozen=True)
class Tag:
    """What a tag stands for, and its value on a document; a value that only a mail knows is not `printed`."""

    label: Any
    value: Callable[[Document], str]
    printed: bool = True


def _day(day: date | None, language: str) -> str:
    return locales.format_date(day, language) if day else ""


def _message(document: Document) -> str:
    digits = document.structured_message
    return identifiers.format_structured_communication(digits) if digits else ""


TAGS = {
    "number": Tag(gettext_lazy("number of the document"), lambda document: document.number),
    "date": Tag(gettext_lazy("issue date"), lambda document: _day(document.issue_date, document.language)),
    "due_date": Tag(gettext_lazy("due date"), lambda document: _day(document.due_date, document.language)),
    "amount": Tag(
        gettext_lazy("total including VAT"),
        lambda document: locales.format_money(document.total_gross, document.currency, document.language),
    ),
    "structured_message": Tag(gettext_lazy("structured communication"), _message),
    "iban": Tag(gettext_lazy("your IBAN"), lambda document: identifiers.format_iban(document.seller.get("iban", ""))),
    "customer": Tag(gettext_lazy("name of the customer"), lambda document: document.buyer_name),
    "reference": Tag(gettext_lazy("reference of the customer"), lambda document: document.reference),
    "company": Tag(gettext_lazy("name of your company"), lambda document: document.company.name),
}


def register(name: str, tag: Tag) -> None:
    """Add a tag of a higher floor; each registers its own in its `pages.py`."""
    TAGS[name] = tag


def of_paper() -> dict[str, Tag]:
    """The tags that a printed text may use."""
    return {name: tag for name, tag in TAGS.items() if tag.printed}


def fill(text: str, document: Document) -> str:
    """A mail's text with its tags replaced; a tag that nobody knows stays visible."""
    return _filled(text, document, TAGS)


def print_on(text: str, document: Document) -> str:
    """A printed text with its tags replaced; on a draft, what is not known yet stays visible as its tag."""
    return _filled(text, document, of_paper())


def check(text: str, *, pointer: str, known: Mapping[str, Tag] = TAGS) -> None:
    """Refuse a text with a tag that is not `known`."""
    unknown = [name for name in _TAG.findall(text) if name not in known]
    if unknown:
        raise Refused(
            _("There is no tag %s. Choose one of the list.") % ", ".join(f"%{name}%" for name in unknown),
            code="unknown_tag",
            pointer=pointer,
        )


def _filled(text: str, document: Document, known: Mapping[str, Tag]) -> str:
    def value(match: re.Match[str]) -> str:
        tag = known.get(match.group(1))
        found = tag.value(document) if tag else ""
        return found if found or (tag and not document.is_draft) else match.group(0)

    return _TAG.sub(value, text)
