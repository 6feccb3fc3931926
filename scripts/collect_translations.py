"""Writes what must be translated into every `django.po`: an application's Python texts there, templates' in `locale/`.

What was translated stays; what is gone goes. Nothing but the texts is written (no line numbers, dates or names), so a
catalogue changes only when a text does. Run it after every change of a text, then fill in what is empty.
"""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ("fr", "nl")
SKIPPED = {"migrations", "tests", "sandbox"}  # the sandbox is a product of its own, in French
KEYWORDS = DEFAULT_KEYWORDS | {"gettext_lazy": None, "ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2)}
HEADER = """msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def python_source(path: Path) -> str:
    """What Babel reads as Python: the file itself, or only the calls that Django sees in a template."""
    text = path.read_text()
    if path.suffix == ".py":
        return text
    return "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())


def texts(folder: Path, pattern: str) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """Every translatable text below a folder, with its context."""
    for path in sorted(folder.glob(pattern)):
        if not SKIPPED & set(path.relative_to(folder).parts):
            source = io.BytesIO(python_source(path).encode())
            for _line, text, _comments, context in extract("python", source, keywords=KEYWORDS):
                yield text, context


def collect(folder: Path, pattern: str, home: Path) -> None:
    """Bring the catalogues in `home` up to what the files of `folder` say."""
    template = Catalog()
    for text, context in texts(folder, pattern):
        template.add(text, context=context)
    if not len(template):
        return
    for locale in LOCALES:
        path = home / locale / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = Catalog(locale=locale)
        if path.exists():
            with path.open("rb") as source:
                catalogue = read_po(source, locale=locale)
        catalogue.update(template, no_fuzzy_matching=True)
        with path.open("wb") as target:
            target.write(HEADER.format(locale=locale, plural_forms=catalogue.plural_forms).encode())
            write_po(target, catalogue, 110, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
        strings = [message.string for message in catalogue if message.id]
        empty = sum(not all(string if isinstance(string, tuple | list) else [string]) for string in strings)
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {empty} to translate")


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "efactori.settings")
    django.setup()
    for name in settings.INSTALLED_APPS:
        folder = ROOT / name.split(".")[0]
        if folder.is_dir():
            collect(folder, "**/*.py", folder / "locale")
    collect(ROOT / "templates", "**/*.html", ROOT / "locale")


if __name__ == "__main__":
    main()
