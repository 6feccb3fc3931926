from django.utils.translation import gettext_lazy as _

from core.navigation import Entry, declare

declare(Entry(_("Outbox"), "sending:outbox", "mail", _("Sales"), 14))
declare(Entry(_("E-mail texts"), "sending:texts", "message-square-text", _("Settings"), 94, owner_only=True))
