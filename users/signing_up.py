"""Sign-up: somebody starts a company of their own.

With a mail server, what they typed waits until they follow the link in their mail, so nobody gets an account on
somebody else's address, and the page answers the same whether an address is known or not. Without one nothing can be
proven and nobody can be told, so the account stands at once.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from core import saving
from core.errors import Conflict, Refused
from users import joining, keys, services, tasks
from users.models import Company, SignUp, User


def is_open() -> bool:
    """Whether strangers may start a company here: always, only the very first one, or never."""
    return settings.SIGN_UP == "open" or (settings.SIGN_UP == "first" and not Company.objects.exists())


def may_start_another(user: Any) -> bool:
    """Whether somebody who has an account may start a company: who runs the installation always may."""
    return user is not None and user.is_authenticated and (user.is_staff or is_open())


def ask(
    *,
    email: str,
    first_name: str,
    last_name: str,
    password: str,
    language: str,
    company_name: str,
    vat_number: str = "",
) -> User | None:
    """Take a sign-up: None when the rest waits for the link in the mail, else the new owner."""
    if not is_open():
        raise Conflict(_("Sign-up is switched off here. Ask for an invitation."), code="closed")
    sign_up = SignUp(
        email=email.strip().lower(),
        first_name=first_name,
        last_name=last_name,
        password=make_password(password),  # for a known address too, so that both take the same time
        language=language,
        company_name=company_name,
        vat_number=services.tidy_vat(vat_number),
    )
    sign_up.digest = keys.digest(keys.of_link(sign_up))
    known = User.objects.filter(email__iexact=sign_up.email).first()
    if not settings.HAS_MAIL_SERVER:
        return _start_unproven(sign_up, known)
    with transaction.atomic():
        saving.save(sign_up)
        if known is not None and joining.can_sign_in(known):
            sign_up.delete()
            transaction.on_commit(lambda: tasks.mail_known_address.delay(user_id=str(known.pk)))
        else:
            transaction.on_commit(lambda: tasks.mail_sign_up.delay(sign_up_id=str(sign_up.pk)))
    return None


def behind(key: str) -> SignUp:
    """The sign-up that a mailed key opens; a dead one is refused with what to do next."""
    return _alive(SignUp.objects.filter(digest=keys.digest(key)).first())


@transaction.atomic
def confirm(sign_up: SignUp) -> User:
    """The e-mail is theirs: the person and the company come to be, and nothing of the waiting row stays."""
    sign_up = _alive(SignUp.objects.select_for_update().filter(pk=sign_up.pk).first())
    user = joining.proven_person(
        email=sign_up.email,
        language=sign_up.language,
        first_name=sign_up.first_name,
        last_name=sign_up.last_name,
        password_hash=sign_up.password,
    )
    _start(sign_up, user)
    SignUp.objects.filter(email__iexact=sign_up.email).delete()
    return user


def _alive(sign_up: SignUp | None) -> SignUp:
    if sign_up is None or sign_up.is_expired:
        message = _("The link was used, or it is older than two days. Sign in if you confirmed; else sign up again.")
        raise Conflict(message, code="unknown")
    return sign_up


@transaction.atomic
def _start_unproven(sign_up: SignUp, known: User | None) -> User:
    if known is not None:
        message = _("No account can be made with this. If you have one already, sign in.")
        raise Refused(message, code="refused")
    user = joining.new_person(
        email=sign_up.email,
        language=sign_up.language,
        first_name=sign_up.first_name,
        last_name=sign_up.last_name,
        password_hash=sign_up.password,
    )
    _start(sign_up, user)
    return user


def _start(sign_up: SignUp, user: User) -> Company:
    return services.create_company(
        name=sign_up.company_name,
        owner=user,
        vat_number=sign_up.vat_number,
        language=sign_up.language,
        email=user.email,
    )
