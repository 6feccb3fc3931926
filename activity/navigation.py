from django.utils.translation import gettext_lazy as _

from core.navigation import Entry, declare

declare(Entry(_("Jobs"), "activity:jobs", "list-checks", _("Settings"), 95))
