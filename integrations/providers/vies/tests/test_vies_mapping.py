"""Addresses as the member states write them."""

import pytest

from integrations.contracts.vat_register import Registration
from integrations.providers.vies import mapping

PARTS = ("street", "street_number", "postal_code", "city")


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("Rue de l'Industrie 31\n1040 Bruxelles", ("Rue de l'Industrie", "31", "1040", "Bruxelles")),
        ("Korte Gasthuisstraat 17-19\n2000 Antwerpen", ("Korte Gasthuisstraat", "17-19", "2000", "Antwerpen")),
        ("Avenue du 11 Novembre 5A\n1040 Etterbeek", ("Avenue du 11 Novembre", "5A", "1040", "Etterbeek")),
        ("\nKEIZERSGRACHT 00241\n1016EA AMSTERDAM\n", ("KEIZERSGRACHT", "00241", "1016EA", "AMSTERDAM")),
        ("12 RUE DE LA PAIX\n75002 PARIS", ("12 RUE DE LA PAIX", "", "75002", "PARIS")),
        ("2, RUE DE BITBOURG\nL-1273  LUXEMBOURG", ("2, RUE DE BITBOURG", "", "1273", "LUXEMBOURG")),
        ("3RD FLOOR, BARROW STREET, DUBLIN 4", ("3RD FLOOR, BARROW STREET, DUBLIN 4", "", "", "")),
        ("---", ("", "", "", "")),
        (None, ("", "", "", "")),
    ],
)  # fmt: skip
def test_an_address_is_taken_apart_where_it_can_be(address: str | None, parts: tuple[str, ...]) -> None:
    found = mapping.registration("BE0403019261", {"valid": True, "name": "X", "address": address})
    assert tuple(getattr(found, part) for part in PARTS) == parts


def test_what_a_state_keeps_to_itself_is_nothing() -> None:
    found = mapping.registration("EL094259216", {"valid": True, "name": "---", "address": "---"})
    assert found == Registration(vat_number="EL094259216", is_registered=True, country="GR")


@pytest.mark.parametrize("answer", [{}, {"valid": "yes"}, {"valid": None}])
def test_an_answer_that_does_not_say_is_refused(answer: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="valid"):
        mapping.registration("BE0403019261", answer)
