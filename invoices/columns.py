"""The columns of the lists of documents: which there are, and which a person wants to see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.kinds import Kind
from documents.models import Document


@dataclass(frozen=True)
class Column:
    """`shape` is how the cell is drawn: day, vat_number, communication, state or money. A `fixed` column always
    stands, a `usual` one at first.
    """

    key: str
    label: Any
    shape: str
    fixed: bool = False
    usual: bool = False
    on_phone: bool = False
    of_dues: bool = False  # says something of kinds with a due date only

    def value(self, document: Any) -> Any:
        """What stands in the cell of a document that knows its course."""
        if self.key == "open_amount" and document.is_draft:
            return None
        return getattr(document, self.key)


COLUMNS = (
    Column("issue_date", _("Date"), "day", usual=True),
    Column("due_date", _("Due"), "day", usual=True, of_dues=True),
    Column("delivery_date", _("Delivered"), "day"),
    Column("buyer_vat", pgettext_lazy("column", "VAT number"), "vat_number"),
    Column("structured_message", _("Structured communication"), "communication", of_dues=True),
    Column("shown_state", _("State"), "state", fixed=True, on_phone=True),
    Column("total_net", _("Excluding VAT"), "money", usual=True),
    Column("total_vat", _("VAT"), "money"),
    Column("total_gross", _("Including VAT"), "money", fixed=True, on_phone=True),
    Column("open_amount", _("Open"), "money", usual=True),
)


def of(kind: Kind) -> list[Column]:
    """The columns that a kind can show, in their order."""
    return [column for column in COLUMNS if kind.has_due_date or not column.of_dues]


def shown(kind: Kind, chosen: Collection[str] | None) -> list[Column]:
    """Those that stand for a person who chose these keys, or never chose."""
    return [column for column in of(kind) if column.fixed or (column.usual if chosen is None else column.key in chosen)]


def cells(document: Document, columns: Sequence[Column]) -> list[tuple[Column, Any]]:
    """The row of a document."""
    return [(column, column.value(document)) for column in columns]
