"""`/healthz` tells a supervisor, a load balancer or a person whether every part is ready, and which one is not."""

import os
from collections.abc import Callable, Iterator

import requests
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from efactori.tasks import HEARTBEAT_KEY

# Set by `manage.py run` for the web process: the address of the sandbox that runs beside it.
SANDBOX_VARIABLE = "EFACTORI_SANDBOX_URL"


class NotReady(Exception):
    """One part cannot serve yet; the text says why."""


def has_pending_migrations() -> bool:
    """Whether the database lacks a migration of this release."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


class _DatabaseCheck:
    """Asks for migrations until there are none; from then on a process needs no more than a sign of life."""

    migrated = False

    def __call__(self) -> None:
        try:
            if not self.migrated and has_pending_migrations():
                raise NotReady("not migrated")
            self.migrated = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError as error:
            raise NotReady("not reachable") from error


def _check_worker() -> None:
    try:
        alive = cache.get(HEARTBEAT_KEY)
    except (OSError, RedisError) as error:
        raise NotReady("the cache is not reachable") from error
    if not alive:
        raise NotReady("no heartbeat in the last 30 seconds")


def _check_sandbox() -> None:
    try:
        requests.get(f"{os.environ[SANDBOX_VARIABLE]}/healthz", timeout=2).raise_for_status()
    except requests.RequestException as error:
        raise NotReady("does not answer") from error


_check_database = _DatabaseCheck()


def _parts() -> Iterator[tuple[str, Callable[[], None]]]:
    yield "database", _check_database
    yield "worker", _check_worker
    if os.environ.get(SANDBOX_VARIABLE):
        yield "sandbox", _check_sandbox


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when every part is ready, else 503; the body names each part."""
    state = {}
    for name, check in _parts():
        try:
            check()
            state[name] = "ready"
        except NotReady as error:
            state[name] = str(error)
    ready = set(state.values()) == {"ready"}
    answer = JsonResponse({"ready": ready, **state}, status=200 if ready else 503)
    answer["Cache-Control"] = "no-store"
    return answer
