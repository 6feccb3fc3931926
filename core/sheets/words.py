"""Words as they are compared across files and languages: case, accents and punctuation say nothing."""

import re
import unicodedata
from typing import Any

from django.conf import settings
from django.utils import translation

_REST = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """`Prix d'achat (€)` is `prix d achat`, `m²` is `m2`."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return _REST.sub(" ", "".join(letter for letter in letters if not unicodedata.combining(letter))).strip()


def in_every_language(text: Any) -> list[str]:
    """A lazy text in each language of the product, folded."""
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append(fold(str(text)))
    return found
