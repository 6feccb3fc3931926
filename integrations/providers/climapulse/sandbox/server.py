"""The sandbox's process: its own Django settings, a threaded server on the loopback address, a clean end on signals."""

import errno
import logging
import secrets
import signal
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from integrations.providers.climapulse.sandbox import seeds, store

FOLDER = Path(__file__).parent
ADDRESS = "127.0.0.1"


class CannotStart(Exception):
    """The reason, in one line."""


class Handler(WSGIRequestHandler):
    """Lends the connection to the views, so that one of them can drop it."""

    def get_environ(self) -> dict[str, Any]:
        """The request's environment with the socket it came on."""
        environ: dict[str, Any] = super().get_environ()
        environ["sandbox.connection"] = self.connection
        return environ


def configure() -> None:
    """Settings of a small site without models; cookie names differ from eFactori's, which may share the host name."""
    settings.configure(
        SECRET_KEY=secrets.token_hex(),  # signs nothing that outlives the process
        ALLOWED_HOSTS=["127.0.0.1", "localhost"],
        ROOT_URLCONF="integrations.providers.climapulse.sandbox.urls",
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.csp.ContentSecurityPolicyMiddleware",
            "django.middleware.common.CommonMiddleware",  # refuses foreign host names: none can be rebound here
            "django.middleware.csrf.CsrfViewMiddleware",
        ],
        SECURE_CSP={
            "default-src": ["'none'"],
            "style-src": ["'self'"],
            "img-src": ["'self'"],
            "form-action": ["'self'"],
            "base-uri": ["'none'"],
            "frame-ancestors": ["'none'"],
        },
        CSRF_COOKIE_NAME="climapulse_sandbox",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [FOLDER / "templates"],
                "OPTIONS": {"context_processors": ["integrations.providers.climapulse.sandbox.pages.frame"]},
            }
        ],
        APPEND_SLASH=False,
        DATA_UPLOAD_MAX_MEMORY_SIZE=32 * 1024 * 1024,
        LANGUAGE_CODE="fr",
        TIME_ZONE="Europe/Brussels",
        USE_TZ=True,
        LOGGING_CONFIG=None,
    )
    django.setup(set_prefix=False)


def run(*, port: int, data: Path, company: str | None) -> None:
    """Prepare the database, serve, return after SIGTERM or Ctrl-C."""
    logging.basicConfig(level=logging.ERROR)
    configure()
    store.database = data / "sandbox.sqlite3"
    try:
        server = ThreadedWSGIServer((ADDRESS, port), Handler)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        raise CannotStart(f"port {port} is busy" if taken else f"port {port}: {error.strerror}") from None
    except OverflowError:
        raise CannotStart(f"{port} is no port") from None
    with server:
        try:
            data.mkdir(parents=True, exist_ok=True)
            seeds.prepare(company)
        except (OSError, sqlite3.Error) as error:
            raise CannotStart(f"{data}: {error}") from None
        server.set_app(get_wsgi_application())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
        sys.stdout.write(f"Climapulse sandbox: http://{ADDRESS}:{server.server_address[1]}/\n")
        sys.stdout.flush()
        server.serve_forever(poll_interval=0.1)
