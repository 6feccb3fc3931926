"""`make run`: the embedded installation under one command, from an empty folder to a first invoice."""

import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.urls import reverse

from core.tenancy import company_scope
from efactori.health import SANDBOX_VARIABLE, has_pending_migrations
from efactori.supervisor import POLL_SECONDS, Program, ProgramDied, Supervisor
from efactori.tasks import HEARTBEAT_KEY

HOST = "127.0.0.1"
NEEDED_BYTES = 200 * 1024 * 1024
START_SECONDS = 180
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FIRST_WORK_ORDER = "wo-2026-0140"  # the samples of the contract stay untouched for who tries them
SANDBOX_MODULE = "integrations.providers.climapulse.sandbox"
# A thread in each of more processes: a request is mostly Python, and threads of one process take turns at that. The
# worker keeps reading from slow clients beside it.
WEB_OPTIONS = (
    "--worker-class gthread --workers 4 --threads 1 --preload --timeout 120 --graceful-timeout 10 --no-control-socket"
)
# One worker has nobody to gossip with, and starts a second sooner for it.
WORKER_OPTIONS = (
    "--pool threads --concurrency 4 --beat --loglevel INFO --without-gossip --without-mingle --without-heartbeat"
)


class Command(BaseCommand):
    """Prepares the data folder, starts web, worker, scheduler and sandbox, and keeps them together until Ctrl-C."""

    help = "Start the whole application on this machine (what `make run` calls)."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        with_sandbox = settings.DEMO and not settings.CLIMAPULSE_API_URL
        self.sandbox_url = f"http://{HOST}:{settings.PORT + 1}" if with_sandbox else ""
        self.supervisor = Supervisor(log_dir=settings.DATA_DIR / "logs")
        # A closed terminal and a plain `kill` end the run as Ctrl-C does, even where a script had switched Ctrl-C off.
        before = {number: signal.signal(number, signal.default_int_handler) for number in STOP_SIGNALS}
        try:
            self._prepare()
            self._start()
            self._wait_until_ready()
            self._welcome(self._first_invoice())
            self.supervisor.watch()
        except ProgramDied as death:
            raise CommandError(str(death)) from None
        except requests.RequestException as error:
            raise CommandError(f"A part did not answer: {error}. See the logs in {self.supervisor.log_dir}") from None
        except KeyboardInterrupt:
            self.stdout.write("\nStopping …")
        finally:
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            self.supervisor.stop()
            for number, handler in before.items():
                signal.signal(number, handler)
        self.stdout.write("Stopped.")

    # ── before anything starts ───────────────────────────────────────────────────────────────────────────────────────

    def _prepare(self) -> None:
        check_port(settings.PORT)
        if self.sandbox_url:
            check_port(settings.PORT + 1)
        check_data_folder(settings.DATA_DIR)
        for name in ("queue", "queue-control", "outbox", "files"):
            (settings.DATA_DIR / name).mkdir(exist_ok=True)
        try:
            if has_pending_migrations():
                self.stdout.write("Preparing the database …")
                call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {str(error).strip().splitlines()[0]}") from error
        collect_static_files()
        if settings.DEMO:
            self._load_demo()
        cache.delete(HEARTBEAT_KEY)  # the pulse of an earlier run says nothing about this one

    def _load_demo(self) -> None:
        from efactori import demo
        from users.models import Company

        if not Company.objects.exists():
            self.stdout.write("Loading the demo company …")
            demo.load(with_history=True)

    # ── the programs ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _environment(self) -> dict[str, str]:
        if not self.sandbox_url:
            return {}
        return {"CLIMAPULSE_API_URL": self.sandbox_url, SANDBOX_VARIABLE: self.sandbox_url}

    def _start(self) -> None:
        if self.sandbox_url:
            data = str(settings.DATA_DIR / "climapulse-sandbox")
            self._start_module("sandbox", f"{SANDBOX_MODULE} --port {settings.PORT + 1} --data", data)
        self._start_module("web", f"gunicorn efactori.wsgi:application --bind {HOST}:{settings.PORT} {WEB_OPTIONS}")
        self._start_module("worker", f"celery -A efactori worker {WORKER_OPTIONS}")

    def _start_module(self, name: str, module_and_options: str, *more: str) -> None:
        command = (sys.executable, "-m", *module_and_options.split(), *more)
        self.supervisor.start(Program(name=name, command=command, environment=self._environment()))

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        state = "the web server does not answer"
        while time.monotonic() < deadline:
            self.supervisor.check()
            try:
                answer = requests.get(f"http://{HOST}:{settings.PORT}/healthz", timeout=5)
            except (requests.ConnectionError, requests.Timeout):
                time.sleep(POLL_SECONDS)
                continue
            if answer.status_code == requests.codes.ok:
                return
            state = answer.text
            time.sleep(POLL_SECONDS)
        raise CommandError(
            f"Not ready after {START_SECONDS} seconds: {state}. The logs are in {self.supervisor.log_dir}"
        )

    # ── the first invoice, through the real hook ─────────────────────────────────────────────────────────────────────

    def _first_invoice(self) -> dict[str, str]:
        """The invoice of the first work order; what is missing for it, connection and order, is made once."""
        if not self.sandbox_url:
            return {}
        from efactori import demo
        from integrations.models import Connection, InboundHook
        from users.models import Company
        from work_orders.models import WorkOrder

        company = Company.objects.filter(slug=demo.COMPANY_SLUG).first()
        if company is None:
            return {}
        with company_scope(company.pk):
            connection = Connection.objects.filter(provider="climapulse").first()
            has_received = InboundHook.objects.exists()
            first = WorkOrder.objects.filter(document__isnull=False).order_by("created_at").first()
            if first and first.document:
                path = first.document.get_absolute_url()
                return {"id": str(first.document.pk), "url": f"{settings.PUBLIC_URL}{path}"}
        if has_received or (connection and not connection.is_active):
            return {}
        if not connection:
            self._connect(demo.COMPANY_SLUG)
        return self._send_first_work_order()

    def _connect(self, company_slug: str) -> None:
        self.stdout.write("Connecting the demo company to the Climapulse sandbox …")
        key = requests.get(f"{self.sandbox_url}/sandbox/state", timeout=10).json()["api_key"]
        command = (sys.executable, str(settings.BASE_DIR / "manage.py"), "connect_climapulse")
        connected = subprocess.run(  # noqa: S603 - our own command, a process of its own: it needs the sandbox's address
            (*command, "--company", company_slug, "--api-key", key),
            env={**os.environ, **self._environment()},
            capture_output=True,
            text=True,
            check=False,
        )
        if connected.returncode:
            raise CommandError(f"The demo company could not be connected: {connected.stderr.strip()[-500:]}")

    def _send_first_work_order(self) -> dict[str, str]:
        self.stdout.write("Sending the first work order through the hook …")
        button = f"{self.sandbox_url}/sandbox/work-orders/{FIRST_WORK_ORDER}/create-invoice"
        pressed = requests.post(button, json={}, timeout=60)
        if not pressed.ok or pressed.json()["status"] != requests.codes.created:
            raise CommandError(f"The first work order was refused: {pressed.text[:500]}")
        invoice: dict[str, str] = pressed.json()["answer"]["invoice"]
        return invoice

    def _welcome(self, first_invoice: dict[str, str]) -> None:
        rows = [("Address", settings.PUBLIC_URL)]
        if self.sandbox_url:
            rows.append(("Climapulse sandbox", self.sandbox_url))
        if settings.DEMO:
            from efactori import demo

            rows += [("Sign in", line) for line in demo.sign_ins()]
        if first_invoice:
            preview = settings.PUBLIC_URL + reverse("documents:preview", args=[first_invoice["id"]])
            rows += [("First invoice", first_invoice["url"]), ("Its PDF", preview)]
        rows += [("Data", str(settings.DATA_DIR)), ("Logs", str(self.supervisor.log_dir))]
        self.stdout.write("\neFactori is ready. Ctrl-C stops everything.\n")
        for label, text in rows:
            self.stdout.write(f"  {label:<20}{text}")
        self.stdout.flush()  # who sends the output to a file wants to read it now


def check_port(port: int) -> None:
    """Refuse to start beside another program on the same port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                advice = f"Port {port} is taken by another program. Choose another: PORT={port + 10} make run"
            else:
                advice = f"Port {port} cannot be used ({error.strerror}). Choose another: PORT=8000 make run"
            raise CommandError(advice) from error


def check_data_folder(folder: Path) -> None:
    """Refuse a data folder that cannot be written, or that would soon be full."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        closed = next((path for path in folder.iterdir() if not os.access(path, os.W_OK, effective_ids=True)), None)
        if closed:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(closed))
    except OSError as error:
        where = error.filename or folder
        raise CommandError(
            f"The data folder cannot be written ({where}: {error.strerror}). Mend its rights, or name another: "
            "EFACTORI_DATA_DIR=/path make run"
        ) from error
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise CommandError(
            f"Only {free // 1024**2} MB is free on the disk of {folder}; free at least {NEEDED_BYTES // 1024**2} MB."
        )


def collect_static_files() -> None:
    """Run `collectstatic` when a source file was added, changed or removed since the last time."""
    seen = sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            seen.update(json.dumps([path, status.st_size, status.st_mtime_ns]).encode())
    stamp = settings.DATA_DIR / "static.stamp"
    if stamp.exists() and stamp.read_text() == seen.hexdigest() and Path(settings.STATIC_ROOT).is_dir():
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(seen.hexdigest())
