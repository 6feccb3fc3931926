"""The call to VIES: the only file that knows its URL."""

from typing import Any

from django.utils.translation import gettext as _

from core.http import HttpClient, HttpFailure
from integrations.contracts.errors import ProviderError
from integrations.contracts.vat_register import Registration
from integrations.providers.vies import mapping

WAIT = (3.05, 8.0)  # seconds: somebody sits before the form
OUR_NUMBER_REFUSED = "INVALID_REQUESTER_INFO"


class Vies:
    """The register at one address; keeps the promises of contracts.vat_register.VatRegister."""

    def __init__(self, base_url: str, *, allow_private: bool = False, timeout: tuple[float, float] = WAIT) -> None:
        self._http = HttpClient(base_url, allow_private=allow_private, timeout=timeout, retries=1)

    def look_up(self, vat_number: str, *, enquirer: str = "") -> Registration:
        """Who stands behind the number, asked a second time without `enquirer` when VIES does not know that one."""
        try:
            answer = self._ask(vat_number, enquirer)
            code = mapping.trouble(answer)
            if code == OUR_NUMBER_REFUSED and enquirer:
                return self.look_up(vat_number)
            if code == mapping.NO_SUCH_NUMBER:
                return Registration(vat_number=vat_number, is_registered=False)
            if code:
                raise _silent()
            return mapping.registration(vat_number, answer)
        except ValueError:
            raise ProviderError(_("VIES gave an answer that eFactori does not understand. Please report it.")) from None

    def _ask(self, vat_number: str, enquirer: str) -> Any:
        """What VIES says, also where it says so with an error's status."""
        question = mapping.question(vat_number, enquirer)
        try:
            return self._http.request("POST", "/check-vat-number", json=question, idempotent=True).json()
        except HttpFailure as failure:
            problem = failure.problem()
            if "errorWrappers" in problem:
                return problem
            raise _silent() from failure


def _silent() -> ProviderError:
    return ProviderError(
        _("VIES does not answer now. Fill in the details yourself, or try again later."), retryable=True
    )
