"""Draws the mark as the icons of a phone's home screen: the whole square coloured, the sign inside the part that any
shape of icon keeps.
"""

import io
import sys
from pathlib import Path

import pypdfium2
from weasyprint import HTML

ROOT = Path(__file__).resolve().parent.parent
MARK = ROOT / "assets" / "mark.svg"
TARGET = ROOT / "assets" / "build" / "icons"
SIZES = (180, 192, 512)  # Apple's home screen, Android's, and its start screen
SIGN = 0.8  # of the square: a round icon cuts the corners, never the sign


def page(side: int) -> bytes:
    """A PDF of one square page, `side` pixels wide at 72 dots an inch."""
    ground = MARK.read_text().partition('fill="')[2].partition('"')[0]
    inner = round(side * SIGN)
    style = (
        f"@page {{ size: {side}pt; margin: 0 }} body {{ margin: 0; background: {ground} }}"
        f"img {{ display: block; width: {inner}pt; margin: {(side - inner) / 2}pt }}"
    )
    content: bytes = HTML(string=f"<style>{style}</style><img src='{MARK.as_uri()}'>").write_pdf()
    return content


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for side in SIZES:
        picture = pypdfium2.PdfDocument(io.BytesIO(page(side)))[0].render(scale=1).to_pil()
        picture.save(TARGET / f"{side}.png", optimize=True)
    print(f"icons of {', '.join(map(str, SIZES))} pixels in {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
