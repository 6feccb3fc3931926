"""The two ways in which a service says no; both carry a sentence that a user can act on."""

from typing import Any


class Refused(Exception):
    """A rule forbids the request. `message` says what to do; `code` is stable; `pointer` names the field (RFC 6901)."""

    status = 422

    def __init__(self, message: Any, *, code: str = "refused", pointer: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.pointer = pointer

    def __str__(self) -> str:
        return str(self.message)


class Conflict(Refused):
    """The object's present state forbids the request (HTTP 409)."""

    status = 409


class UnableTo(Exception):
    """Something outside failed. `retryable` says whether waiting may help."""

    def __init__(self, message: Any, *, retryable: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.retryable = retryable

    def __str__(self) -> str:
        return str(self.message)
