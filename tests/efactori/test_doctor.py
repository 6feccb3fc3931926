"""`manage.py doctor` says of each part how it is: broken in earnest here, one after the other."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from core.tenancy import company_scope
from documents.rendering import engine
from efactori import doctor
from efactori.celery import app as celery_app
from efactori.doctor import Finding, configuration, machine, services
from efactori.tasks import HEARTBEAT_KEY, heartbeat
from integrations.models import Connection
from tests.sending.smtp_server import Server
from users.models import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The checks that the command goes through: three of our own instead of those of the house."""
    found: dict[str, Any] = {
        "sun": lambda: doctor.ok("shines"),
        "wind": lambda: doctor.warn("blows", "Hold your hat."),
    }
    monkeypatch.setattr(doctor, "_checks", found)
    monkeypatch.setattr(doctor, "_MODULES", ())
    return found


def run(*arguments: str) -> tuple[str, str]:
    """What the command says, and what it fails with."""
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def broken() -> Finding:
    raise RuntimeError("password=hunter2")


def test_a_warning_alone_is_no_trouble(parts: dict[str, Any]) -> None:
    assert run() == ("[ok]   sun: shines\n[warn] wind: blows - Hold your hat.\n", "")


def test_a_failure_and_a_check_that_breaks_are_trouble(parts: dict[str, Any]) -> None:
    parts["rain"] = lambda: doctor.fail("falls", "Open the umbrella.")
    parts["snow"] = broken
    told, failure = run()
    assert told.splitlines()[2:] == [
        "[fail] rain: falls - Open the umbrella.",
        "[fail] snow: cannot be checked (RuntimeError) - Mend what is named above, then ask again.",
    ]
    assert failure == "Not working: rain, snow."


def test_programs_read_json(parts: dict[str, Any]) -> None:
    parts["rain"] = lambda: doctor.fail("falls", "Open the umbrella.")
    told, failure = run("--json")
    assert json.loads(told) == {
        "ok": False,
        "findings": [
            {"subject": "sun", "level": "ok", "sentence": "shines", "cure": ""},
            {"subject": "wind", "level": "warn", "sentence": "blows", "cure": "Hold your hat."},
            {"subject": "rain", "level": "fail", "sentence": "falls", "cure": "Open the umbrella."},
        ],
    }
    assert failure == "Not working: rain."


def test_every_part_is_looked_at() -> None:
    told = dict(doctor.examine())
    assert set(told) == {
        *("secret key", "debug", "host names", "public address", "Django's own checks"),
        *(
            "database",
            "migrations",
            "walls between companies",
            "time zone",
            "clock",
            "Redis",
            "queue",
            "workers",
            "scheduler",
            "mail",
            "sender",
        ),
        *("file storage", "disk", "printing", "encryption", "front end", "translations"),
    }
    healthy = {"secret key", "debug", "public address", "database", "migrations", "time zone", "clock", "queue"}
    assert {subject for subject in healthy if told[subject].level != "ok"} == set()
    assert {finding.cure == "" for finding in told.values() if finding.level == "ok"} == {True}
    assert {finding.cure == "" for finding in told.values() if finding.level != "ok"} <= {False}


# ── the settings ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_short_or_monotonous_key_fails(settings: Any) -> None:
    settings.SECRET_KEY = "k" * 60
    assert configuration.secret_key().level == "fail"
    settings.SECRET_KEY = "abcdefghij"
    assert configuration.secret_key().level == "fail"


def test_debug_fails(settings: Any) -> None:
    settings.DEBUG = True
    assert configuration.debug().level == "fail"


def test_a_star_for_a_host_fails(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["invoices.example", "*"]
    assert configuration.host_names().level == "fail"
    settings.ALLOWED_HOSTS = ["invoices.example"]
    assert configuration.host_names() == doctor.ok("invoices.example")


def test_production_wants_https(settings: Any) -> None:
    settings.PUBLIC_URL = "http://invoices.example"
    assert configuration.public_address().level == "ok"
    settings.PRODUCTION = True
    assert configuration.public_address().level == "fail"
    settings.PUBLIC_URL = "https://invoices.example"
    assert configuration.public_address() == doctor.ok("https://invoices.example")


def test_production_asks_django_for_its_deployment_checks(settings: Any) -> None:
    assert configuration.own_checks() == doctor.ok("nothing to say")
    settings.PRODUCTION = True
    settings.MAILERS = {"default": {"BACKEND": "sending.backends.OutboxBackend", "OPTIONS": {"folder": "outbox"}}}
    found = configuration.own_checks()
    assert "security.W008 Your SECURE_SSL_REDIRECT setting is not set to True" in found.sentence
    assert found.level == "warn"


# ── the services ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_database_is_named_with_its_version(is_postgres: bool, settings: Any) -> None:
    found = services.database()
    assert found.level == "ok"
    assert found.sentence.startswith("PostgreSQL 1" if is_postgres else "SQLite 3.")
    settings.PRODUCTION = True
    assert services.database().level == ("ok" if is_postgres else "warn")


def test_a_missing_migration_fails() -> None:
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    assert services.migrations() == doctor.fail("some are not applied", "Run `manage.py migrate`.")


def test_a_table_without_its_wall_fails(is_postgres: bool) -> None:
    assert services.walls().level == "ok"
    if is_postgres:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE documents_line DISABLE ROW LEVEL SECURITY")
        assert services.walls() == doctor.fail(
            "1 tables are not behind row-level security", "Run `manage.py migrate` as their owner."
        )


def test_a_role_that_owns_the_tables_is_told(is_postgres: bool, settings: Any) -> None:
    settings.PRODUCTION = True
    assert services.walls().level == ("warn" if is_postgres else "ok")


def test_a_connection_in_another_time_zone_fails(is_postgres: bool) -> None:
    if is_postgres:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL TIME ZONE 'Europe/Brussels'")
    assert services.time_zone().level == ("fail" if is_postgres else "ok")


def test_a_clock_that_goes_wrong_fails(is_postgres: bool) -> None:
    with time_machine.travel("2020-01-01T00:00:00Z", tick=True):
        found = services.clock()
    assert found.level == ("fail" if is_postgres else "ok")
    assert services.clock().level == "ok"


def test_redis_that_does_not_answer_fails_without_its_address(settings: Any) -> None:
    settings.REDIS_URL = "redis://:hunter2@127.0.0.1:1/0"
    assert services.redis() == doctor.fail("not reachable (ConnectionError)", "Start it, and look at REDIS_URL.")


def test_production_without_redis_is_warned_of(settings: Any) -> None:
    settings.REDIS_URL = ""
    assert services.redis().level == "ok"
    settings.PRODUCTION = True
    assert services.redis().level == "warn"


@pytest.mark.parametrize(("policy", "level"), [("noeviction", "ok"), ("allkeys-lru", "fail")])
def test_redis_must_not_drop_work(settings: Any, policy: str, level: str) -> None:
    """Another's server is not set to another policy: what it answers is changed on the way here."""
    with answering_redis(policy) as port:
        settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
        assert services.redis().level == level


def test_a_queue_that_is_gone_or_long_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(celery_app.conf, "broker_url", "folder://")
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path)}
    monkeypatch.setattr(celery_app.conf, "broker_transport_options", folders)
    for number in range(services.LONG_QUEUE + 1):
        (tmp_path / f"{number}_x.celery.msg").touch()
    found = services.queue()
    assert (found.level, found.sentence) == ("warn", "1001 messages wait")
    monkeypatch.setattr(celery_app.conf, "broker_transport_options", {**folders, "data_folder_in": "/nowhere"})
    assert services.queue().level == "fail"


def test_a_worker_that_does_not_answer_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "PATIENCE_SECONDS", 0.1)
    assert services.workers() == doctor.fail("none answers", "Start `celery -A efactori worker`.")


def test_the_scheduler_is_known_by_its_pulse() -> None:
    cache.delete(HEARTBEAT_KEY)
    assert services.scheduler().level == "fail"
    heartbeat()
    assert services.scheduler() == doctor.ok("its pulse arrives")
    cache.delete(HEARTBEAT_KEY)


def test_the_mail_server_is_greeted_and_gets_no_mail(settings: Any) -> None:
    server = Server()
    options = {"host": "127.0.0.1", "port": server.port, "timeout": 60}
    settings.HAS_MAIL_SERVER = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    assert services.mail() == doctor.ok("127.0.0.1 lets us in")
    assert server.taken == []
    server.shutdown()
    server.server_close()
    assert services.mail().sentence == "the server does not let us in (ConnectionRefusedError)"


def test_production_without_mail_is_warned_of(settings: Any) -> None:
    settings.HAS_MAIL_SERVER = False
    assert services.mail().level == "ok"
    settings.PRODUCTION = True
    assert (services.mail().level, services.sender().level) == ("warn", "warn")
    settings.DEFAULT_FROM_EMAIL = "invoices@frigotech.be"
    assert services.sender() == doctor.ok("invoices@frigotech.be")


# ── the machine ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_storage_is_left_as_it_was(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert machine.file_storage() == doctor.ok("writes, reads and deletes")
    assert list(tmp_path.iterdir()) == []


def test_a_storage_that_takes_nothing_fails(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "below"
    assert machine.file_storage().level == "fail"


@pytest.mark.parametrize(("little", "enough", "level"), [(0, 0, "ok"), (0, 2**60, "warn"), (2**60, 2**60, "fail")])
def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch, little: int, enough: int, level: str) -> None:
    monkeypatch.setattr(machine, "LITTLE_BYTES", little)
    monkeypatch.setattr(machine, "ENOUGH_BYTES", enough)
    assert machine.disk().level == level


def test_a_page_is_really_set() -> None:
    assert machine.printing().level == ("ok" if engine.harfbuzz_subset else "warn")


def test_missing_fonts_fail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engine, "_fonts", engine._fonts.__wrapped__)
    monkeypatch.setattr(engine, "FONTS", tmp_path)
    found = machine.printing()
    assert found.level == "fail"
    assert "Inter-400.ttf" in found.sentence


def test_another_key_than_then_fails(company: Company) -> None:
    with company_scope(company.pk):
        row = Connection.objects.create(company=company, provider="climapulse", secrets={"api_key": "cp_1"})
    assert machine.encryption().level == "ok"
    foreign = "gAAAAABm" + "x" * 92
    with company_scope(company.pk), connection.cursor() as cursor:
        table = Connection._meta.db_table
        written = json.dumps({"api_key": foreign})
        cursor.execute(f"UPDATE {table} SET secrets = %s", [json.dumps(written)])  # noqa: S608 - our own table
        assert Connection.objects.get(pk=row.pk).secrets != {"api_key": "cp_1"}
    found = machine.encryption()
    assert (found.level, found.sentence) == ("fail", "not readable: integrations.Connection.secrets")


def test_a_front_end_that_is_not_built_fails(settings: Any, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    assert machine.front_end() == doctor.fail("not built", "Run `npm run build`.")


def test_a_translation_that_is_not_compiled_fails(settings: Any, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    source = tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.touch()
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    assert machine.translations() == doctor.fail("1 of 1 are not compiled", "Run `scripts/compile_translations.py`.")
    source.with_suffix(".mo").touch()
    assert machine.translations() == doctor.ok("1 compiled")
    os.utime(source.with_suffix(".mo"), (0, 0))
    assert machine.translations().level == "fail"


# ── who answers ──────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def listening(answer: Any) -> Iterator[int]:
    """A port on which `answer(stream)` serves one visitor."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            visitor, _address = server.accept()
            with visitor, visitor.makefile("rwb", buffering=0) as stream:
                answer(stream)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


@contextmanager
def answering_redis(policy: str) -> Iterator[int]:
    """As much of the protocol as `INFO` needs."""

    def answer(stream: Any) -> None:
        for line in stream:
            if not line.startswith(b"*"):
                continue
            words = []
            for _word in range(int(line[1:])):
                stream.readline()
                words.append(stream.readline().strip().upper())
            if words[0] == b"HELLO":
                stream.write(b"%1\r\n+proto\r\n:3\r\n")
            elif words[0] == b"INFO":
                text = f"redis_version:7.4.0\r\nmaxmemory_policy:{policy}\r\n".encode()
                stream.write(b"$%d\r\n%s\r\n" % (len(text), text))
            else:
                stream.write(b"+OK\r\n")

    with listening(answer) as port:
        yield port
