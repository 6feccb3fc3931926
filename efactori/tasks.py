"""The pulse of the background work: scheduler, queue and worker are alive when it arrives."""

from celery import shared_task
from django.core.cache import cache

HEARTBEAT_KEY = "efactori.heartbeat"
HEARTBEAT_LASTS_SECONDS = 30


@shared_task
def heartbeat() -> None:
    """Leave a mark that fades by itself, so that its presence alone says "alive"."""
    cache.set(HEARTBEAT_KEY, True, timeout=HEARTBEAT_LASTS_SECONDS)
