"""Files: whole or absent, whatever happens to the process that writes them."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from core import files

CONTENT = b"0123456789abcdef" * 50_000


def test_a_file_is_read_as_it_was_stored() -> None:
    stored = files.store(CONTENT, company_id=uuid4())
    assert stored.size == len(CONTENT)
    assert files.read(stored.key) == CONTENT


def test_storing_again_keeps_one_file() -> None:
    company_id = uuid4()
    first, second = (files.store(CONTENT, company_id=company_id) for _ in range(2))
    assert first == second
    folder = Path(settings.MEDIA_ROOT) / str(company_id)
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [first.sha256]


def test_a_process_killed_while_it_writes_leaves_no_half_file_behind() -> None:
    company_id = uuid4()
    killed = subprocess.run([sys.executable, "-c", _killed_half_way(company_id)], env=_environment(), check=False)
    assert killed.returncode == -signal.SIGXFSZ  # the kernel killed it in the middle of a write
    stored = files.store(CONTENT, company_id=company_id)
    assert files.read(stored.key) == CONTENT


def _killed_half_way(company_id: object) -> str:
    """A program that may write but half of the content before it is killed."""
    return f"""
import resource, signal, uuid
import django
django.setup()
from core import files
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, ({len(CONTENT) // 2}, {len(CONTENT) // 2}))
files.store({CONTENT[:16]!r} * {len(CONTENT) // 16}, company_id=uuid.UUID("{company_id}"))
"""


def _environment() -> dict[str, str]:
    own = {"DJANGO_SETTINGS_MODULE": "efactori.settings", "EFACTORI_DATA_DIR": str(settings.DATA_DIR)}
    return {**os.environ, **own}
