"""Compiles every `django.po` to `.mo` with Babel, so that no machine needs GNU gettext.

`--check` writes nothing and fails on what a translator left open: fuzzy entries, broken placeholders, missing texts.
"""

import os
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = {".venv", "node_modules", "var"}


def catalogues() -> list[Path]:
    """The `.po` files of every application and of the shared templates."""
    patterns = ("locale/*/LC_MESSAGES/*.po", "**/locale/*/LC_MESSAGES/*.po")
    found = {path for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(path for path in found if not SKIPPED & set(path.relative_to(ROOT).parts))


def read(path: Path) -> Catalog:
    """One catalogue, refused with its line number where the file is malformed."""
    with path.open("rb") as source:
        return read_po(source, locale=path.parts[-3], abort_invalid=True)


def write(path: Path, catalogue: Catalog) -> None:
    """Compile aside, then rename: whoever reads meanwhile gets the old file or the new one, never half of one."""
    aside = path.with_suffix(f".{os.getpid()}.new")
    with aside.open("wb") as target:
        write_mo(target, catalogue)
    aside.replace(path)


def complaints(path: Path, catalogue: Catalog) -> list[str]:
    """What keeps a catalogue from being shipped, one line each."""
    found = []
    for message in catalogue:
        if not message.id:
            continue
        line = f"{path.relative_to(ROOT)}:{message.lineno or '?'}"
        texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.fuzzy:
            found.append(f"{line}: fuzzy: {message.id!r}")
        elif not all(texts):
            found.append(f"{line}: not translated: {message.id!r}")
        else:
            found += [f"{line}: {error}: {message.id!r}" for error in message.check(catalogue)]
    return found


def main() -> int:
    checking = "--check" in sys.argv[1:]
    found: list[str] = []
    paths = catalogues()
    for path in paths:
        catalogue = read(path)
        if checking:
            found += complaints(path, catalogue)
        else:
            write(path.with_suffix(".mo"), catalogue)
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(paths)} catalogues {'checked' if checking else 'compiled'}, {len(found)} complaints")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
