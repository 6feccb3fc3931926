"""The jobs of this app: send a message, tell an owner that an endpoint was switched off."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.jobs import Running, job
from core.tenancy import every_company
from users.models import User
from webhooks import mails
from webhooks.models import Delivery, DeliveryState, OffReason
from webhooks.services import configuring, delivering

KEPT_FOR = timedelta(days=90)


@shared_task
def forget_deliveries() -> None:
    """Delete what was settled more than 90 days ago, with its attempts."""
    with every_company():
        old = Delivery.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
        old.exclude(state=DeliveryState.PENDING).delete()


@job(delivering.SEND, label=_("Send a webhook"))
def send(running: Running) -> None:
    delivering.send(UUID(running.params["delivery_id"]), turn=running.params["turn"])


@job(configuring.TELL_OWNER, label=_("Tell an owner that a webhook was switched off"))
def tell_owner(running: Running) -> None:
    mails.tell_owner(
        User.objects.get(pk=running.params["user_id"]),
        url=running.params["url"],
        endpoint_id=UUID(running.params["endpoint_id"]),
        reason=OffReason(running.params["reason"]),
        key=running.id,
    )
