"""What a person signs in with besides their password."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator

from users import two_step
from users.models import User


@dataclass(frozen=True)
class Factors:
    app: Authenticator | None
    codes_left: int
    passkeys: list[Authenticator]


def of(user: User) -> Factors:
    """All of it, in one query."""
    rows = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    by_type = {row.type: row for row in rows}
    recovery = by_type.get(Authenticator.Type.RECOVERY_CODES)
    return Factors(
        app=by_type.get(Authenticator.Type.TOTP),
        codes_left=two_step.codes_left(recovery) if recovery else 0,
        passkeys=[row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
    )
