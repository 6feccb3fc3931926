"""Connections, references to objects of the other side, received messages, synchronisation runs."""

import secrets as random_secrets
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedJSONField

from users.tenant import TenantModel


def new_hook_key() -> str:
    return random_secrets.token_urlsafe(24)


class ConnectionState(models.TextChoices):
    CONNECTED = "connected", _("Connected")
    FAILING = "failing", _("Needs attention")
    DISCONNECTED = "disconnected", _("Disconnected")


class Connection(TenantModel):
    """One company's link to one provider. `secrets` is encrypted, `hook_key` the unguessable part of the hook URL."""

    provider = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=ConnectionState, default=ConnectionState.CONNECTED)
    settings = models.JSONField(default=dict)
    secrets = EncryptedJSONField(default=dict)
    hook_key = models.CharField(max_length=64, unique=True, default=new_hook_key, editable=False)
    account = models.JSONField(default=dict)
    last_error = models.TextField(blank=True)
    connected_at = models.DateTimeField(null=True)
    disconnected_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "provider"], name="connection_once")]

    def __str__(self) -> str:
        return self.provider

    @property
    def is_active(self) -> bool:
        return self.state != ConnectionState.DISCONNECTED


class ExternalRef(TenantModel):
    """An object here and its id on the other side; `fingerprint` tells whether what we sent has changed since."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="refs")
    kind = models.CharField(max_length=30)
    external_id = models.CharField(max_length=200)
    object_id = models.UUIDField()
    fingerprint = models.CharField(max_length=64, blank=True)
    remote_id = models.CharField(max_length=200, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "kind", "external_id"], name="external_ref_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["connection", "kind", "object_id"], name="external_ref_object")]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id}"


class HookState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    PROCESSED = "processed", _("Processed")
    FAILED = "failed", _("Failed")
    REFUSED = "refused", _("Refused")


class InboundHook(TenantModel):
    """A message as it came, byte for byte, and the answer given to it."""

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="hooks")
    message_id = models.CharField(max_length=200)
    body = models.BinaryField()
    subject_id = models.CharField(max_length=200, blank=True)
    subject_number = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=HookState, default=HookState.WAITING)
    answer_status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    object_id = models.UUIDField(null=True)
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    processed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["connection", "message_id"], name="inbound_hook_once")]
        indexes: ClassVar = [
            models.Index(fields=["company", "-received_at"], name="inbound_hook_recent"),
            models.Index(fields=["connection", "subject_id"], name="inbound_hook_subject"),
            models.Index(fields=["company", "object_id"], name="inbound_hook_object"),
            models.Index(
                fields=["company", "state"],
                condition=models.Q(state__in=["waiting", "failed"]),
                name="inbound_hook_to_look_at",
            ),
        ]

    def __str__(self) -> str:
        return self.message_id


class SyncState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class SyncRun(TenantModel):
    """One synchronisation: counts while it runs, and what went wrong with which item."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=10, choices=SyncState, default=SyncState.QUEUED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection"], condition=models.Q(state__in=["queued", "running"]), name="sync_run_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.connection} {self.state}"

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else (100 if self.state == SyncState.DONE else 0)
