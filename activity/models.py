"""Tables of what happened (Event), what must run (Job) and what was already answered (IdempotencyKey)."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.utils import timezone

from core.ids import uuid7
from core.tenancy import scoped_manager

GENESIS = "0" * 64  # the hash that the first event of a company follows


def new_salt() -> str:
    """What keeps the digest of an erased event from telling its content to whoever tries names."""
    return secrets.token_hex(16)


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, *objects: models.Model) -> "EventQuerySet":
        """Events of these objects, oldest first."""
        return self.filter(object_id__in=[item.pk for item in objects]).order_by("at", "id")


EventManager = models.Manager.from_queryset(EventQuerySet)


@dataclass(frozen=True)
class Thing:
    """What an event is about."""

    kind: str
    id: UUID


@dataclass(frozen=True)
class Actor:
    """Who did it, and the name of the API token they did it with."""

    id: UUID
    name: str
    token: str


class Event(models.Model):
    """One thing that happened to one object: `action` is app.object.past_participle, `object_type` what people call
    the object (customer, invoice), the token the one that the request came with. `hash` is set with the sequence, see
    `activity.chain`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company_id = models.UUIDField()
    sequence = models.BigIntegerField(null=True, editable=False)
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=60)
    object_id = models.UUIDField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    token_id = models.UUIDField(null=True)
    token_name = models.CharField(max_length=100, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    previous_hash = models.CharField(max_length=64, blank=True, editable=False)
    hash = models.CharField(max_length=64, blank=True, editable=False)

    objects: ClassVar[EventManager[Self]] = scoped_manager(EventManager)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company_id", "sequence"], name="event_sequence_once")]
        indexes = [
            models.Index(fields=["company_id", "object_id", "at"], name="event_object"),
            models.Index(fields=["at"], condition=models.Q(sequence__isnull=True), name="event_undispatched"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_id}"

    @property
    def object(self) -> Thing:
        return Thing(self.object_type, self.object_id)

    @property
    def actor(self) -> Actor | None:
        """None for what the system did by itself."""
        return None if self.actor_id is None else Actor(self.actor_id, self.actor_name, self.token_name)


class EventCounter(models.Model):
    """The last sequence given to an event of a company, and its hash; its row is the lock of the dispatcher."""

    company_id = models.UUIDField(primary_key=True)
    last = models.BigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, default=GENESIS)

    objects: ClassVar[models.Manager[Self]] = scoped_manager(models.Manager)

    def __str__(self) -> str:
        return f"{self.company_id} {self.last}"


class JobState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobQuerySet(models.QuerySet["Job"]):
    def failed(self) -> "JobQuerySet":
        """Given up after their last attempt."""
        return self.filter(state=JobState.FAILED)


JobManager = models.Manager.from_queryset(JobQuerySet)


class Job(models.Model):
    """One piece of work. `key` makes enqueuing twice harmless; past `lease_until` a silent worker counts as dead."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company_id = models.UUIDField()
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    run_after = models.DateTimeField(default=timezone.now)
    carried_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    object_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[JobManager[Self]] = scoped_manager(JobManager)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company_id", "key"], name="job_key_once")]
        indexes = [
            models.Index(fields=["run_after"], condition=models.Q(state__in=["queued", "running"]), name="job_open"),
            models.Index(fields=["company_id", "object_id"], name="job_object"),
            models.Index(fields=["company_id", "-created_at"], name="job_recent"),
            models.Index(fields=["company_id", "-created_at"], condition=models.Q(state="failed"), name="job_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"

    @property
    def percent(self) -> int:
        """Progress from 0 to 100; 100 only when finished well."""
        if self.state == JobState.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


class IdempotencyKey(models.Model):
    """The answer given to a POST with this key, kept for 24 hours; `status` is null while the first call runs."""

    KEPT_FOR = timedelta(hours=24)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company_id = models.UUIDField()
    actor_id = models.UUIDField()
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Self]] = scoped_manager(models.Manager)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company_id", "actor_id", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
