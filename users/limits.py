"""What a stranger may try is counted, so that guessing passwords and flooding mailboxes are slow."""

from hashlib import sha256

from django.core.cache import cache


class Limit:
    """So many tries of one kind by one key, then rest until the first of them is `seconds` old."""

    def __init__(self, kind: str, *key: str, tries: int, seconds: int) -> None:
        who = "|".join(part.strip().lower() for part in key).encode("utf-8", "surrogatepass")
        self._key = f"{kind}:{sha256(who).hexdigest()}"
        self._tries, self._seconds = tries, seconds

    def is_reached(self) -> bool:
        return int(cache.get(self._key, 0)) >= self._tries

    def count(self) -> None:
        """One more, counted before its outcome is known, so that many at once are no way around it."""
        cache.add(self._key, 0, self._seconds)
        try:
            cache.incr(self._key)
        except ValueError:  # it ran out in between
            cache.set(self._key, 1, self._seconds)

    def forget(self) -> None:
        """The person proved who they are."""
        cache.delete(self._key)


def sign_in(*, email: str, address: str) -> Limit:
    """Five wrong passwords for an e-mail from one address, then five minutes of rest."""
    return Limit("sign-in", email, address, tries=5, seconds=300)


def second_step(*, user: str) -> Limit:
    """Five wrong codes for a person from anywhere, then five minutes of rest: six digits are soon guessed."""
    return Limit("second-step", user, tries=5, seconds=300)


def passkeys(*, address: str) -> Limit:
    """Challenges that an address may ask for: nothing can be guessed with them, but each is a session to keep."""
    return Limit("passkeys", address, tries=60, seconds=300)


def own_password(*, user: str) -> Limit:
    """Five wrong passwords of somebody who is signed in, then five minutes of rest."""
    return Limit("own-password", user, tries=5, seconds=300)


def mails(*, email: str) -> Limit:
    """Mails that anybody may have sent to an address by typing it: three an hour."""
    return Limit("mails", email, tries=3, seconds=3600)


def forms(*, address: str) -> Limit:
    """Sign-ups and forgotten passwords from one address; a whole office, or all behind a proxy, may share it."""
    return Limit("forms", address, tries=30, seconds=3600)
