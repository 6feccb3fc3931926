"""A logo drawn as SVG is code from outside: what could run or fetch is refused, what is only clutter is dropped."""

import re
import xml.etree.ElementTree as ET

from django.utils.translation import gettext as _

from core.errors import Refused

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XLINK_HREF = f"{{{XLINK}}}href"
DRAWING = frozenset({
    "svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text",
    "tspan", "use", "symbol", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "style",
})  # fmt: skip
CLUTTER = frozenset(["metadata"])
MAX_DEPTH = 50
MAX_ELEMENTS = 20_000
_OUTSIDE = re.compile(r"@import|javascript:|expression\(|\\|url\(\s*['\"]?(?!#)", re.IGNORECASE)


def clean(content: bytes) -> bytes:
    """The drawing alone, written anew; raises Refused for scripts, entities and outside references."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable() from None
    if "<!ENTITY" in text.upper():
        raise _unsafe(_("an entity"))
    try:
        root = ET.fromstring(text)  # noqa: S314 - no entity reaches the parser
    except (ET.ParseError, ValueError):
        raise _unreadable() from None
    if root.tag != f"{{{SVG}}}svg":
        raise _unreadable()
    _clean_tree(root)
    # The prefixes belong to the whole process, and others write them too; so they are set where they are used.
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _clean_tree(root: ET.Element) -> None:
    pending, count = [(root, 1)], 0
    while pending:
        element, depth = pending.pop()
        count += 1
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise Refused(_("This drawing is too complex for a logo. Simplify it, or use a PNG."), code="too_complex")
        _clean_attributes(element)
        if element.tag == f"{{{SVG}}}style" and _OUTSIDE.search(element.text or ""):
            raise _unsafe(_("an outside reference"))
        for child in list(element):
            namespace, _brace, name = child.tag.removeprefix("{").rpartition("}")
            if namespace != SVG or name in CLUTTER:
                element.remove(child)
            elif name not in DRAWING:
                raise _unsafe(f"<{name}>")
            else:
                pending.append((child, depth + 1))


def _clean_attributes(element: ET.Element) -> None:
    for name, value in list(element.attrib.items()):
        if name in ("href", XLINK_HREF):
            if not value.strip().startswith("#"):
                raise _unsafe(_("an outside reference"))
        elif name.startswith("{"):
            del element.attrib[name]
        elif name.lower().startswith("on"):
            raise _unsafe(name)
        elif _OUTSIDE.search(value):
            raise _unsafe(_("an outside reference"))


def _unsafe(what: str) -> Refused:
    message = _("This drawing contains %(what)s, which a logo may not. Export it as a plain SVG, or use a PNG.")
    return Refused(message % {"what": what}, code="unsafe_svg", pointer="/logo")


def _unreadable() -> Refused:
    return Refused(
        _("This file is not a readable SVG. Export it again, or use a PNG."), code="not_svg", pointer="/logo"
    )
