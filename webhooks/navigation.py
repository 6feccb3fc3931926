from django.utils.translation import gettext_lazy as _

from core.navigation import Entry, declare

declare(Entry(_("Webhooks"), "webhooks:list", "webhook", _("Settings"), 94, owner_only=True))
