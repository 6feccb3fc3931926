"""The words of the mails that bring people in, in the reader's language."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import locales, mailing
from core.ids import uuid7
from users.models import Invitation, SignUp, User

# What happened to the way somebody signs in, by the last word of its event.
CHANGES = {
    "two_factor_enabled": gettext_lazy("Two-step sign-in was switched on"),
    "two_factor_disabled": gettext_lazy("Two-step sign-in was switched off"),
    "recovery_codes_renewed": gettext_lazy("New recovery codes were made"),
    "recovery_code_used": gettext_lazy("A recovery code was used to sign in"),
    "passkey_added": gettext_lazy("A passkey was added"),
    "passkey_removed": gettext_lazy("A passkey was removed"),
    "second_factors_removed": gettext_lazy("An administrator removed two-step sign-in and the passkeys"),
}


def invite(invitation: Invitation) -> None:
    with translation.override(invitation.language):
        mailing.send(
            to=invitation.email,
            subject=_("%(company)s invites you to eFactori") % {"company": invitation.company.name},
            body=_(
                "Hello,\n\n%(person)s invites you to work in eFactori for %(company)s, as: %(role)s.\n\n"
                "Follow this link to accept. It works until %(day)s:\n%(link)s\n\n"
                "If you do not know %(company)s, you need not do anything.\n"
            )
            % {
                "person": invitation.invited_by or invitation.company.name,
                "company": invitation.company.name,
                "role": invitation.get_role_display().lower(),
                "day": locales.format_date(timezone.localdate(invitation.expires_at), invitation.language),
                "link": invitation.link,
            },
            key=f"{invitation.pk}-{int(invitation.sent_at.timestamp())}",
        )


def confirm_sign_up(sign_up: SignUp) -> None:
    """Nothing that the stranger typed is repeated, so that the mail carries no message of theirs."""
    with translation.override(sign_up.language):
        mailing.send(
            to=sign_up.email,
            subject=_("Confirm your e-mail address"),
            body=_(
                "Hello,\n\nFollow this link to start your company in eFactori. It works for two days:\n%(link)s\n\n"
                "If you did not sign up, you need not do anything: without the link nothing is made.\n"
            )
            % {"link": sign_up.link},
            key=str(sign_up.pk),
        )


def tell_known(user: User) -> None:
    with translation.override(user.language):
        mailing.send(
            to=user.email,
            subject=_("You already have an account"),
            body=_(
                "Hello %(name)s,\n\nSomebody signed up at eFactori with this address. You have an account already.\n\n"
                "To start another company, sign in and choose it under your personal settings:\n%(sign_in)s\n\n"
                "If you forgot your password, choose a new one:\n%(forgotten)s\n\n"
                "If it was not you, you need not do anything.\n"
            )
            % {
                "name": user,
                "sign_in": settings.PUBLIC_URL + reverse("users:sign-in"),
                "forgotten": settings.PUBLIC_URL + reverse("users:forgotten-password"),
            },
            key=str(uuid7()),
        )


def renew_password(user: User) -> None:
    person = urlsafe_base64_encode(force_bytes(user.pk))
    address = reverse("users:new-password", args=[person, default_token_generator.make_token(user)])
    with translation.override(user.language):
        mailing.send(
            to=user.email,
            subject=_("Choose a new password"),
            body=_(
                "Hello %(name)s,\n\n"
                "Follow this link to choose a new password. It works once, within a day:\n%(link)s\n\n"
                "If you did not ask for it, you need not do anything: your password stays as it is.\n"
            )
            % {"name": user, "link": settings.PUBLIC_URL + address},
            key=str(uuid7()),
        )


def tell_changed_sign_in(user: User, what: str) -> None:
    with translation.override(user.language):
        mailing.send(
            to=user.email,
            subject=str(CHANGES[what]),
            body=_(
                "Hello %(name)s,\n\n%(change)s, for your account %(email)s in eFactori.\n\n"
                "If it was you, you need not do anything. If not, choose a new password at once, then look at your "
                "personal settings:\n%(forgotten)s\n"
            )
            % {
                "name": user,
                "change": CHANGES[what],
                "email": user.email,
                "forgotten": settings.PUBLIC_URL + reverse("users:forgotten-password"),
            },
            key=str(uuid7()),
        )
