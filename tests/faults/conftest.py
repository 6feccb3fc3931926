"""A whole installation on the test's database: web, worker and sandbox are real processes that may be killed.

Tasks go through files, as in the embedded run, or through Redis where REDIS_URL names one.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection

from tests.climapulse import climapulse, running_sandbox, sandbox
from tests.faults.processes import Programs

__all__ = ["climapulse", "running_sandbox", "sandbox"]

LEASE_SECONDS = 2  # a job whose worker died is taken up again after this, instead of a minute
REDIS_DATABASES = range(1, 8)  # the journeys take from the other end


@pytest.fixture
def broker() -> Iterator[str]:
    """A Redis database that nobody else uses, or nothing where Redis is not in play."""
    if not os.environ.get("REDIS_URL"):
        yield ""
        return
    for number in REDIS_DATABASES:
        base = os.environ["REDIS_URL"].rsplit("/", 1)[0]
        client = redis.Redis.from_url(f"{base}/{number}")
        if client.dbsize() == 0 and client.set("taken by a test", os.getpid(), nx=True, ex=600):
            yield f"{base}/{number}"
            client.flushdb()
            client.close()
            return
        client.close()
    pytest.fail("Redis has no empty database for this test")


@pytest.fixture
def programs(transactional_db: None, broker: str, sandbox: object, tmp_path: Path) -> Iterator[Programs]:
    """Programs on the test's database and data folder, all dead at its end."""
    programs = Programs(
        {
            "DJANGO_SETTINGS_MODULE": "efactori.settings",
            "EFACTORI_DATA_DIR": str(settings.DATA_DIR),
            "EFACTORI_DEMO": "0",
            "EFACTORI_JOB_LEASE_SECONDS": str(LEASE_SECONDS),
            "DATABASE_URL": _database_url(),
            "REDIS_URL": broker,
            "CLIMAPULSE_API_URL": settings.CLIMAPULSE_API_URL,
        },
        tmp_path,
    )
    yield programs
    programs.kill_all()


def _database_url() -> str:
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    secret = f":{values['PASSWORD']}" if values["PASSWORD"] else ""
    return f"postgres://{values['USER']}{secret}@{values['HOST']}:{values['PORT'] or 5432}/{values['NAME']}"
