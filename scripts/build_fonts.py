"""Builds the two fonts of printed documents from the Inter packages that npm installed.

The packages cut Inter into subsets. Two subsets under one family print garbled glyphs, and the Latin one alone lacks
names such as Škoda; so both are merged here into one file per weight.
"""

import logging
import sys
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules" / "@fontsource" / "inter" / "files"
TARGET = ROOT / "assets" / "build" / "fonts"
WEIGHTS = (400, 600)
SUBSETS = ("latin", "latin-ext")
# Characters that texts and number formats use and Inter lacks; each borrows the glyph of its closest likeness.
BORROWED = {0x202F: 0x2009, 0x2011: 0x2D}  # narrow no-break space, non-breaking hyphen
# What an invoice cannot do without: found missing here rather than on a customer's paper.
NEEDED = "0123456789€−·’“”–—²³×°ŠŁőœéëïÀÉŒ \u2009\u202f\u00a0\u2011"


def build(weight: int) -> Path:
    """Merge the subsets of one weight into a static TrueType file and return its path."""
    font = Merger().merge([str(SOURCE / f"inter-{subset}-{weight}-normal.woff") for subset in SUBSETS])
    font.flavor = None
    for table in font["cmap"].tables:
        if table.isUnicode():
            for code, lender in BORROWED.items():
                table.cmap.setdefault(code, table.cmap[lender])
    missing = [f"U+{ord(character):04X}" for character in NEEDED if ord(character) not in font.getBestCmap()]
    if missing:
        raise SystemExit(f"Inter {weight} lacks {', '.join(missing)}; check the version of @fontsource/inter.")
    path = TARGET / f"Inter-{weight}.ttf"
    font.recalcTimestamp = False  # the same input gives the same bytes
    font.save(path)
    return path


def main() -> None:
    """Build every weight, or say what to run first."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    if not SOURCE.is_dir():
        sys.exit("The package @fontsource/inter is not installed: run `npm ci --ignore-scripts` first.")
    TARGET.mkdir(parents=True, exist_ok=True)
    for weight in WEIGHTS:
        path = build(weight)
        glyphs = TTFont(path)["maxp"].numGlyphs
        print(f"{path.relative_to(ROOT)}: {glyphs} glyphs, {path.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
