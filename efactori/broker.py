"""The embedded installation's broker: Kombu's message folder, made safe for a reader beside a writer.

Kombu opens a message under its final name and writes it afterwards; a worker that looks in between takes an empty
message and ends with it. Here a message gets its name only once it is whole.
"""

import os
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

SCHEME = "folder"


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:  # type: ignore[override]
        """Write aside, then rename."""
        folder, name = Path(self.data_folder_out), f"{time.time_ns()}_{uuid4()}"
        aside = folder / f"{name}.new"
        try:
            aside.write_bytes(str_to_bytes(dumps(payload)))
            os.replace(aside, folder / f"{name}.{queue}.msg")
        except OSError as error:
            raise ChannelError(f"The message folder {folder} takes no message: {error}") from error


class Transport(filesystem.Transport):
    Channel = Channel


def register() -> None:
    """Make `folder://` a broker address."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
