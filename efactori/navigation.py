from django.utils.translation import gettext_lazy as _

from core.navigation import Entry, declare

declare(Entry(_("Overview"), "home", "layout-dashboard", "", 0))
