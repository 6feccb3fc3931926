"""Customers, suppliers and prospects as a file that goes out and comes back; contacts and addresses stay here."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.sheets import Match, Sheet, declare, same
from core.sheets.columns import KEPT, Choice, Country, Flag, Text, Whole, unshortened, vat_number
from core.vat import Regime
from customers import services
from customers.matching import name_key
from customers.models import Party
from users.models import Language

LANGUAGE_WORDS = {
    "francais": "fr", "frans": "fr", "french": "fr", "neerlandais": "nl", "nederlands": "nl", "dutch": "nl",
    "anglais": "en", "engels": "en", "english": "en", "f": "fr", "n": "nl", "e": "en",
}  # fmt: skip
FIELDS = tuple(sorted(services.PARTY_FIELDS - {"custom_fields"}))

COLUMNS = (
    Text(
        key="number",
        label=_("Number"),
        longest=30,
        empty=KEPT,
        clean=unshortened,
        words=(
            "numero client", "n client", "no client", "code client", "code", "klantnummer", "klantnr", "klantcode",
            "customer number", "customer no", "customer code", "reference",
        ),
    ),
    Text(
        key="name",
        label=_("Name"),
        longest=200,
        empty=KEPT,
        is_needed=True,
        words=(
            "client", "nom du client", "societe", "raison sociale", "denomination", "nom complet", "klant", "klantnaam",
            "bedrijf", "bedrijfsnaam", "firma", "firmanaam", "customer", "customer name", "company name",
        ),
    ),
    Flag(key="is_company", label=_("Company"), words=("professionnel", "assujetti", "is company")),
    Text(
        key="vat_number",
        label=_("VAT number"),
        longest=20,
        clean=vat_number,
        words=(
            "tva", "n tva", "no tva", "num tva", "numero d entreprise", "n entreprise", "bce", "btw", "btw nr",
            "ondernemingsnummer", "kbo", "vat", "vat no", "enterprise number",
        ),
    ),
    Choice(key="vat_regime", label=_("VAT regime"), choices=Regime.choices, empty=""),
    Text(
        key="email",
        label=_("E-mail"),
        longest=254,
        words=("email", "mail", "courriel", "adresse mail", "adresse e mail", "e mailadres", "mailadres"),
    ),
    Text(
        key="phone",
        label=_("Phone"),
        longest=40,
        words=("tel", "tel no", "gsm", "mobile", "portable", "numero de telephone", "telefoonnummer", "telefoon"),
    ),
    Choice(
        key="language", label=_("Language"), choices=Language.choices, others=LANGUAGE_WORDS, words=("taal", "langue")
    ),
    Text(
        key="street",
        label=_("Street"),
        longest=150,
        words=("adresse", "adresse 1", "adres", "straat", "address", "address 1", "rue"),
    ),
    Text(
        key="street_number",
        label=_("Street number"),
        longest=20,
        words=("numero de maison", "n", "no", "nr", "huisnummer", "huisnr", "house number"),
    ),
    Text(key="box", label=_("Box"), longest=20, words=("bte", "boite", "bus", "postbus")),
    Text(
        key="postal_code",
        label=_("Postal code"),
        longest=20,
        words=("cp", "code postal", "postcode", "zip", "zip code"),
    ),
    Text(
        key="city",
        label=_("City"),
        longest=100,
        words=("localite", "commune", "ville", "gemeente", "plaats", "woonplaats", "stad", "town"),
    ),
    Country(key="country", label=_("Country"), words=("pays", "code pays", "land", "landcode", "country code")),
    Whole(
        key="payment_term_days",
        label=_("Payment term in days"),
        most=365,
        empty=None,
        words=(
            "delai", "delai de paiement", "echeance", "termijn", "betalingstermijn", "betaaltermijn", "payment term",
            "terms",
        ),
    ),
    Text(key="currency", label=_("Currency"), longest=3, empty="EUR", words=("devise", "munt", "valuta")),
    Flag(key="is_customer", label=_("Is a customer"), words=("is customer",)),
    Flag(key="is_supplier", label=_("Is a supplier"), words=("is supplier",)),
    Flag(key="is_prospect", label=_("Is a prospect"), words=("is prospect",)),
    Text(
        key="external_id",
        label=_("External id"),
        longest=100,
        clean=unshortened,
        words=("id", "id externe", "externe id", "eid"),
    ),
    Flag(key="is_archived", label=_("Archived"), words=("archive", "gearchiveerd")),
)  # fmt: skip


def values(party: Party) -> dict[str, Any]:
    """What the columns say of a party."""
    return {**{name: getattr(party, name) for name in FIELDS}, "is_archived": party.is_archived}


def rows() -> QuerySet[Party]:
    found: QuerySet[Party] = Party.objects.order_by("number", "id")
    return found


def exported() -> QuerySet[Party]:
    return rows().filter(merged_into=None)


def barred(party: Party) -> str:
    """A merged party stands for another one now."""
    return gettext("This customer was merged into another one. Use that one.") if party.merged_into_id else ""


declare(
    Sheet(
        key="customers",
        label=_("Customers"),
        import_label=_("Import customers"),
        place="customers.list",
        list_url="customers:list",
        columns=COLUMNS,
        matches=(
            same("number"),
            same("external_id"),
            same("vat_number"),
            Match(
                ("email", "name"),
                "name_key",
                lambda given: name_key(given["name"]),
                lambda given: (name_key(given["name"]), given["email"].casefold()),
            ),
            Match(
                ("name", "postal_code"),
                "name_key",
                lambda given: name_key(given["name"]),
                lambda given: (name_key(given["name"]), given["postal_code"]),
            ),
            Match(
                ("name",),
                "name_key",
                lambda given: name_key(given["name"]),
                # Of a name alone only one that is as bare is the same.
                lambda given: (name_key(given["name"]), given.get("postal_code", ""), given.get("email", "")),
            ),
        ),
        rows=rows,
        exported=exported,
        values=values,
        save=services.put_parties,
        withdraw=services.withdraw_party,
        url=lambda pk: reverse("customers:detail", args=[pk]),
        barred=barred,
    )
)
