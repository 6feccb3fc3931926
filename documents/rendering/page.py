"""The printed sheet as one self-contained page: the same markup and style, read on a screen, asking for nothing.

The fonts of paper are left out, since a page that carried them would weigh a megabyte; the reader's own stand in.
"""

import base64
import functools
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.csp import CSP

from documents.rendering import sheet
from documents.rendering.model import PrintDocument

_FONT = re.compile(r"@font-face \{[^}]*\}\n")


@dataclass(frozen=True)
class Page:
    """`style_hash` is that of the page's own style, as a content security policy names it."""

    content: bytes
    style_hash: str

    def policy(self, *, framed_by: str, sandbox: Any = True) -> dict[str, Any]:
        """Its own style and logo, and nothing else: nothing runs, nothing loads."""
        return {
            "default-src": [CSP.NONE],
            "style-src": [f"'{self.style_hash}'"],
            "img-src": ["data:"],
            "base-uri": [CSP.NONE],
            "form-action": [CSP.NONE],
            "frame-ancestors": [framed_by],
            "sandbox": sandbox,
        }


def page(document: PrintDocument) -> Page:
    """`document` as HTML."""
    variables = "".join(f"--{name}:{value};" for name, value in sheet.style(document).items())
    css = f":root{{{variables}}}\n{_style()}"
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return Page(content=sheet.markup(document, css=css).encode(), style_hash=f"sha256-{digest}")


@functools.cache
def _style() -> str:
    folder = Path(settings.BASE_DIR) / "templates" / "documents" / "print"
    paper = _FONT.sub("", (folder / "document.css").read_text())
    return paper + (folder / "page.css").read_text()
