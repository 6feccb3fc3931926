"""Mails that bring people in. An invitation is a company's job; the others belong to no company, so Celery alone
carries them, and whoever misses one asks again."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.jobs import Running, job
from core.errors import UnableTo
from users import inviting, joining, mails
from users.models import SIGN_UP_VALID_FOR, Invitation, SignUp, User
from users.sessions import SessionStore

retried = shared_task(autoretry_for=(UnableTo,), retry_backoff=15, max_retries=6)


@job(inviting.MAIL, label=_("Send an invitation"))
def mail_invitation(running: Running) -> None:
    waiting = Invitation.objects.waiting().select_related("company", "invited_by")
    invitation = waiting.filter(pk=UUID(running.params["invitation_id"])).first()
    if invitation is not None:
        mails.invite(invitation)


@retried
def mail_sign_up(*, sign_up_id: str) -> None:
    sign_up = SignUp.objects.filter(pk=UUID(sign_up_id)).first()
    if sign_up is not None:
        mails.confirm_sign_up(sign_up)


@retried
def mail_known_address(*, user_id: str) -> None:
    mails.tell_known(User.objects.get(pk=UUID(user_id)))


@retried
def mail_forgotten_password(*, email: str) -> None:
    """To whoever has that address and a password. The page that asks knows nothing of the outcome, nor does it wait."""
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is not None and joining.can_sign_in(user):
        mails.renew_password(user)


@retried
def mail_changed_sign_in(*, user_id: str, what: str) -> None:
    mails.tell_changed_sign_in(User.objects.get(pk=UUID(user_id)), what)


@shared_task
def forget_sign_ups() -> None:
    """Delete what nobody confirmed in time."""
    SignUp.objects.filter(created_at__lt=timezone.now() - SIGN_UP_VALID_FOR).delete()


@shared_task
def forget_sessions() -> None:
    """Delete sessions whose time is over."""
    SessionStore.clear_expired()
