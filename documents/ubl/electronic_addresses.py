"""Where a party is reached: Belgian ones by enterprise number (0208), others by VAT number, private people nowhere.

Schemes are those of the Peppol code list of electronic address schemes, release 3.0.21 (May 2026).
"""

import re

from documents.ubl.model import ElectronicAddress

ENTERPRISE_NUMBER = "0208"

# VAT numbers of other states; those whose parties are listed under another number are left out.
VAT_SCHEMES = {
    "AT": "9914",
    "BG": "9926",
    "CY": "9928",
    "CZ": "9929",
    "DE": "9930",
    "EE": "9931",
    "EL": "9933",
    "ES": "9920",
    "FR": "9957",
    "GB": "9932",
    "HR": "9934",
    "HU": "9910",
    "IE": "9935",
    "LT": "9937",
    "LU": "9938",
    "LV": "9939",
    "MT": "9943",
    "NL": "9944",
    "PL": "9945",
    "PT": "9946",
    "RO": "9947",
    "SI": "9949",
    "SK": "9950",
}

_BELGIAN = re.compile(r"BE([0-9]{10})")


def enterprise_number(vat_number: str) -> str:
    """The ten digits that a Belgian VAT number shares with the enterprise number; empty for others."""
    found = _BELGIAN.fullmatch(vat_number)
    return found[1] if found else ""


def of(vat_number: str) -> ElectronicAddress | None:
    """The address of a party, or None where nothing is known that the network accepts."""
    if digits := enterprise_number(vat_number):
        return ElectronicAddress(scheme=ENTERPRISE_NUMBER, value=digits)
    scheme = VAT_SCHEMES.get(vat_number[:2])
    return ElectronicAddress(scheme=scheme, value=vat_number) if scheme else None
