"""The timeline's sentences about invoices, credit notes and their files."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from documents.pages import register_sentence


def _excepted(data: Mapping[str, Any]) -> str:
    return _("“%(line)s” keeps its own VAT rate: %(reason)s") % {"line": data["line"], "reason": data["reason"]}


for kind in ("invoice", "credit_note"):
    register_sentence(f"invoices.{kind}.created", lambda data: _("Draft made"), icon="file-plus")
    register_sentence(f"invoices.{kind}.updated", lambda data: _("Draft changed"), icon="pencil-line")
    register_sentence(f"invoices.{kind}.annotated", lambda data: _("Internal note changed"), icon="lock")
    register_sentence(f"invoices.{kind}.vat_excepted", _excepted, icon="percent", tone="warn")
    register_sentence(
        f"invoices.{kind}.issued", lambda data: _("Issued as %s") % data["number"], icon="file-check", tone="ok"
    )
register_sentence("invoices.invoice.credited", lambda data: _("Credit note made"), icon="undo-2", tone="info")
