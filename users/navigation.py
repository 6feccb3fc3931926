from django.utils.translation import gettext_lazy as _

from core.navigation import Entry, declare

declare(Entry(_("Users"), "users:list", "user-check", _("Settings"), 90, owner_only=True))
declare(Entry(_("Company"), "users:company", "building-2", _("Settings"), 91, owner_only=True))
declare(Entry(_("API access"), "users:tokens", "key-round", _("Settings"), 93))
