"""How names are compared: case, accents, punctuation and legal form say nothing about who somebody is."""

import re
import unicodedata

LEGAL_FORMS = frozenset({
    "bv", "bvba", "cv", "cvba", "cvoa", "commv", "ebvba", "gcv", "ivzw", "nv", "stv", "vof", "vzw", "ag",
    "aisbl", "asbl", "sa", "sarl", "sas", "sasu", "sc", "sca", "scomm", "scri", "scrl", "scs", "snc", "sprl",
    "sprlu", "srl", "gmbh", "ltd", "plc", "llc", "llp", "inc",
})  # fmt: skip
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")
_PUNCTUATION = re.compile(r"[\W_]+")


def name_key(name: str) -> str:
    """`Boulangerie Dupont, S.R.L.` is `boulangerie dupont`; the order of the words counts."""
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    text = _INITIALS.sub(lambda initials: initials[0].replace(".", "") + " ", text)
    words = _PUNCTUATION.sub(" ", text).split()
    return " ".join(_without_legal_forms(words))[:200]


def _without_legal_forms(words: list[str]) -> list[str]:
    """Legal forms stand first or last; a name made of nothing else keeps itself."""
    start, end = 0, len(words)
    while end - start > 1 and words[end - 1] in LEGAL_FORMS:
        end -= 1
    while end - start > 1 and words[start] in LEGAL_FORMS:
        start += 1
    return words[start:end]
