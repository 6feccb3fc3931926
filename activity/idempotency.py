"""Where answers to POSTs with an `Idempotency-Key` are kept, for 24 hours.

A row is claimed by inserting it; the unique constraint decides among any number of simultaneous calls. A row without an
answer whose time has run out belonged to a process that died: the next call takes it over. `created_at` is the fence: a
claim that was taken over finds another value there and can no longer keep its answer.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from activity.models import IdempotencyKey
from core.api.idempotency import Answer
from core.tenancy import company_scope, every_company

_ITEM = 201
RUNS_FOR = timedelta(seconds=60)  # longer than the web server lets a request run


@dataclass
class Claimed:
    """A row of the table, and whether it is ours to run."""

    row_id: UUID
    since: datetime
    fingerprint: str
    answer: Answer | None
    is_ours: bool

    def keep(self, answer: Answer) -> bool:
        """Write the answer unless the claim was taken over."""
        kept = IdempotencyKey.objects.filter(pk=self.row_id, created_at=self.since, status__isnull=True).update(
            status=answer.status, headers=answer.headers, body=answer.body
        )
        return bool(kept)

    def release(self) -> None:
        """Free the key of a request that changed nothing."""
        IdempotencyKey.objects.filter(pk=self.row_id, created_at=self.since, status__isnull=True).delete()


def claim(*, company_id: UUID, actor_id: UUID, key: str, fingerprint: str) -> Claimed:
    """Insert the key, or take over a dead one, or say what is there."""
    now = timezone.now()
    with company_scope(company_id):
        fresh = IdempotencyKey(
            company_id=company_id, actor_id=actor_id, key=key, fingerprint=fingerprint, created_at=now
        )
        IdempotencyKey.objects.bulk_create([fresh], ignore_conflicts=True)
        row = IdempotencyKey.objects.filter(actor_id=actor_id, key=key).first()
        if row is None:  # released between the two statements
            return Claimed(fresh.pk, now, fingerprint, None, is_ours=False)
        if row.pk == fresh.pk:
            return Claimed(row.pk, now, fingerprint, None, is_ours=True)
        taken = IdempotencyKey.objects.filter(_is_over(now), pk=row.pk, created_at=row.created_at).update(
            created_at=now, fingerprint=fingerprint, status=None, headers={}, body=b""
        )
    if taken:
        return Claimed(row.pk, now, fingerprint, None, is_ours=True)
    answer = None if row.status is None else Answer(row.status, row.headers, bytes(row.body))
    return Claimed(row.pk, row.created_at, row.fingerprint, answer, is_ours=False)


def recall(*, actor_id: UUID, keys: Collection[str]) -> dict[str, str]:
    """The ids that were remembered under these keys."""
    rows = IdempotencyKey.objects.filter(actor_id=actor_id, key__in=keys, status=_ITEM)
    rows.filter(created_at__lt=timezone.now() - IdempotencyKey.KEPT_FOR).delete()
    return {key: bytes(body).decode() for key, body in rows.values_list("key", "body")}


def remember(*, company_id: UUID, actor_id: UUID, key: str, made: str) -> None:
    """Keep the id of what was made under a key, in the transaction that makes it."""
    IdempotencyKey.objects.create(
        company_id=company_id, actor_id=actor_id, key=key, status=_ITEM, body=made.encode(), created_at=timezone.now()
    )


def forget() -> int:
    """Delete what is older than a day; returns how many keys."""
    with every_company():
        deleted, _kinds = IdempotencyKey.objects.filter(
            created_at__lt=timezone.now() - IdempotencyKey.KEPT_FOR
        ).delete()
    return deleted


def _is_over(now: datetime) -> Q:
    return Q(created_at__lt=now - IdempotencyKey.KEPT_FOR) | Q(status__isnull=True, created_at__lt=now - RUNS_FOR)
