"""The cache of an installation without Redis: files, shared by the processes of one machine."""

import pickle
import random
import zlib
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache
from django.core.files import locks

CULLED_EVERY = 100  # writes, on average


class FolderCache(FileBasedCache):
    """Counts in place and under a lock: no count is lost between processes, and an entry ends when it was to end.

    Django's own way reads the entry and sets it anew, which loses counts and grants it its five minutes again. It also
    lists the whole folder at every write, to see whether there are too many entries; here one write in a hundred does.
    """

    def _cull(self) -> None:
        if not random.randrange(CULLED_EVERY):  # noqa: S311 - a lot, no secret
            super()._cull()  # type: ignore[misc]

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError for an entry that is not there, or no more."""
        try:
            with open(self._key_to_file(key, version), "r+b") as entry:  # type: ignore[attr-defined]
                locks.lock(entry, locks.LOCK_EX)
                if not self._is_expired(entry):  # type: ignore[attr-defined]
                    start = entry.tell()
                    value: int = pickle.loads(zlib.decompress(entry.read())) + delta  # noqa: S301 - our own file
                    entry.seek(start)
                    entry.write(zlib.compress(pickle.dumps(value, self.pickle_protocol)))
                    entry.truncate()
                    return value
        except FileNotFoundError:
            pass
        raise ValueError(f"Key {key!r} not found")
