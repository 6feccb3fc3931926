"""`/healthz` and `/readyz` say 200 only when each part answers, and name the one that does not."""

import json
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_httpserver import HTTPServer

from efactori import health
from efactori.celery import app as celery_app
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


def ask(view: Callable[[HttpRequest], HttpResponse] = health.healthz) -> tuple[int, dict[str, object]]:
    answer = view(RequestFactory().get("/"))
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


def test_a_web_process_is_ready_without_a_worker() -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "database": "ready", "broker": "ready"})


def test_a_missing_migration_is_not_ready_to_serve() -> None:
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    assert ask(health.readyz) == (503, {"ready": False, "database": "not migrated", "broker": "ready"})


@pytest.mark.parametrize("address", ["redis://:hunter2@127.0.0.1:1/0", "amqp://me:hunter2@127.0.0.1:1//"])
def test_a_broker_that_does_not_answer_is_named_and_no_more_said(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(celery_app.conf, "broker_url", address)
    assert ask(health.readyz) == (503, {"ready": False, "database": "ready", "broker": "not reachable"})


def test_a_message_folder_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = {"data_folder_in": "/nowhere", "data_folder_out": "/nowhere", "control_folder": "/nowhere"}
    monkeypatch.setattr(celery_app.conf, "broker_url", "folder://")
    monkeypatch.setattr(celery_app.conf, "broker_transport_options", gone)
    assert ask(health.readyz) == (503, {"ready": False, "database": "ready", "broker": "not reachable"})


def test_the_answer_is_never_kept_by_a_cache() -> None:
    assert health.healthz(RequestFactory().get("/healthz"))["Cache-Control"] == "no-store"


def test_only_reading_is_allowed() -> None:
    assert health.healthz(RequestFactory().post("/healthz")).status_code == 405
