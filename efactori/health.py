"""Whether it works, and which part does not: `/healthz` of the whole installation, for a supervisor or a person;
`/readyz` of what this web process needs to answer and to hand work on, for a load balancer.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any

import requests
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from efactori.celery import app as celery_app
from efactori.tasks import HEARTBEAT_KEY

# Set by `manage.py run` for the web process: the address of the sandbox that runs beside it.
SANDBOX_VARIABLE = "EFACTORI_SANDBOX_URL"
_IMPATIENT = {"socket_connect_timeout": 2, "socket_timeout": 2}  # seconds; who asks has a limit too


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


def check_broker() -> int:
    """How many messages wait in the queue; raises NotReady when it cannot be read."""
    try:
        with celery_app.connection_for_write(transport_options=_IMPATIENT) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
            channel: Any = broker.default_channel
            return int(channel.queue_declare(celery_app.conf.task_default_queue).message_count)
    except (OSError, KombuError, RedisError) as error:
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


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Database, worker and scheduler, and the sandbox where one runs."""
    sandbox = {"sandbox": _check_sandbox} if os.environ.get(SANDBOX_VARIABLE) else {}
    return _state_of({"database": _check_database, "worker": _check_worker, **sandbox})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Database with all its migrations, and broker."""
    return _state_of({"database": _check_database, "broker": check_broker})


def _state_of(parts: Mapping[str, Callable[[], object]]) -> JsonResponse:
    """200 when every part is ready, else 503; the body names each part."""
    state = {}
    for name, check in parts.items():
        try:
            check()
            state[name] = "ready"
        except NotReady as error:
            state[name] = str(error)
    ready = set(state.values()) == {"ready"}
    answer = JsonResponse({"ready": ready, **state}, status=200 if ready else 503)
    answer["Cache-Control"] = "no-store"
    return answer
