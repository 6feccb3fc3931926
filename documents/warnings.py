"""Warnings on drafts: a registry of codes, so that each sentence is made where its reason is known.

A warning names what a person should look at. Price warnings belong to a line and disappear once it has a price; issuing
with one of them open asks for confirmation.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from activity import events
from core.errors import Refused
from documents.models import Document, Line, Warning
from users.models import User


@dataclass(frozen=True)
class Cure:
    """A link that resolves the warning: its label and address; `post` when it acts at once, by a POST.

    `in_dialog` opens the page it leads to in a dialog, `owner_only` names one that the owners alone may take.
    """

    label: Any
    url: str
    icon: str = ""
    post: bool = False
    in_dialog: bool = False
    owner_only: bool = False


@dataclass(frozen=True)
class Code:
    """What a code says: `sentence(data)`, whether it is about a missing price, and the cure where one exists.

    `settled_by` names the field of the document that a person changes in answer to it; `holds` says whether it is still
    so, where something outside the document settles it.
    """

    code: str
    sentence: Callable[[Mapping[str, Any]], str]
    is_price: bool = False
    cure: Callable[[Warning], Cure | None] = lambda warning: None
    settled_by: str = ""
    holds: Callable[[Warning], bool] = lambda warning: True


_codes: dict[str, Code] = {}


def register(
    code: str,
    sentence: Callable[[Mapping[str, Any]], str],
    *,
    is_price: bool = False,
    cure: Callable[[Warning], Cure | None] = lambda warning: None,
    settled_by: str = "",
    holds: Callable[[Warning], bool] = lambda warning: True,
) -> None:
    _codes[code] = Code(code, sentence, is_price, cure, settled_by, holds)


def price_codes() -> list[str]:
    return [code.code for code in _codes.values() if code.is_price]


def message(warning: Warning) -> str:
    """The sentence in the active language."""
    return _codes[warning.code].sentence(warning.data)


def cure(warning: Warning) -> Cure | None:
    return _codes[warning.code].cure(warning)


def holds(warning: Warning) -> bool:
    """Whether it is still so; one that is not may stand there until its event was heard."""
    return _codes[warning.code].holds(warning)


def add(document: Document, code: str, *, pointer: str = "", line: Line | None = None, **data: Any) -> Warning:
    """Put a warning on a draft; the same code at the same pointer is kept once."""
    if code not in _codes:
        raise LookupError(f"no warning is registered as {code!r}")
    warning, _created = Warning.objects.update_or_create(
        document=document,
        code=code,
        pointer=pointer,
        defaults={"company_id": document.company_id, "line": line, "data": data},
    )
    return warning


def remove(document: Document, *codes: str, line: Line | None = None) -> int:
    """Take warnings away: these codes, on one line where given."""
    found = Warning.objects.filter(document=document, code__in=codes)
    if line is not None:
        found = found.filter(line=line)
    return int(found.delete()[0])


def settle(document: Document, fields: Collection[str]) -> None:
    """Take away what a person answered by changing these fields."""
    answered = [code.code for code in _codes.values() if code.settled_by in fields]
    if answered:
        remove(document, *answered)


def can_dismiss(warning: Warning) -> bool:
    """A missing price wants a price, or a yes when the document is issued; anything else may be waved away."""
    return not _codes[warning.code].is_price


@transaction.atomic
def dismiss(warning: Warning, *, by: User) -> None:
    """A person has looked and it is right as it is; the timeline keeps what they waved away."""
    if not can_dismiss(warning):
        raise Refused(_("Set the price, or confirm at issue that the line is free of charge."), code="price_warning")
    events.record("documents.warning.dismissed", warning.document, by=by, data={"code": warning.code})
    warning.delete()
