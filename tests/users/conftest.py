"""A mailbox that everybody's mails reach, as soon as what sent them is committed."""

import base64
import hmac
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import override_settings
from pytest_django import DjangoCaptureOnCommitCallbacks

LINK = re.compile(r"http://testserver(/\S+)")


class Mailbox:
    def __init__(self, folder: Path, capture: DjangoCaptureOnCommitCallbacks) -> None:
        self._folder, self._capture = folder, capture

    def delivering(self) -> AbstractContextManager[Any]:
        """What is committed inside is mailed."""
        return self._capture(execute=True)

    def without_server(self) -> AbstractContextManager[Any]:
        """The embedded default: mails lie in a folder."""
        return override_settings(HAS_MAIL_SERVER=False)

    def all(self) -> list[EmailMessage]:
        found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in self._folder.glob("*.eml")]
        return sorted(found, key=lambda mail: str(mail["Message-ID"]))  # type: ignore[return-value]

    def take(self) -> EmailMessage:
        """The only mail, which leaves the box."""
        (mail,) = self.all()
        for path in self._folder.glob("*.eml"):
            path.unlink()
        return mail


@pytest.fixture
def mailbox(tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Iterator[Mailbox]:
    """The installation sends mails, all of them to this box."""
    cache.clear()
    folder = tmp_path / "mailbox"
    mailer = {"BACKEND": "sending.backends.OutboxBackend", "OPTIONS": {"folder": str(folder)}}
    with override_settings(MAILERS={"default": mailer}, HAS_MAIL_SERVER=True):
        yield Mailbox(folder, django_capture_on_commit_callbacks)


def body(mail: EmailMessage) -> str:
    part: Callable[[], str] = mail.get_content
    return part()


def link(mail: EmailMessage) -> str:
    """The path that the mail asks to follow: its first address."""
    found = LINK.search(body(mail))
    assert found, body(mail)
    return found[1]


def code_of(secret: str, *, moment: float | None = None) -> str:
    """What an app shows for a key at a moment, else now (RFC 6238)."""
    step = int(time.time() if moment is None else moment) // 30
    mac = hmac.digest(base64.b32decode(secret), step.to_bytes(8), "sha1")
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start : start + 4]) & 0x7FFFFFFF) % 10**6:06d}"
