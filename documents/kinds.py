"""What a kind of document is: a declaration. The apps above register theirs; nothing else asks `if kind ==`."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    """`family` names the number series; `sign` is +1 or -1 for receivables; `ubl_type` is UNCL1001.

    `credited_by` names the kind that credits this one, `communication_series` the first two digits of a structured
    communication (empty: none is given), `app` the event prefix.
    """

    key: str
    app: str
    label: Any
    label_plural: Any
    family: str
    number_format: str
    sign: int
    ubl_type: str
    url_name: str
    has_due_date: bool = False
    communication_series: str = ""
    credited_by: str = ""

    def event(self, verb: str) -> str:
        """The action of an event: `invoices.credit_note.issued`."""
        return f"{self.app}.{self.key}.{verb}"


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    _kinds[kind.key] = kind
    return kind


def get(key: str) -> Kind:
    """The declaration of a kind; raises KeyError for one that nobody declared."""
    return _kinds[key]


def every() -> tuple[Kind, ...]:
    return tuple(_kinds.values())
