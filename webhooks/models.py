"""Where to tell it (Endpoint), what to tell there (Delivery), and each time that it was tried (Attempt)."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from encrypted_fields.fields import EncryptedJSONField

from activity.models import Event
from users.tenant import TenantModel
from webhooks import patterns


class OffReason(models.TextChoices):
    BY_HAND = "by_hand", _("Switched off by hand")
    GONE = "gone", _("The receiver answered that it is gone (410)")
    FAILING = "failing", _("Nothing got through for three days")


class Endpoint(TenantModel):
    """An address that hears of events. `secrets` is encrypted; the newest stands first, a replaced one has an end.

    `active_since` keeps out what happened before; `failing_since` is the first failure after the last success.
    """

    event_kind: ClassVar[str] = "webhook_endpoint"

    description = models.CharField(_("description"), max_length=100, blank=True)
    url = models.CharField(_("address"), max_length=2000)
    events = models.JSONField(default=list)
    is_active = models.BooleanField(_("active"), default=True)
    secrets = EncryptedJSONField(default=dict)
    active_since = models.DateTimeField(default=timezone.now, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    disabled_reason = models.CharField(max_length=10, choices=OffReason, blank=True)
    disabled_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.description or self.url

    def waits_for(self, action: str) -> bool:
        return any(patterns.matches(pattern, action) for pattern in self.events)


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("Waiting")
    DELIVERED = "delivered", pgettext_lazy("message", "Delivered")
    FAILED = "failed", _("Failed")


class Delivery(TenantModel):
    """One event for one endpoint. `turn` counts how often sending was planned, so that an old plan is recognised;
    `step` is the place on the ladder of waiting times."""

    event_kind: ClassVar[str] = "webhook_delivery"

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    turn = models.PositiveIntegerField(default=1)
    step = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="webhook_delivery_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["endpoint", "-created_at", "-id"], name="webhook_delivery_recent"),
            models.Index(fields=["created_at"], name="webhook_delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.state}"

    @property
    def is_test(self) -> bool:
        return self.event.action == patterns.PING


class Attempt(TenantModel):
    """What was sent, without its signature, and what came back. Without an answer `error` says why."""

    class Error(models.TextChoices):
        PRIVATE = "private", _("The address is a private one; only public addresses are called.")
        CERTIFICATE = "certificate", _("The certificate of the receiver was not accepted.")
        TIMEOUT = "timeout", _("No answer came within ten seconds.")
        CONNECTION = "connection", _("No connection could be made.")
        UNREADABLE = "unreadable", _("The answer could not be read.")

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now, editable=False)
    request_headers = models.JSONField(default=dict)
    request_body = models.TextField()
    status = models.PositiveSmallIntegerField(null=True)
    response = models.TextField(blank=True)
    error = models.CharField(max_length=12, choices=Error, blank=True)
    duration_ms = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["delivery", "at"], name="webhook_attempt_of")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.status or self.error}"

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
