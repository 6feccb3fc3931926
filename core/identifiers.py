"""Numbers that others hand out: VAT and enterprise numbers, IBAN, and the Belgian structured communication."""

import re

import schwifty
from schwifty.exceptions import SchwiftyException
from stdnum import exceptions as stdnum_errors
from stdnum.be import ogm_vcs
from stdnum.be import vat as belgian_vat
from stdnum.eu import vat as european_vat

_SEPARATORS = re.compile(r"[\s.\-/]")
_COUNTRY = re.compile(r"^[A-Z]{2}")
_VAT_SHAPE = re.compile(r"^[A-Z]{2}(?=.*[0-9])[A-Z0-9]{2,18}$")


def compact_vat(text: str, *, country: str = "BE") -> str:
    """One spelling for every way to write a VAT number: `be 0403.019.261` is `BE0403019261`. Nothing is checked."""
    value = _SEPARATORS.sub("", text).upper()
    if value and not _COUNTRY.match(value):
        value = ("EL" if country == "GR" else country) + value
    if value.startswith("BE") and len(value) == 11 and value[2:].isdigit():
        value = "BE0" + value[2:]
    return value


def is_valid_vat(number: str) -> bool:
    """Whether a compact VAT number of a member state has the right form and check digits."""
    try:
        if number.startswith("BE"):
            belgian_vat.validate(number)
        else:
            european_vat.validate(number)
    except stdnum_errors.ValidationError:
        return False
    return True


def is_acceptable_vat(number: str) -> bool:
    """Whether a compact number can be a VAT number: a member state's is checked fully, another state's by its shape."""
    if number[:2].lower() in european_vat.MEMBER_STATES or number.startswith("EL"):
        return is_valid_vat(number)
    return bool(_VAT_SHAPE.match(number))


def format_vat(number: str) -> str:
    """As printed: `BE 0403.019.261`; numbers of other states get a space after the country."""
    if number.startswith("BE") and len(number) == 12:
        return f"BE {number[2:6]}.{number[6:9]}.{number[9:]}"
    return f"{number[:2]} {number[2:]}" if _COUNTRY.match(number) else number


def compact_iban(text: str) -> str:
    """An IBAN without spaces, in capitals."""
    return re.sub(r"\s", "", text).upper()


def is_valid_iban(number: str) -> bool:
    """Whether the IBAN has its country's form and right check digits (the bank need not be known)."""
    try:
        schwifty.IBAN(number)
    except SchwiftyException:
        return False
    return True


def bic_of(iban: str) -> str:
    """The bank's BIC as the register knows it, else an empty text (a BIC is optional in SEPA)."""
    try:
        return str(schwifty.IBAN(iban).bic or "")
    except SchwiftyException:
        return ""


def format_iban(number: str) -> str:
    """Groups of four."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def structured_communication(base: str) -> str:
    """Twelve digits: ten of `base` and the check (mod 97, 0 becomes 97)."""
    if len(base) != 10 or not base.isdigit():
        raise ValueError("A structured communication is made of ten digits.")
    return base + str(ogm_vcs.calc_check_digits(base))


def is_valid_structured_communication(text: str) -> bool:
    """Whether twelve digits, with or without decoration, carry the right check."""
    return bool(ogm_vcs.is_valid(text.replace("+", "").replace("*", "")))


def format_structured_communication(digits: str) -> str:
    """As printed: `+++010/8068/17183+++`."""
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"
