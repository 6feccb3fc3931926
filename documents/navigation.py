from django.utils.translation import gettext_lazy as _

from core.navigation import Entry, declare

declare(Entry(_("Numbering"), "documents:numbering", "hash", _("Settings"), 93, owner_only=True))
declare(Entry(_("Default texts"), "documents:texts", "scroll-text", _("Settings"), 93, owner_only=True))
