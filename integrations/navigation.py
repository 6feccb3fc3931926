from django.utils.translation import gettext_lazy as _

from core.navigation import Entry, declare

declare(Entry(_("Applications"), "integrations:list", "plug", _("Settings"), 92))
