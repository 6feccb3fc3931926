"""The client against the simulator over real HTTP."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.utils import translation

from integrations.contracts.errors import ProviderError
from integrations.contracts.vat_register import Registration
from integrations.providers.vies.client import Vies as Client
from integrations.providers.vies.provider import opened
from tests.vies import Vies, vies

__all__ = ["vies"]
pytestmark = pytest.mark.once
SOFINA = "BE0403019261"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_a_registered_number_comes_with_its_holder_and_a_proof(vies: Vies) -> None:
    assert opened().look_up(SOFINA, enquirer="BE0123456749") == Registration(
        vat_number=SOFINA,
        is_registered=True,
        name="SOFINA SA",
        street="Rue de l'Industrie",
        street_number="31",
        postal_code="1040",
        city="Bruxelles",
        country="BE",
        consultation="WAPIAAAAY1",
    )
    assert vies.asked == [
        {
            "countryCode": "BE",
            "vatNumber": "0403019261",
            "requesterMemberStateCode": "BE",
            "requesterNumber": "0123456749",
        }
    ]


@pytest.mark.parametrize("status", [200, 400])
def test_a_number_that_is_not_registered_is_an_answer(vies: Vies, status: int) -> None:
    vies.fail("BE0123456749", "INVALID_INPUT", status)
    assert opened().look_up("BE0123456749") == Registration(vat_number="BE0123456749", is_registered=False)
    assert not opened().look_up("BE0202239951").is_registered


def test_an_enquirer_that_is_not_known_is_left_out(vies: Vies) -> None:
    vies.refuses_enquirers = True
    assert opened().look_up(SOFINA, enquirer="BE0123456749").name == "SOFINA SA"
    assert vies.asked[-1] == {"countryCode": "BE", "vatNumber": "0403019261"}


@pytest.mark.parametrize("code", ["MS_UNAVAILABLE", "MS_MAX_CONCURRENT_REQ", "TIMEOUT", "SERVICE_UNAVAILABLE"])
@pytest.mark.parametrize("status", [200, 400])
def test_trouble_is_told_as_trouble(vies: Vies, code: str, status: int) -> None:
    vies.fail(SOFINA, code, status)
    with pytest.raises(ProviderError, match="VIES does not answer now") as caught:
        opened().look_up(SOFINA)
    assert caught.value.retryable


def test_nobody_there_is_told_in_the_same_words(settings: LazySettings) -> None:
    settings.VIES_API_URL = "http://127.0.0.1:9"
    with pytest.raises(ProviderError, match="VIES does not answer now"):
        opened().look_up(SOFINA)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"actionSucceed": false}'])
def test_nonsense_is_told_as_nonsense(vies: Vies, body: bytes) -> None:
    vies.answers[SOFINA] = (200, body)
    with pytest.raises(ProviderError, match=r"VIES gave an answer that eFactori does not understand"):
        opened().look_up(SOFINA)


def test_a_private_address_is_not_called() -> None:
    with pytest.raises(ProviderError):
        Client("http://10.255.255.1").look_up(SOFINA)


def test_a_page_in_place_of_an_answer_is_told_as_trouble(vies: Vies) -> None:
    vies.answers[SOFINA] = (200, b"<html>Maintenance</html>")
    with pytest.raises(ProviderError, match="VIES does not answer now"):
        opened().look_up(SOFINA)
