"""The embedded installation's broker: Kombu's message folder, made safe for readers beside writers.

Kombu opens a file under its final name and writes it afterwards. A worker that looks in between takes an empty message,
or an empty table of queues, and ends with it. Here every file gets its name only once it is whole. And Kombu's threads
tell one another that a queue is bound before its table is written: what another thread sends in between goes nowhere.
Here they bind in turn.
"""

import fcntl
import os
import threading
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps, loads

SCHEME = "folder"
_binding = threading.Lock()


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:  # type: ignore[override]
        _write(Path(self.data_folder_out) / f"{time.time_ns()}_{uuid4()}.{queue}.msg", payload)

    def get_table(self, exchange: str) -> list[Any]:
        """The queues bound to an exchange."""
        try:
            rows = loads(self._table(exchange).read_text())
        except FileNotFoundError:
            return []
        return [filesystem.exchange_queue_t(*row) for row in rows]

    def queue_bind(self, *args: Any, **options: Any) -> None:
        with _binding:
            super().queue_bind(*args, **options)

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        """Add a queue to the table, one process or thread at a time."""
        binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self.control_folder.mkdir(exist_ok=True)
        with (self.control_folder / "bindings.lock").open("w") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            table = self.get_table(exchange)
            if binding not in table:
                _write(self._table(exchange), [binding, *table])

    def _table(self, exchange: str) -> Path:
        """Where Kombu keeps an exchange's table; it refuses names that lead elsewhere."""
        file: Path = self._exchange_file(exchange)  # type: ignore[attr-defined]
        return file


class Transport(filesystem.Transport):
    Channel = Channel


def register() -> None:
    """Make `folder://` a broker address."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"


def _write(path: Path, content: Any) -> None:
    """Write aside, then rename."""
    aside = path.with_name(f"{uuid4()}.new")
    try:
        aside.write_bytes(str_to_bytes(dumps(content)))
        os.replace(aside, path)
    except OSError as error:
        raise ChannelError(f"The message folder {path.parent} takes no message: {error}") from error
