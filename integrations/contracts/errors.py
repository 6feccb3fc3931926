"""The errors a provider may raise. Each says whether waiting helps and whether a person has to do something."""

from typing import Any


class ProviderError(Exception):
    """The other side could not do what was asked; `message` is translatable, fit for the user and free of secrets."""

    def __init__(
        self,
        message: Any,
        *,
        retryable: bool = False,
        needs_user: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.retryable = retryable
        self.needs_user = needs_user
        self.retry_after = retry_after

    def __str__(self) -> str:
        return str(self.message)


class CredentialsRefused(ProviderError):
    """The other side does not accept our key any more; only the user can give another one."""

    def __init__(self, message: Any) -> None:
        super().__init__(message, needs_user=True)


class NotThere(ProviderError):
    """The other side has no such thing; asking again changes nothing."""
