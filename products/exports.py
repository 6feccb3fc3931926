"""Products as a file: a supplier's price list comes in, the list goes out and comes back."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.sheets import Sheet, declare, same
from core.sheets.columns import KEPT, Amount, Choice, Flag, Percentage, Text, unshortened
from core.units import UNIT_CHOICES
from core.vat import RATES, RenovationRate
from products import services
from products.models import Product

UNIT_WORDS = {
    "st": "C62", "stk": "C62", "stuk": "C62", "stuks": "C62", "pc": "C62", "pce": "C62", "pces": "C62", "pcs": "C62",
    "pieces": "C62", "u": "C62", "unite": "C62", "unit": "C62", "ea": "C62", "h": "HUR", "heures": "HUR", "uren": "HUR",
    "hours": "HUR", "km": "KMT", "j": "DAY", "jours": "DAY", "kg": "KGM", "g": "GRM", "gr": "GRM", "l": "LTR",
    "liter": "LTR", "m": "MTR", "ml": "MTR", "lm": "MTR", "m2": "MTK", "m3": "MTQ", "set": "SET", "jeu": "SET",
    "ff": "LS", "fft": "LS", "boite": "XBX", "bte": "XBX", "doos": "XBX", "ds": "XBX", "pak": "XPK", "paquet": "XPK",
}  # fmt: skip
FIELDS = tuple(sorted(services.PRODUCT_FIELDS - {"group"}))

COLUMNS = (
    Text(
        key="number",
        label=_("Number"),
        longest=30,
        empty=KEPT,
        clean=unshortened,
        words=(
            "ref", "reference", "reference article", "code", "code article", "code produit", "article", "artikel",
            "numero article", "n article", "no article", "numero de produit", "artikelnummer", "artikelnr",
            "artikelcode", "productnummer", "productcode", "referentie", "item number", "item no", "product number",
            "product code", "sku", "part number",
        ),
    ),
    Text(
        key="name",
        label=_("Name"),
        longest=200,
        empty=KEPT,
        is_needed=True,
        words=(
            "designation", "libelle", "intitule", "denomination", "produit", "nom du produit", "description courte",
            "omschrijving", "benaming", "productnaam", "artikelomschrijving", "title", "item", "product",
            "product name", "designation article", "libelle article",
        ),
    ),
    Text(
        key="description",
        label=_("Description"),
        longest=5_000,
        has_lines=True,
        words=("texte", "description longue", "details", "lange omschrijving", "toelichting", "long description"),
    ),
    Text(
        key="group",
        label=_("Group"),
        longest=100,
        words=(
            "famille", "categorie", "gamme", "rubrique", "productgroep", "artikelgroep", "familie", "category",
            "family", "product group", "groupe de produits",
        ),
    ),
    Choice(key="unit", label=_("Unit"), choices=UNIT_CHOICES, others=UNIT_WORDS, words=("eh", "uom", "verkoopeenheid")),
    Amount(
        key="unit_price",
        label=_("Unit price"),
        words=(
            "prix", "prix de vente", "prix public", "prix catalogue", "prix htva", "prix ht", "tarif", "pv", "pvp",
            "prijs", "verkoopprijs", "brutoprijs", "catalogusprijs", "prijs excl btw", "price", "sales price",
            "list price", "prix brut",
        ),
    ),
    Flag(
        key="price_includes_vat",
        label=_("Price includes VAT"),
        words=("prix tvac", "tvac", "ttc", "prix tva comprise", "incl btw", "prijs incl btw", "incl vat"),
    ),
    Percentage(
        key="vat_rate", label=_("VAT rate"), one_of=RATES, words=("tva", "taux tva", "btw", "btw tarief", "vat")
    ),
    Choice(key="renovation_rate", label=_("Renovation at 6 %"), choices=RenovationRate.choices),
    Amount(
        key="purchase_price",
        label=_("Purchase price"),
        empty=None,
        words=(
            "prix d achat", "prix achat", "prix net", "prix d achat htva", "prix de revient", "pa", "aankoopprijs",
            "inkoopprijs", "nettoprijs", "kostprijs", "cost", "cost price", "net price", "buying price", "votre prix",
            "uw prijs",
        ),
    ),
    Text(
        key="ledger_account",
        label=_("Ledger account"),
        longest=10,
        words=("compte", "compte general", "compte grand livre", "grootboekrekening", "rekening", "account"),
    ),
    Text(
        key="ean",
        label=_("EAN"),
        longest=14,
        clean=unshortened,
        words=("code ean", "ean13", "ean 13", "gtin", "code barres", "barcode", "streepjescode", "ean code"),
    ),
    Text(
        key="external_id",
        label=_("External id"),
        longest=100,
        clean=unshortened,
        words=("id", "id externe", "externe id", "eid", "reference fournisseur", "leveranciersreferentie"),
    ),
    Flag(key="is_active", label=_("Active"), words=("actif", "actief")),
)  # fmt: skip


def values(product: Product) -> dict[str, Any]:
    """What the columns say of a product."""
    found = {name: getattr(product, name) for name in FIELDS}
    return {**found, "group": product.group.name if product.group else "", "is_active": product.is_active}


def rows() -> QuerySet[Product]:
    found: QuerySet[Product] = Product.objects.select_related("group").order_by("number", "id")
    return found


declare(
    Sheet(
        key="products",
        label=_("Products"),
        import_label=_("Import products"),
        place="products.list",
        list_url="products:list",
        columns=COLUMNS,
        matches=(
            same("number"),
            same("external_id"),
            same("ean"),
            same("name"),
        ),
        rows=rows,
        exported=rows,
        values=values,
        save=services.put_products,
        withdraw=services.withdraw_product,
        url=lambda pk: reverse("products:edit", args=[pk]),
    )
)
