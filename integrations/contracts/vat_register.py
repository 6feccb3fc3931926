"""A register of VAT numbers: who stands behind one, asked while a person fills in a form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What the register says of a compact VAT number (`BE0403019261`).

    Of a number that it knows, the name and the parts of the address as far as they could be told apart; a state that
    keeps them to itself leaves them empty. `consultation` proves the enquiry to a tax office, where the enquirer gave a
    number of their own.
    """

    vat_number: str
    is_registered: bool
    name: str = ""
    street: str = ""
    street_number: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    consultation: str = ""


class VatRegister(Protocol):
    """A register that can be asked."""

    def look_up(self, vat_number: str, *, enquirer: str = "") -> Registration:
        """Both numbers compact, of member states; ProviderError when the register cannot tell now."""


@dataclass(frozen=True, kw_only=True)
class VatRegisterDeclaration:
    """A register that needs no account, and so no connection of a company; `opened` makes it ready to be asked."""

    opened: Callable[[], VatRegister]
