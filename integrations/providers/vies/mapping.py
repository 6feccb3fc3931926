"""VIES's JSON and our terms."""

import re
from typing import Any

from integrations.contracts.vat_register import Registration

UNTOLD = "---"
NO_SUCH_NUMBER = "INVALID_INPUT"

_STREET = re.compile(r"(?P<street>.*\S)\s+(?P<number>\d+\s?[A-Za-z]?(?:[/-]\d+[A-Za-z]?)?)")
_TOWN = re.compile(r"(?:[A-Z]{1,2}-)?(?P<code>\d[\d-]{3,}(?:\s?[A-Z]{2})?)\s+(?P<city>\D.*)")


def question(vat_number: str, enquirer: str) -> dict[str, str]:
    """The body of the call."""
    body = {"countryCode": vat_number[:2], "vatNumber": vat_number[2:]}
    if enquirer:
        body |= {"requesterMemberStateCode": enquirer[:2], "requesterNumber": enquirer[2:]}
    return body


def trouble(answer: Any) -> str:
    """The code of what went wrong, empty when nothing did; ValueError for what is no answer of VIES."""
    if not isinstance(answer, dict):
        raise ValueError("not an object")
    if answer.get("actionSucceed") is not False:
        return ""
    match answer.get("errorWrappers"):
        case [{"error": str(code)}, *_]:
            return code
    raise ValueError("an error without a code")


def registration(vat_number: str, answer: dict[str, Any]) -> Registration:
    """What the answer says of `vat_number`; ValueError when it does not say it."""
    if not isinstance(answer.get("valid"), bool):
        raise ValueError("it does not say whether the number is valid")
    country = "GR" if vat_number.startswith("EL") else vat_number[:2]
    return Registration(
        vat_number=vat_number,
        is_registered=answer["valid"],
        name=_line(answer.get("name")),
        consultation=_line(answer.get("requestIdentifier")),
        country=country,
        **_address(answer.get("address")),
    )


def _text(value: Any) -> str:
    return "" if not isinstance(value, str) or value.strip() == UNTOLD else value.strip()


def _line(value: Any) -> str:
    return " ".join(_text(value).split())


def _address(value: Any) -> dict[str, str]:
    """Street, number, postal code and town, where the last line begins with a postal code; else one line as it is."""
    lines = [" ".join(line.split()) for line in _text(value).splitlines() if line.strip()]
    town = _TOWN.fullmatch(lines[-1]) if lines else None
    if town is None:
        return {"street": ", ".join(lines)}
    first = ", ".join(lines[:-1])
    street = _STREET.fullmatch(first)
    parts = {"street": street["street"], "street_number": street["number"]} if street else {"street": first}
    return {**parts, "postal_code": town["code"], "city": town["city"]}
