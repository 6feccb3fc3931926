"""Builds the fonts of printed documents from the Inter packages that npm installed.

The packages cut Inter into subsets. Two subsets under one family print garbled glyphs, and the Latin one alone lacks
names such as Škoda; so both are merged here into one file per weight. A second file per weight has tabular figures from
the start: asked for as a feature of text, they make the engine leak memory with every piece of text.
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


def build(weight: int) -> list[Path]:
    """Merge the subsets of one weight into two static TrueType files, plain and with tabular figures."""
    font = Merger().merge([str(SOURCE / f"inter-{subset}-{weight}-normal.woff") for subset in SUBSETS])
    font.flavor = None
    for table in font["cmap"].tables:
        if table.isUnicode():
            for code, lender in BORROWED.items():
                table.cmap.setdefault(code, table.cmap[lender])
    missing = [f"U+{ord(character):04X}" for character in NEEDED if ord(character) not in font.getBestCmap()]
    if missing:
        raise SystemExit(f"Inter {weight} lacks {', '.join(missing)}; check the version of @fontsource/inter.")
    font.recalcTimestamp = False  # the same input gives the same bytes
    plain, figures = TARGET / f"Inter-{weight}.ttf", TARGET / f"Inter-{weight}-figures.ttf"
    font.save(plain)
    _make_figures_tabular(font)
    font.save(figures)
    return [plain, figures]


def _make_figures_tabular(font: TTFont) -> None:
    """Let every character show the glyph that the feature `tnum` would put in its place."""
    gsub = font["GSUB"].table
    lookups = {
        position
        for record in gsub.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for position in record.Feature.LookupListIndex
    }
    tabular = {
        plain: replacement
        for position in lookups
        for table in gsub.LookupList.Lookup[position].SubTable
        for plain, replacement in getattr(table, "ExtSubTable", table).mapping.items()
    }
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap = {code: tabular.get(glyph, glyph) for code, glyph in table.cmap.items()}
    widths = {font["hmtx"][font.getBestCmap()[ord(digit)]][0] for digit in "0123456789"}
    if len(widths) != 1:
        raise SystemExit("The figures of Inter are not of one width; check the version of @fontsource/inter.")


def main() -> None:
    """Build every weight, or say what to run first."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    if not SOURCE.is_dir():
        sys.exit("The package @fontsource/inter is not installed: run `npm ci --ignore-scripts` first.")
    TARGET.mkdir(parents=True, exist_ok=True)
    for weight in WEIGHTS:
        for path in build(weight):
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
