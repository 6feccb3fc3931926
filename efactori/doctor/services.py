"""What runs beside the web process: database, broker, worker, scheduler, mail server."""

import smtplib
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.core.mail.backends.smtp import EmailBackend
from django.db import DatabaseError, connection
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

from core import row_security
from efactori.celery import app as celery_app
from efactori.doctor import Finding, check, fail, ok, warn
from efactori.health import NotReady, check_broker, has_pending_migrations
from efactori.tasks import HEARTBEAT_KEY
from users.models import User

PATIENCE_SECONDS = 3
LONG_QUEUE = 1000  # messages
SKEW_SECONDS = 2.0  # between this clock and the database's
USE_PLAIN_ROLE = "Run `manage.py grant_database_role` and give web and workers that role."
ROLE = """
    SELECT rolsuper OR rolbypassrls, EXISTS (SELECT 1 FROM pg_tables WHERE tablename = %s AND tableowner = rolname)
    FROM pg_roles WHERE rolname = current_user
"""
START_DATABASE = "Start it, and look at DATABASE_URL."


@check("database")
def database() -> Finding:
    try:
        connection.ensure_connection()
        version = ".".join(map(str, connection.get_database_version()))
        connection.check_database_version_supported()
    except DatabaseError as error:
        return fail(f"not reachable or too old ({type(error).__name__})", START_DATABASE)
    if settings.PRODUCTION and connection.vendor == "sqlite":
        return warn(f"SQLite {version} serves one machine", "Name a PostgreSQL in DATABASE_URL.")
    return ok(f"{connection.display_name} {version}")


@check("migrations")
def migrations() -> Finding:
    if has_pending_migrations():
        return fail("some are not applied", "Run `manage.py migrate`.")
    return ok("all applied")


@check("walls between companies")
def walls() -> Finding:
    """Row-level security; roles that pass through it, or may take it down, should not serve pages."""
    if connection.vendor != "postgresql":
        return ok("this database has none of its own; the application keeps companies apart")
    bare = row_security.open_tables(connection)
    if bare:
        return fail(f"{len(bare)} tables are not behind row-level security", "Run `manage.py migrate` as their owner.")
    with connection.cursor() as cursor:
        cursor.execute(ROLE, [User._meta.db_table])
        passes, owns = cursor.fetchone()
    if passes:
        return warn("the role of DATABASE_URL passes through row-level security", USE_PLAIN_ROLE)
    if owns and settings.PRODUCTION:
        return warn("the role of DATABASE_URL owns the tables and could take their walls down", USE_PLAIN_ROLE)
    return ok("row-level security on every table with a company")


@check("time zone")
def time_zone() -> Finding:
    ZoneInfo(settings.TIME_ZONE)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('TimeZone'), now() AT TIME ZONE %s", [settings.TIME_ZONE])
            spoken = cursor.fetchone()[0]
        if spoken != "UTC":
            return fail(f"the connection speaks {spoken}", "Leave USE_TZ on, and no timezone in DATABASE_URL.")
    return ok(f"{settings.TIME_ZONE} is known here and to the database")


@check("clock")
def clock() -> Finding:
    if connection.vendor != "postgresql":
        return ok("the database has the same")
    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        there, after = cursor.fetchone()[0], timezone.now()
    skew = max((there - after).total_seconds(), (before - there).total_seconds(), 0.0)
    if skew > SKEW_SECONDS:
        return fail(f"{skew:.1f} seconds away from the database's", "Let NTP set the clock of both machines.")
    return ok("together with the database's")


@check("Redis")
def redis() -> Finding:
    if not settings.REDIS_URL:
        if settings.PRODUCTION:
            return warn("files carry the queue, on this machine alone", "Name a Redis in REDIS_URL.")
        return ok("not used; files carry the queue")
    server = Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=PATIENCE_SECONDS, socket_timeout=PATIENCE_SECONDS
    )
    try:
        version = server.info("server")["redis_version"]
        policy = server.info("memory").get("maxmemory_policy")
    except RedisError as error:
        return fail(f"not reachable ({type(error).__name__})", "Start it, and look at REDIS_URL.")
    finally:
        server.close()
    if policy != "noeviction":
        return fail(
            f"its policy {policy} drops queued work when memory is full", "Set `maxmemory-policy noeviction` there."
        )
    return ok(f"{version}, drops nothing")


@check("queue")
def queue() -> Finding:
    try:
        waiting = check_broker()
    except NotReady as error:
        return fail(str(error), "Start the broker, and look at REDIS_URL and the rights of the data folder.")
    if waiting > LONG_QUEUE:
        return warn(f"{waiting} messages wait", "Start more workers, and see on the page of jobs what takes long.")
    return ok(f"{waiting} messages wait")


@check("workers")
def workers() -> Finding:
    try:
        answers = celery_app.control.ping(timeout=PATIENCE_SECONDS)
    except Exception as error:  # each broker has its own
        return fail(f"cannot be asked ({type(error).__name__})", "See “queue”.")
    if not answers:
        return fail("none answers", "Start `celery -A efactori worker`.")
    return ok(", ".join(sorted(name for answer in answers for name in answer)))


@check("scheduler")
def scheduler() -> Finding:
    if not cache.get(HEARTBEAT_KEY):
        return fail("no pulse in the last 30 seconds", "Start `celery -A efactori beat`, exactly one, and a worker.")
    return ok("its pulse arrives")


@check("mail")
def mail() -> Finding:
    """Connects and signs in; nothing is sent."""
    if not settings.HAS_MAIL_SERVER:
        if settings.PRODUCTION:
            return warn("no server; mails stay in the outbox", "Set EMAIL_HOST and what belongs to it.")
        return ok("no server; mails stay in the outbox")
    options: Any = settings.MAILERS["default"]["OPTIONS"]
    server = EmailBackend(alias="default", **{**options, "timeout": PATIENCE_SECONDS})
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        return fail(
            f"the server does not let us in ({type(error).__name__})",
            "Look at EMAIL_HOST, EMAIL_PORT, EMAIL_USE_TLS, EMAIL_HOST_USER and EMAIL_HOST_PASSWORD.",
        )
    finally:
        server.close()
    return ok(f"{options['host']} lets us in")


@check("sender")
def sender() -> Finding:
    if settings.PRODUCTION and settings.DEFAULT_FROM_EMAIL.endswith(".example"):
        return warn(f"{settings.DEFAULT_FROM_EMAIL} is nobody's address", "Set DEFAULT_FROM_EMAIL.")
    return ok(settings.DEFAULT_FROM_EMAIL)
