"""How a person comes to exist, and comes into a company; sign-ups, invitations and owners all pass here."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from activity import events
from core import saving
from core.errors import Conflict
from users.models import Company, Membership, User

MEMBER_FIELDS = frozenset({"role", "hourly_cost", "billable_rate", "color"})


def new_person(
    *, email: str, language: str, first_name: str = "", last_name: str = "", password_hash: str = ""
) -> User:
    """A person; without a password they can be billed for, but cannot sign in."""
    user = User(
        email=email.strip().lower(),
        first_name=first_name,
        last_name=last_name,
        language=language,
        password=password_hash or make_password(None),
    )
    saving.save(user)
    return user


def proven_person(*, email: str, language: str, first_name: str, last_name: str, password_hash: str) -> User:
    """The person who proved that the e-mail is theirs, with the password they chose.

    Somebody who was listed without a password gets one; somebody who has one must sign in with it.
    """
    known = User.objects.select_for_update(of=("self",)).filter(email__iexact=email).first()
    if known is None:
        return new_person(
            email=email, language=language, first_name=first_name, last_name=last_name, password_hash=password_hash
        )
    if can_sign_in(known) or not known.is_active:
        raise Conflict(_("You have an account already. Sign in with it."), code="known")
    known.first_name, known.last_name, known.language = first_name, last_name, language
    known.password = password_hash
    saving.save(known, update_fields=["first_name", "last_name", "language", "password"])
    return known


def can_sign_in(user: User) -> bool:
    """Whether they ever chose a password."""
    return user.has_usable_password()


def join(company: Company, user: User, *, by: User | None, **fields: Any) -> Membership:
    """The person works here from now on; the company's scope is open."""
    membership = Membership(company=company, user=user)
    saving.assign(membership, fields, allowed=MEMBER_FIELDS)
    saving.save(membership)
    data = {"user": str(user.pk), "email": user.email, "role": membership.role}
    events.record("users.member.created", membership, by=by, data=data)
    return membership
