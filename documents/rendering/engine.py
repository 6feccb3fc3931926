"""The engine that sets type: the only module that knows WeasyPrint.

What makes it fast is here and lives as long as the process: one font configuration (one per document leaks), style
sheets compiled once per theme with its colours written in, one fetcher (each new one builds a TLS context). One
document is set at a time: the font map is not made for threads, and under the interpreter lock a second one would gain
nothing.
"""

import functools
import gc
import re
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

with warnings.catch_warnings():
    # Without libharfbuzz-subset WeasyPrint warns while loading; it still prints, with whole fonts embedded (see below).
    warnings.simplefilter("ignore", DeprecationWarning)
    from weasyprint import CSS, HTML  # type: ignore[import-untyped]
    from weasyprint.text.ffi import harfbuzz_subset  # type: ignore[import-untyped]
    from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
    from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]

FONTS = Path(settings.BASE_DIR) / "assets" / "build" / "fonts"
FONT_FILES = ("Inter-400.ttf", "Inter-600.ttf", "Inter-400-figures.ttf", "Inter-600-figures.ttf")
STYLESHEET = Path(settings.BASE_DIR) / "templates" / "documents" / "print" / "document.css"

_THEMES_KEPT = 64
_VARIABLE = re.compile(r"var\(--([a-z-]+)\)")
_one_at_a_time = threading.Lock()

# A document carries its images in itself; the style sheet, which is ours, reads the fonts from their folder.
_document_fetcher = URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
_stylesheet_fetcher = URLFetcher(allowed_protocols={"file"}, allow_redirects=False)


class _Sheet(HTML):  # type: ignore[misc]
    """HTML in the style of our sheet alone.

    WeasyPrint matches every element against its own sheet for the whole of HTML, a tenth of the time. Should a later
    version no longer ask this, documents look the same and take that tenth longer: our sheet sets all that it would.
    """

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return []


class FontsMissing(RuntimeError):
    """The fonts of printed documents were not built; nothing is printed in a chance font instead."""


def pdf(html: str, variables: Mapping[str, str]) -> bytes:
    """Set `html` in the style of the given theme variables; anything it refers to outside itself is left out."""
    with _one_at_a_time, _collector_off():
        fonts = _fonts()
        result: bytes = _Sheet(string=html, url_fetcher=_document_fetcher).write_pdf(
            stylesheets=[_stylesheet(tuple(variables.items()))],
            font_config=fonts,
            full_fonts=harfbuzz_subset is None,  # cutting fonts without that library takes twice the time
        )
    return result


@functools.cache
def _fonts() -> FontConfiguration:
    missing = [name for name in FONT_FILES if not (FONTS / name).is_file()]
    if missing:
        raise FontsMissing(f"The fonts {', '.join(missing)} are missing: run `make setup`, which builds them.")
    return FontConfiguration()


@functools.lru_cache(maxsize=_THEMES_KEPT)
def _stylesheet(variables: tuple[tuple[str, str], ...]) -> CSS:
    values = dict(variables)
    # Looking a variable up in every cell costs more than compiling one sheet per theme.
    text = _VARIABLE.sub(lambda match: values[match[1]], STYLESHEET.read_text())
    return CSS(string=text, base_url=FONTS.as_uri() + "/", font_config=_fonts(), url_fetcher=_stylesheet_fetcher)


@contextmanager
def _collector_off() -> Iterator[None]:
    """The cycle collector walks the growing box tree again and again and finds nothing until it is dropped."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
