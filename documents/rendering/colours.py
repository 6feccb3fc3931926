"""The colours and measures of a theme, computed: the engine cannot mix them, and a brand may be too pale for paper."""

from collections.abc import Iterable

from documents.rendering.model import PrintTheme

INK = "#15212b"
READABLE = 4.5  # contrast on white that WCAG 2.2 asks for small text (1.4.3)
_SOFT = "#5a6772"
_EDGE = "#b9c4cb"
_TINT = 0.06
_FOOT = 20  # millimetres that the company's own two lines take
_FOOT_LINE = 4
_FOOTER_CHARACTERS = 105  # that fit one line


def contrast_with_white(colour: str) -> float:
    """The WCAG contrast ratio of `#rrggbb` on white, from 1 to 21."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def readable(colour: str) -> str:
    """`colour` itself when it reads well on white, else the nearest darker shade that does."""
    share = 1.0
    shade = colour
    while contrast_with_white(shade) < READABLE:
        share -= 0.01
        shade = _hex(channel * share for channel in _channels(colour))
    return shade


def theme_variables(theme: PrintTheme) -> dict[str, str]:
    """The CSS variables by which a theme differs from the plain sheet."""
    brand = INK if theme.name == "minimal" else readable(theme.brand)
    variables = {
        "brand": brand,
        "title": brand,
        "head-bg": "transparent",
        "head-ink": _SOFT,
        "head-rule": brand,
        "due-bg": "transparent",
        "due-ink": brand,
        "pad": "0mm",
        "panel-bg": _hex(255 - (255 - channel) * _TINT for channel in _channels(brand)),
        "bar": "transparent",
        "to-x": "95mm",
        "title-x": "0mm",
        "title-w": "70mm",
        "foot": f"{_FOOT + _FOOT_LINE * -(-len(theme.footer) // _FOOTER_CHARACTERS)}mm",
    }
    if theme.name == "minimal":
        variables |= {"title": _SOFT, "panel-bg": "transparent"}
    if theme.name == "bold":
        variables |= {
            "head-bg": brand,
            "due-bg": brand,
            "head-ink": "#fff",
            "due-ink": "#fff",
            "pad": "3mm",
        }
    if theme.window == "left":
        variables |= {"to-x": "0mm", "title-x": "95mm", "title-w": "75mm"}
    return variables | {"panel-edge": _EDGE if theme.name == "minimal" else variables["panel-bg"]}


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(channel):02x}" for channel in channels)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
