"""Invitations: an owner asks somebody in by e-mail, and whoever reads that mailbox takes the place.

An invitation waits until it is accepted or withdrawn. Its link opens nothing after seven days, until it is sent again.
"""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import events, jobs
from core import saving
from core.errors import Conflict, Refused
from core.tenancy import company_scope, every_company
from users import joining, keys, limits
from users.models import Company, Invitation, Membership, Role, User

MAIL = "users.mail_invitation"
MOST_AN_HOUR = 30  # mails that a company may send to people who did not ask for them


@transaction.atomic
def invite(*, company: Company, email: str, by: User, role: str = Role.EMPLOYEE, language: str = "") -> Invitation:
    """Ask somebody in. Who is listed here without a password keeps their role, and gets to choose a password."""
    email = email.strip().lower()
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    known = User.objects.filter(email__iexact=email).first()
    member = Membership.objects.filter(company=company, user=known).first() if known is not None else None
    if member is not None:
        _refuse_a_member(member)
        role = member.role
    if Invitation.objects.waiting().filter(company=company, email__iexact=email).exists():
        message = _("%(email)s is invited already. Send that invitation again, or withdraw it first.")
        raise Conflict(message % {"email": email}, code="invited", pointer="/email")
    invitation = Invitation(company=company, email=email, role=role, language=language or company.language)
    if known is not None and joining.can_sign_in(known):
        invitation.language = known.language
    invitation.invited_by = by
    invitation.digest = keys.digest(keys.of_link(invitation))
    _refuse_a_flood(company, email)
    saving.save(invitation)
    events.record("users.invitation.created", invitation, by=by, data={"email": email, "role": invitation.role})
    _mail(invitation)
    return invitation


@transaction.atomic
def send_again(invitation: Invitation, *, by: User) -> Invitation:
    """The same link once more, good for another seven days."""
    invitation = _locked(invitation)
    _refuse_unless_waiting(invitation)
    _refuse_a_flood(invitation.company, invitation.email)
    invitation.sent_at = timezone.now()
    invitation.save(update_fields=["sent_at"])
    events.record("users.invitation.sent_again", invitation, by=by, data={"email": invitation.email})
    _mail(invitation)
    return invitation


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User | None) -> Invitation:
    """The link stops at once."""
    invitation = _locked(invitation)
    if invitation.accepted_at is not None:
        raise Conflict(_("This invitation was accepted meanwhile. Take their access away instead."), code="accepted")
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        events.record("users.invitation.withdrawn", invitation, by=by, data={"email": invitation.email})
    return invitation


def behind(key: str) -> Invitation:
    """The invitation that a mailed key opens; a dead one is refused with what to do next."""
    with every_company():
        found = Invitation.objects.select_related("company", "invited_by").filter(digest=keys.digest(key)).first()
    if found is None:
        message = _("Copy the whole link from the mail, or ask whoever invited you to send it again.")
        raise Refused(message, code="unknown")
    _refuse_unless_open(found)
    return found


@transaction.atomic
def accept(invitation: Invitation, *, by: User) -> Membership:
    """The invited person, signed in, comes to work here."""
    invitation = _locked(invitation)
    _refuse_unless_open(invitation)
    if by.email.lower() != invitation.email.lower():
        message = _("This invitation is for %(email)s. Sign in as that person.")
        raise Refused(message % {"email": invitation.email}, code="somebody_else")
    company = invitation.company
    with company_scope(company.pk):
        membership = Membership.objects.filter(company=company, user=by).first()
        if membership is None:
            membership = joining.join(company, by, role=invitation.role, by=by)
        elif not membership.is_active:
            raise Conflict(_("An owner took your access to this company away. Ask them to give it back."), code="left")
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        data = {"email": invitation.email, "role": membership.role, "user": str(by.pk)}
        events.record("users.invitation.accepted", invitation, by=by, data=data)
    return membership


@transaction.atomic
def accept_as_new(invitation: Invitation, *, first_name: str, last_name: str, password: str) -> Membership:
    """Somebody without an account: the link proved the e-mail, so they choose name and password, and come in."""
    _refuse_unless_open(_locked(invitation))
    user = joining.proven_person(
        email=invitation.email,
        language=invitation.language,
        first_name=first_name,
        last_name=last_name,
        password_hash=make_password(password),
    )
    return accept(invitation, by=user)


def _refuse_a_member(member: Membership) -> None:
    if not member.is_active:
        message = _("%(email)s is in your list of users, without access. Give it back there.")
        raise Conflict(message % {"email": member.user.email}, code="left", pointer="/email")
    if joining.can_sign_in(member.user):
        message = _("%(email)s works here already.")
        raise Conflict(message % {"email": member.user.email}, code="taken", pointer="/email")


def _refuse_a_flood(company: Company, email: str) -> None:
    """So many invitations of a company, and so many mails to one address, from whatever company they come."""
    to_them = limits.mails(email=email)
    recent = Invitation.objects.filter(company=company, sent_at__gt=timezone.now() - timedelta(hours=1))
    if to_them.is_reached() or recent.count() >= MOST_AN_HOUR:
        raise Refused(_("That were many invitations. Wait an hour, then send more."), code="limited", pointer="/email")
    to_them.count()


def _refuse_unless_waiting(invitation: Invitation) -> None:
    if invitation.accepted_at is not None:
        raise Conflict(_("This invitation was used. Sign in to go on."), code="accepted")
    if invitation.withdrawn_at is not None:
        message = _("This invitation was withdrawn. Ask %(company)s for a new one.")
        raise Conflict(message % {"company": invitation.company.name}, code="withdrawn")


def _refuse_unless_open(invitation: Invitation) -> None:
    _refuse_unless_waiting(invitation)
    if invitation.is_expired:
        message = _("This invitation is older than a week. Ask %(company)s to send it again; the same link then works.")
        raise Conflict(message % {"company": invitation.company.name}, code="expired")


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_related("company", "invited_by").select_for_update(of=("self",))
    with company_scope(invitation.company_id):
        return rows.get(pk=invitation.pk)


def _mail(invitation: Invitation) -> None:
    jobs.enqueue(
        MAIL,
        company_id=invitation.company_id,
        key=f"{MAIL}:{invitation.pk}:{invitation.sent_at.timestamp()}",
        params={"invitation_id": str(invitation.pk)},
        object_id=invitation.pk,
    )
