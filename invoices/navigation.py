from django.utils.translation import gettext_lazy as _

from core.navigation import Entry, declare

declare(Entry(_("Invoices"), "invoices:list", "receipt-text", _("Sales"), 10))
declare(Entry(_("Credit notes"), "invoices:credit-notes", "file-minus", _("Sales"), 12))
declare(Entry(_("Sales journal"), "invoices:journal", "book-open", _("Sales"), 15))
