"""`/healthz` says 200 only when each part answers, and names the one that does not."""

import json
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import RequestFactory
from pytest_httpserver import HTTPServer

from efactori import health
from efactori.tasks import HEARTBEAT_KEY, heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that has not looked at the database yet, without sandbox and without a pulse."""
    monkeypatch.setattr(health._check_database, "migrated", False)
    monkeypatch.delenv(health.SANDBOX_VARIABLE, raising=False)
    cache.delete(HEARTBEAT_KEY)
    yield
    cache.delete(HEARTBEAT_KEY)


def ask() -> tuple[int, dict[str, object]]:
    answer = health.healthz(RequestFactory().get("/healthz"))
    return answer.status_code, json.loads(answer.content)


def test_all_parts_ready_is_200() -> None:
    heartbeat()
    assert ask() == (200, {"ready": True, "database": "ready", "worker": "ready"})


def test_without_a_heartbeat_the_worker_is_named() -> None:
    assert ask() == (503, {"ready": False, "database": "ready", "worker": "no heartbeat in the last 30 seconds"})


def test_a_missing_migration_is_not_ready_and_a_later_one_is_seen() -> None:
    heartbeat()
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("sessions", "0001_initial")
    assert ask() == (503, {"ready": False, "database": "not migrated", "worker": "ready"})
    recorder.record_applied("sessions", "0001_initial")
    assert ask() == (200, {"ready": True, "database": "ready", "worker": "ready"})


def test_the_sandbox_counts_only_where_one_runs(monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer) -> None:
    heartbeat()
    monkeypatch.setenv(health.SANDBOX_VARIABLE, httpserver.url_for("").rstrip("/"))
    httpserver.expect_oneshot_request("/healthz").respond_with_data("ok")
    assert ask() == (200, {"ready": True, "database": "ready", "worker": "ready", "sandbox": "ready"})
    httpserver.expect_oneshot_request("/healthz").respond_with_data("starting", status=503)
    assert ask() == (503, {"ready": False, "database": "ready", "worker": "ready", "sandbox": "does not answer"})


def test_the_answer_is_never_kept_by_a_cache() -> None:
    assert health.healthz(RequestFactory().get("/healthz"))["Cache-Control"] == "no-store"


def test_only_reading_is_allowed() -> None:
    assert health.healthz(RequestFactory().post("/healthz")).status_code == 405
