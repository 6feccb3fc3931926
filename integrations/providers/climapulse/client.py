"""The calls to Climapulse: the only file that knows its URLs."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from core.http import MEBIBYTE, HttpAnswer, HttpClient, HttpFailure
from integrations.contracts.errors import CredentialsRefused, NotThere, ProviderError
from integrations.contracts.field_service import Account, InventoryFull, InventoryItem, InventoryItemInput, ItemResult
from integrations.providers.climapulse import mapping

PAGE = 200
MAX_ATTACHMENT = 20 * MEBIBYTE


class Climapulse:
    """A connected Climapulse account; keeps the promises of contracts.field_service.FieldService."""

    batch_size = 100
    inventory_limit = mapping.INVENTORY_LIMIT

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        allow_private: bool = False,
        timeout: tuple[float, float] = (3.05, 15),
        retries: int = 4,
    ) -> None:
        if not (api_key.isascii() and api_key.isprintable() and api_key.strip() == api_key != ""):
            raise CredentialsRefused(_("This is not a Climapulse API key. Copy it again from your Climapulse profile."))
        self._http = HttpClient(
            base_url,
            headers={"Authorization": f"Bearer {api_key}"},
            allow_private=allow_private,
            timeout=timeout,
            retries=retries,
        )

    def account(self) -> Account:
        """Check the key and read the account."""
        return _understood(mapping.account, self._call("GET", "/account"))

    def register(self, hook_url: str, secret: str) -> None:
        """Tell Climapulse where work orders go and the secret to sign them with."""
        self._call("PUT", "/integrations/efactori", json={"webhook_url": hook_url, "secret": secret})

    def unregister(self) -> None:
        """Make Climapulse forget the registration."""
        self._call("DELETE", "/integrations/efactori")

    def items(self) -> Iterator[InventoryItem]:
        """Everything in the inventory, newest first, page by page."""
        params = {"limit": str(PAGE)}
        while True:
            page, cursor = _understood(mapping.items, self._call("GET", "/inventory/items", params=params))
            yield from page
            if cursor is None:
                return
            if cursor == params.get("cursor"):
                raise _nonsense()
            params["cursor"] = cursor

    def put_items(self, items: Sequence[InventoryItemInput]) -> tuple[ItemResult, ...]:
        """Create or update up to `batch_size` items; repeating the call changes nothing, so it is retried."""
        if len(items) > self.batch_size:
            raise ValueError(f"at most {self.batch_size} items fit in one call")
        if not items:
            return ()
        body = {"items": [mapping.item_body(item) for item in items]}
        results = _understood(mapping.item_results, self._call("PUT", "/inventory/items", json=body))
        if [result.external_id for result in results] != [item.external_id for item in items]:
            raise _nonsense()
        return results

    def delete_item(self, external_id: str) -> None:
        """Remove an item; no error when it was not there."""
        self._call("DELETE", f"/inventory/items/{_segment(external_id)}")

    def fetch_attachment(self, work_order_id: str, attachment_id: str) -> bytes:
        """The bytes of a work order's file; NotThere when there is none, never more than 20 MiB."""
        path = f"/work-orders/{_segment(work_order_id)}/attachments/{_segment(attachment_id)}"
        return self._call("GET", path, headers={"Accept": "application/pdf"}, limit=MAX_ATTACHMENT).body

    def _call(self, method: str, path: str, **options: Any) -> HttpAnswer:
        try:
            return self._http.request(method, path, **options)
        except HttpFailure as failure:
            raise _translated(failure) from failure


def _translated(failure: HttpFailure) -> ProviderError:
    """The failure in words that tell the user what to do."""
    match failure.status:
        case 401:
            return CredentialsRefused(
                _("Climapulse does not know this API key. Copy the key from your Climapulse profile and connect again.")
            )
        case 403:
            return CredentialsRefused(
                _("API access is off in Climapulse. Set it to “yes” under Profile → Login information, then try again.")
            )
        case 404:
            return NotThere(_("Climapulse does not have this any more."))
        case 409 if failure.problem().get("code") == "inventory_full":
            return InventoryFull(
                _("The Climapulse inventory is full: it holds at most %(limit)d products.")
                % {"limit": mapping.INVENTORY_LIMIT},
                needs_user=True,
            )
        case 429:
            return ProviderError(
                _("Climapulse asks us to slow down. It is tried again later."),
                retryable=True,
                retry_after=failure.retry_after,
            )
    if failure.retryable:
        return ProviderError(
            _("Climapulse does not answer at the moment. It is tried again later."),
            retryable=True,
            retry_after=failure.retry_after,
        )
    return ProviderError(_("Climapulse refused the call: %(reason)s.") % {"reason": failure})


def _understood[T](reading: Callable[[object], T], answer: HttpAnswer) -> T:
    """The answer in our terms; ProviderError when it is not what the contract says."""
    try:
        return reading(answer.json())
    except (HttpFailure, ValueError):
        raise _nonsense() from None


def _nonsense() -> ProviderError:
    return ProviderError(_("Climapulse gave an answer that eFactori does not understand. Please report it."))


def _segment(value: str) -> str:
    """The value as one path segment; a dot segment would be resolved away and reach another address."""
    if value in ("", ".", ".."):
        raise NotThere(_("Climapulse does not have this any more."))
    return quote(value, safe="")
