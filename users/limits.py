"""Guessing passwords is made slow: five wrong ones for an e-mail from one address, then five minutes of rest."""

from hashlib import sha256

from django.core.cache import cache

FAILURES = 5
SECONDS = 300


class SignInLimit:
    """Counts attempts before their outcome is known, so that many at once are no way around it."""

    def __init__(self, *, email: str, address: str) -> None:
        who = f"{email.strip().lower()}|{address}".encode("utf-8", "surrogatepass")
        self._key = f"sign-in:{sha256(who).hexdigest()}"

    def is_reached(self) -> bool:
        return int(cache.get(self._key, 0)) >= FAILURES

    def count(self) -> None:
        cache.add(self._key, 0, SECONDS)
        try:
            cache.incr(self._key)
        except ValueError:  # it ran out in between
            cache.set(self._key, 1, SECONDS)

    def forget(self) -> None:
        """The person proved who they are."""
        cache.delete(self._key)
