"""What customers ask of a new company, the tabs of their own page, and the sentences of its timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.timeline import register_sentence
from core import panels, tabs
from core.first_steps import Step
from core.first_steps import declare as declare_step
from core.identifiers import format_vat
from customers import registrations
from customers.models import Party


def _has_customer(_company: Any) -> bool:
    return bool(Party.objects.exists())


declare_step(
    Step(
        order=30,
        label=gettext_lazy("Add a customer"),
        hint=gettext_lazy("A name is enough to begin with."),
        icon="users",
        url_name="customers:create",
        is_done=_has_customer,
    )
)

tabs.declare(
    tabs.Tab(
        "customers:detail",
        "figures",
        10,
        gettext_lazy("Key figures"),
        "customers/figures.html",
        lambda request, party: {"panels": panels.render("customers.party", request, party)},
    )
)
tabs.declare(
    tabs.Tab(
        "customers:detail",
        "contacts",
        30,
        gettext_lazy("Contacts"),
        "customers/contacts.html",
        lambda _request, party: {"contacts": party.contacts.all()},
        lambda party: party.contacts.count(),
    )
)
tabs.declare(
    tabs.Tab(
        "customers:detail",
        "addresses",
        40,
        gettext_lazy("Addresses"),
        "customers/addresses.html",
        lambda _request, party: {"addresses": party.addresses.all()},
        lambda party: party.addresses.count(),
    )
)


def _changed(data: Mapping[str, Any]) -> str:
    names = {field.name: field.verbose_name for field in Party._meta.concrete_fields}
    names |= {"contacts": _("contact persons"), "addresses": _("addresses"), "custom_fields": _("own fields")}
    return _("Changed: %s") % ", ".join(str(names.get(name, name)) for name in data["changed"])


def _checked(data: Mapping[str, Any]) -> str:
    told = {**data, "vat_number": format_vat(data["vat_number"])}
    if not data["is_registered"]:
        text = _("VIES does not know the VAT number %(vat_number)s") % told
    elif data["name"]:
        text = _("VAT number %(vat_number)s checked: registered to %(name)s") % told
    else:
        text = _("VAT number %(vat_number)s checked: registered") % told
    consultation = _("consultation number %s") % data["consultation"] if data["consultation"] else ""
    return ", ".join(filter(None, (text, data["address"], consultation)))


register_sentence(
    "customers.party.created", lambda data: _("Customer added with number %s") % data["number"], icon="user-plus"
)
register_sentence("customers.party.updated", _changed, icon="pencil-line")
register_sentence(
    "customers.party.archived",
    lambda data: _("Merged into another customer") if "merged_into" in data else _("Put in the archive"),
    icon="archive",
    tone="warn",
)
register_sentence(registrations.CHECKED, _checked, icon="shield-check", tone="info")
register_sentence("customers.party.restored", lambda data: _("Taken out of the archive"), icon="archive-restore")
register_sentence(
    "customers.party.merged",
    lambda data: _("%(name)s (%(number)s) was merged into this customer") % data,
    icon="merge",
    tone="info",
    each=True,
)
