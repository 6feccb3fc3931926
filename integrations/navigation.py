from django.utils.translation import gettext_lazy as _

from core.navigation import Entry, declare

declare(Entry(_("Applications and connections"), "integrations:list", "plug", _("Settings"), 92))
