"""Values of other programs that a customer carries: kept and given back as they came, in bounds."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

MOST = 50
LONGEST_NAME = 40
LONGEST_TEXT = 500
GREATEST = 2**53  # beyond it many programs read another number than was written


def clean(given: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored: a fraction becomes the JSON number that it was."""
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in given.items()}


def faults(given: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Name, code and sentence of what cannot be kept; the name is empty for the whole."""
    if len(given) > MOST:
        yield "", "too_many", _("Give at most %(most)s fields.") % {"most": MOST}
        return
    for name, value in given.items():
        if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
            message = _("A field's name has 1 to %(longest)s printable characters.")
            yield name, "invalid_name", message % {"longest": LONGEST_NAME}
        elif isinstance(value, str):
            if len(value) > LONGEST_TEXT:
                message = _("A text has at most %(longest)s characters.") % {"longest": LONGEST_TEXT}
                yield name, "max_length", message
        elif isinstance(value, bool) or value is None:
            continue
        elif not isinstance(value, int | float | Decimal):
            yield name, "invalid_type", _("Give a string, a number, true, false or null.")
        elif not -GREATEST <= value <= GREATEST or (
            isinstance(value, Decimal) and Decimal(repr(float(value))) != value
        ):
            yield name, "out_of_range", _("This number cannot be kept exactly. Send it as a string.")
