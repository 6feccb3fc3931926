"""Two-step sign-in: after the password a code of an app on one's phone, or one of ten recovery codes.

allauth keeps the rows and does the arithmetic (RFC 6238). That a code of the app works once is held here: its row
remembers the last half minute that was used (RFC 6238, section 5.2).
"""

from allauth.core.internal.cryptokit import compare_user_code, normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Conflict, Refused
from users import sessions, telling
from users.models import User

LAST_STEP = "last_step"
TYPES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


def is_on(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def new_secret() -> str:
    """A key for the app, in base 32."""
    return str(totp.generate_totp_secret())


def address(user: User, secret: str) -> str:
    """The `otpauth:` address that an app reads from a QR code."""
    return str(get_adapter().build_totp_url(user, secret))


def codes_left(recovery: Authenticator) -> int:
    """How many recovery codes were not used yet."""
    return int(app_settings.RECOVERY_CODE_COUNT - recovery.data["used_mask"].bit_count())


@transaction.atomic
def switch_on(user: User, *, secret: str, code: str, kept: str) -> list[str]:
    """From now on signing in takes a code too; returns the recovery codes, which are never shown again.

    The first code proves that the app has the key. All sessions but the one with the key `kept` end.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if is_on(user):
        raise Conflict(_("Two-step sign-in is on already. Switch it off first to use another app."), code="on")
    step = _step_of(secret, code)
    row = totp.TOTP.activate(user, secret).instance
    _note_step(row, step)
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    sessions.end(user, kept=kept)
    telling.tell(user, "two_factor_enabled", by=user)
    return codes


@transaction.atomic
def renew_codes(user: User) -> list[str]:
    """Ten new recovery codes, shown once; the old ones stop."""
    _locked(user)
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    telling.tell(user, "recovery_codes_renewed", by=user)
    return codes


@transaction.atomic
def switch_off(user: User, *, kept: str) -> None:
    """The password alone opens the account again; the app's key and the recovery codes are forgotten."""
    _locked(user)
    Authenticator.objects.filter(user=user, type__in=TYPES).delete()
    sessions.end(user, kept=kept)
    telling.tell(user, "two_factor_disabled", by=user)


@transaction.atomic
def use(user: User, code: str) -> None:
    """Use up a code of the app or a recovery code; one that is wrong, stale or used is refused."""
    row = _locked(user)
    if len(normalize_user_code(code)) > app_settings.TOTP_DIGITS:
        _use_recovery_code(user, code)
        return
    step = _step_of(decrypt(row.data["secret"]), code)
    if step <= row.data[LAST_STEP]:
        raise Refused(_("This code was used already. Wait for the next one."), code="used", pointer="/code")
    _note_step(row, step)


@transaction.atomic
def remove_all(user: User) -> int:
    """An operator's help for who lost everything: no code, passkey or session stays. Returns how many rows went."""
    removed = int(Authenticator.objects.filter(user=user).delete()[0])
    if removed:
        sessions.end(user)
        telling.tell(user, "second_factors_removed", by=None)
    return removed


def _use_recovery_code(user: User, code: str) -> None:
    recovery = RecoveryCodes(Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES))
    if not recovery.validate_code(code):
        message = _("This recovery code is wrong, or it was used already. Each works once.")
        raise Refused(message, code="wrong", pointer="/code")
    recovery.instance.record_usage()
    telling.tell(user, "recovery_code_used", by=user, left=codes_left(recovery.instance))


def _step_of(secret: str, code: str) -> int:
    """The half minute that the code belongs to: the present one or a neighbour, for clocks differ a little."""
    for step in totp.yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, step))):
            return int(step)
    message = _("This code is wrong, or its half minute is over. Type the one that the app shows now.")
    raise Refused(message, code="wrong", pointer="/code")


def _note_step(row: Authenticator, step: int) -> None:
    row.data[LAST_STEP] = step
    row.last_used_at = timezone.now()
    row.save(update_fields=["data", "last_used_at"])


def _locked(user: User) -> Authenticator:
    """The app's row; whoever holds it uses and changes codes alone."""
    rows = Authenticator.objects.select_for_update().filter(user=user, type=Authenticator.Type.TOTP)
    row = rows.first()
    if row is None:
        raise Conflict(_("Two-step sign-in is off. Switch it on first."), code="off")
    return row
