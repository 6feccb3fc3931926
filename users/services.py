"""All writes on companies, their people and their API tokens."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from activity import events
from core import saving
from core.errors import Conflict, Refused
from core.identifiers import bic_of, compact_iban, compact_vat, is_acceptable_vat, is_valid_iban
from core.tenancy import company_scope
from users import inviting, joining, keys, places, sessions
from users import scopes as token_scopes
from users.models import ApiToken, Company, Invitation, Membership, Role, User

COMPANY_FIELDS = frozenset({
    "name", "vat_number", "court", "email", "phone", "website", "street", "street_number", "box", "postal_code", "city",
    "country", "region", "iban", "bic", "language", "currency", "mileage_rate", "default_vat_rate", "vat_scheme",
    "payment_term_days", "time_rounding",
})  # fmt: skip
PERSON_FIELDS = frozenset({"email", "first_name", "last_name", "language"})
TOKEN_PREFIX = "efk_"  # noqa: S105 - a public prefix, so that a leaked key is recognised


# ── companies ────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def create_company(*, name: str, owner: User | None, slug: str = "", by: User | None = None, **fields: Any) -> Company:
    """A new tenant and its owner; without a slug one is made of the name."""
    company = Company(slug=slug or _free_slug(name))
    saving.assign(company, {"name": name, **fields}, allowed=COMPANY_FIELDS)
    _tidy_company(company)
    saving.save(company)
    with company_scope(company.pk):
        events.record("users.company.created", company, by=by or owner, data={"name": company.name})
        if owner is not None:
            joining.join(company, owner, role=Role.OWNER, by=by or owner)
    return company


@transaction.atomic
def update_company(company: Company, *, by: User | None, **fields: Any) -> Company:
    """Change settings; issued documents keep the seller they were issued with."""
    company = Company.objects.select_for_update().get(pk=company.pk)
    changed = saving.assign(company, fields, allowed=COMPANY_FIELDS)
    if changed:
        _tidy_company(company)
        saving.save(company)
        events.record("users.company.updated", company, by=by, data={"changed": changed})
    return company


def _free_slug(name: str) -> str:
    base = slugify(name)[:40] or "company"
    slug, n = base, 1
    while Company.objects.filter(slug=slug).exists():
        n += 1
        slug = f"{base}-{n}"
    return slug


def tidy_vat(text: str, *, country: str = "BE") -> str:
    """The one spelling of a VAT number, its check digits verified; nothing stays nothing."""
    number = compact_vat(text, country=country)
    if number and not is_acceptable_vat(number):
        message = _("%(number)s is not a valid VAT number. Check it for a typing error.")
        raise Refused(message % {"number": number}, code="invalid_vat_number", pointer="/vat_number")
    return number


def _tidy_company(company: Company) -> None:
    """One spelling for numbers; wrong ones are refused, and a BIC that the register knows is filled in."""
    company.country = company.country.strip().upper()
    company.vat_number = tidy_vat(company.vat_number, country=company.country)
    company.iban = compact_iban(company.iban)
    if company.iban and not is_valid_iban(company.iban):
        message = _("%(number)s is not a valid IBAN. Check it for a typing error.")
        raise Refused(message % {"number": company.iban}, code="invalid_iban", pointer="/iban")
    company.bic = company.bic.replace(" ", "").upper() or bic_of(company.iban)


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def create_member(
    *,
    company: Company,
    email: str,
    by: User | None,
    first_name: str = "",
    last_name: str = "",
    language: str = "",
    **fields: Any,
) -> Membership:
    """Someone who works here. A new person has no password, so they can be billed for but cannot sign in; a known one
    is attached as they are, but for who works with an account of their own elsewhere: they are invited and accept."""
    email = email.strip().lower()
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = joining.new_person(
            email=email, first_name=first_name, last_name=last_name, language=language or company.language
        )
    elif user.memberships.filter(company=company).exists():
        message = _("%(email)s is already in your list of users. Edit that entry instead.")
        raise Refused(message % {"email": email}, code="taken", pointer="/email")
    elif joining.can_sign_in(user) and places.is_known_elsewhere(user, than=company):
        message = _("%(email)s has an account for another company. Invite them: they accept by themselves.")
        raise Refused(message % {"email": email}, code="invite", pointer="/email")
    return joining.join(company, user, by=by, **fields)


@transaction.atomic
def update_member(membership: Membership, *, by: User | None, **fields: Any) -> Membership:
    """Change role, rates and colour here, and name, e-mail and language of a person who works nowhere else."""
    membership = _locked_member(membership)
    changed = saving.assign(
        membership,
        {name: value for name, value in fields.items() if name not in PERSON_FIELDS},
        allowed=joining.MEMBER_FIELDS,
    )
    if "role" in changed:
        _keep_an_owner(membership)
    if changed:
        saving.save(membership, update_fields=[*changed, "updated_at"])
    changed += _update_person(membership, {name: fields[name] for name in PERSON_FIELDS & fields.keys()})
    if changed:
        events.record("users.member.updated", membership, by=by, data={"changed": changed})
    return membership


@transaction.atomic
def deactivate_member(membership: Membership, *, by: User | None) -> Membership:
    """They no longer reach this company; their tokens and invitations for it stop, what they did stays theirs."""
    membership = _locked_member(membership)
    if membership.is_active:
        membership.is_active = False
        _keep_an_owner(membership)
        saving.save(membership, update_fields=["is_active", "updated_at"])
        for token in ApiToken.objects.filter(company=membership.company, user=membership.user, revoked_at=None):
            revoke_token(token, by=by)
        for invitation in Invitation.objects.waiting().filter(company=membership.company, invited_by=membership.user):
            inviting.withdraw(invitation, by=by)
        events.record("users.member.deactivated", membership, by=by)
    return membership


@transaction.atomic
def activate_member(membership: Membership, *, by: User | None) -> Membership:
    """They are back; revoked tokens stay revoked."""
    membership = _locked_member(membership)
    if not membership.is_active:
        membership.is_active = True
        saving.save(membership, update_fields=["is_active", "updated_at"])
        events.record("users.member.activated", membership, by=by)
    return membership


def can_edit_person(membership: Membership) -> bool:
    """Whether this company may change the person's name and e-mail: they work here alone and do not run the service."""
    user = membership.user
    return not user.is_staff and not places.is_known_elsewhere(user, than=membership.company)


def _update_person(membership: Membership, fields: dict[str, Any]) -> list[str]:
    user = membership.user
    if "email" in fields:
        fields["email"] = fields["email"].strip().lower()
    changed = saving.assign(user, fields, allowed=PERSON_FIELDS)
    if not changed:
        return []
    if not can_edit_person(membership):
        message = _("This person also works for another company and changes their own name and e-mail.")
        raise Refused(message, code="shared_person", pointer=f"/{changed[0]}")
    if "email" in changed and User.objects.filter(email__iexact=user.email).exclude(pk=user.pk).exists():
        raise Refused(_("This e-mail belongs to another person."), code="taken", pointer="/email")
    saving.save(user, update_fields=changed)
    return changed


def _locked_member(membership: Membership) -> Membership:
    """The row as it stands; the company's lock keeps two owners from leaving at the same time."""
    Company.objects.select_for_update(no_key=True).get(pk=membership.company_id)
    return Membership.objects.select_related("user", "company").get(pk=membership.pk)


def _keep_an_owner(membership: Membership) -> None:
    owners = Membership.objects.filter(
        company=membership.company, role=Role.OWNER, is_active=True, user__is_active=True
    )
    stays = membership.role == Role.OWNER and membership.is_active
    if not stays and not owners.exclude(pk=membership.pk).exists():
        message = _("A company keeps at least one owner. Make someone else an owner first.")
        raise Conflict(message, code="last_owner", pointer="/role")


# ── oneself ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def update_profile(user: User, *, company: Company | None = None, **fields: Any) -> User:
    """A person changes their own name, language or theme."""
    user = User.objects.select_for_update().get(pk=user.pk)
    changed = saving.assign(user, fields, allowed=PERSON_FIELDS - {"email"} | {"theme"})
    if changed:
        saving.save(user, update_fields=changed)
        if company is not None:
            events.record("users.user.updated", user, by=user, data={"changed": changed}, company_id=company.pk)
    return user


@transaction.atomic
def change_password(user: User, *, new_password: str, company: Company | None = None) -> User:
    """A person takes a new password; other sessions of theirs end."""
    _set_password(user, new_password, pointer="/new_password1")
    if company is not None:
        events.record("users.user.password_changed", user, by=user, company_id=company.pk)
    return user


@transaction.atomic
def renew_password(user: User, *, new_password: str) -> User:
    """Who proved by mail who they are takes a new password; all their sessions end, all their companies can see it."""
    _set_password(user, new_password, pointer="/new_password")
    for membership in places.of(user):
        with company_scope(membership.company_id):
            events.record("users.user.password_renewed", user, by=user, company_id=membership.company_id)
    return user


@transaction.atomic
def end_other_sessions(user: User, *, kept: str, company: Company | None = None) -> int:
    """Sign a person out everywhere but in the session with the key `kept`; returns how many ended."""
    ended = sessions.end(user, kept=kept)
    if company is not None:
        events.record("users.user.signed_out_elsewhere", user, by=user, data={"ended": ended}, company_id=company.pk)
    return ended


def _set_password(user: User, password: str, *, pointer: str) -> None:
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), code="invalid", pointer=pointer) from None
    user.set_password(password)
    user.save(update_fields=["password"])


# ── API tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def create_token(
    *,
    company: Company,
    user: User,
    name: str,
    by: User | None,
    scopes: Collection[str] = token_scopes.EVERYTHING,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A new token and its text, which is shown once and kept nowhere."""
    if not Membership.objects.filter(company=company, user=user, is_active=True, user__is_active=True).exists():
        message = _("%(email)s does not work for %(company)s. Add them as a user first.")
        raise Refused(message % {"email": user.email, "company": company.name}, code="not_a_member", pointer="/user")
    unknown = sorted(set(scopes) - token_scopes.KNOWN)
    if unknown or not scopes:
        message = _("Choose what the token may do: %(known)s.") % {"known": ", ".join(sorted(token_scopes.KNOWN))}
        raise Refused(message, code="unknown_scope", pointer="/scopes")
    if expires_at is not None and expires_at <= timezone.now():
        raise Refused(_("The token would already be expired. Choose a later date."), code="past", pointer="/expires_at")
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        company=company,
        user=user,
        name=name,
        digest=keys.digest(text),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    saving.save(token)
    data = {"name": name, "scopes": token.scopes, "user": str(user.pk)}
    events.record("users.token.created", token, by=by, data=data)
    return token, text


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User | None) -> ApiToken:
    """The token stops at once and for good."""
    token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        events.record("users.token.revoked", token, by=by, data={"name": token.name})
    return token
