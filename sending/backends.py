"""The outbox of the embedded default: every mail is one `.eml` file that any mail program opens."""

import contextlib
import os
import re
import tempfile
from collections.abc import Sequence
from email.policy import SMTP
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,150}")


class OutboxBackend(BaseEmailBackend):
    """Keeps mails in a folder. The same Message-ID is the same file, so handing a mail over twice keeps it once."""

    repeatable = True

    def __init__(self, folder: str, **options: Any) -> None:
        super().__init__(**options)
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each mail whole or not at all; returns how many."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            message = mail.message(policy=SMTP)
            self._write(self.path_of(str(message["Message-ID"])), message.as_bytes())
        return len(email_messages)

    def path_of(self, message_id: str) -> Path:
        """Where the mail with this Message-ID lies."""
        name = message_id.strip("<>").partition("@")[0]
        if not _SAFE.fullmatch(name):
            raise ValueError(f"{message_id!r} cannot name a file")
        return self.folder / f"{name}.eml"

    def _write(self, path: Path, content: bytes) -> None:
        handle, scratch = tempfile.mkstemp(dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(scratch).replace(path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(scratch).unlink()
            raise
