"""Units of measure: the codes of UN/ECE Recommendation 20 and 21 that installers meet, with their names."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PIECE = "C62"
HOUR = "HUR"
KILOMETRE = "KMT"

UNITS = {
    PIECE: _("piece"),
    HOUR: _("hour"),
    KILOMETRE: _("kilometre"),
    "DAY": _("day"),
    "KGM": _("kilogram"),
    "GRM": _("gram"),
    "LTR": _("litre"),
    "MTR": _("metre"),
    "MTK": _("square metre"),
    "MTQ": _("cubic metre"),
    "SET": _("set"),
    "LS": _("lump sum"),
    "MON": _("month"),
    "ANN": _("year"),
    "XBX": pgettext_lazy("unit", "box"),
    "XPK": _("pack"),
}
UNIT_CHOICES = list(UNITS.items())
