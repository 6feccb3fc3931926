"""The words of printed documents in the three languages of the customers, as of November 2026.

They are kept apart from the translations of the pages: a document speaks the language of its customer, whoever prints
it, and its wording is proofread as one piece. A word missing in one language is a type error.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Every word that a document prints by itself, in one language."""

    invoice: str
    credit_note: str
    draft_invoice: str
    draft_credit_note: str
    no_number: str
    draft_mark: str
    vat: str
    register: str
    corrects: str
    corrected_on: str  # takes {date}
    customer_reference: str
    buyer_vat: str
    site: str
    invoice_date: str
    credit_note_date: str
    delivery_date: str
    due_date: str
    payable: str
    in_your_favour: str
    description: str
    quantity: str
    unit_price: str
    discount: str
    total_net_column: str
    rate: str
    base: str
    total_net: str
    total_gross: str
    note: str
    payee: str
    structured_message: str
    amount: str
    qr: str
    scan: str
    categories: dict[str, str]  # VAT categories that a rate alone does not explain
    units: dict[str, str]  # UN/ECE recommendation 20 code: short name


_SYMBOLS = {
    "KMT": "km", "MTR": "m", "CMT": "cm", "MMT": "mm", "MTK": "m²", "MTQ": "m³", "LTR": "l", "KGM": "kg", "GRM": "g",
    "TNE": "t", "KWH": "kWh", "KWT": "kW", "MIN": "min", "P1": "%",
}  # fmt: skip

FRENCH = Labels(
    invoice="Facture",
    credit_note="Note de crédit",
    draft_invoice="Projet de facture",
    draft_credit_note="Projet de note de crédit",
    no_number="sans numéro",
    draft_mark="PROJET",
    vat="TVA",
    register="RPM",
    corrects="Corrige la facture",
    corrected_on="du {date}",
    customer_reference="Votre référence",
    buyer_vat="Votre n° de TVA",
    site="Lieu d’intervention",
    invoice_date="Date de facture",
    credit_note_date="Date de la note",
    delivery_date="Date de prestation",
    due_date="Échéance",
    payable="À payer",
    in_your_favour="En votre faveur",
    description="Description",
    quantity="Quantité",
    unit_price="Prix unitaire",
    discount="Remise",
    total_net_column="Total HTVA",
    rate="Taux",
    base="Base",
    total_net="Total hors TVA",
    total_gross="Total TVA comprise",
    note="Remarque",
    payee="Bénéficiaire",
    structured_message="Communication structurée",
    amount="Montant",
    qr="Code QR de paiement",
    scan="Scannez le code avec l’application de votre banque : montant et communication sont déjà remplis.",
    categories={
        "AE": "Autoliquidation",
        "K": "Intracommunautaire",
        "G": "Exportation",
        "E": "Exonéré",
        "O": "Hors champ",
    },
    units=_SYMBOLS
    | {
        "HUR": "h", "DAY": "jour", "WEE": "sem.", "MON": "mois", "ANN": "an",
        "C62": "pce", "H87": "pce", "SET": "jeu", "PR": "paire", "LS": "forfait", "XBX": "boîte", "XPK": "paquet",
    },
)  # fmt: skip

DUTCH = Labels(
    invoice="Factuur",
    credit_note="Creditnota",
    draft_invoice="Ontwerpfactuur",
    draft_credit_note="Ontwerp van creditnota",
    no_number="zonder nummer",
    draft_mark="ONTWERP",
    vat="Btw",
    register="RPR",
    corrects="Corrigeert factuur",
    corrected_on="van {date}",
    customer_reference="Uw referentie",
    buyer_vat="Uw btw-nummer",
    site="Plaats van de werken",
    invoice_date="Factuurdatum",
    credit_note_date="Datum creditnota",
    delivery_date="Datum levering",
    due_date="Vervaldatum",
    payable="Te betalen",
    in_your_favour="In uw voordeel",
    description="Omschrijving",
    quantity="Aantal",
    unit_price="Eenheidsprijs",
    discount="Korting",
    total_net_column="Totaal excl. btw",
    rate="Tarief",
    base="Basis",
    total_net="Totaal zonder btw",
    total_gross="Totaal inclusief btw",
    note="Opmerking",
    payee="Begunstigde",
    structured_message="Gestructureerde mededeling",
    amount="Bedrag",
    qr="QR-code voor betaling",
    scan="Scan de code met de app van uw bank: bedrag en mededeling zijn al ingevuld.",
    categories={
        "AE": "Verlegd",
        "K": "Intracommunautair",
        "G": "Uitvoer",
        "E": "Vrijgesteld",
        "O": "Niet onderworpen",
    },
    units=_SYMBOLS
    | {
        "HUR": "u", "DAY": "dag", "WEE": "week", "MON": "mnd", "ANN": "jaar",
        "C62": "st.", "H87": "st.", "SET": "set", "PR": "paar", "LS": "forfait", "XBX": "doos", "XPK": "pak",
    },
)  # fmt: skip

ENGLISH = Labels(
    invoice="Invoice",
    credit_note="Credit note",
    draft_invoice="Draft invoice",
    draft_credit_note="Draft credit note",
    no_number="no number yet",
    draft_mark="DRAFT",
    vat="VAT",
    register="RPM",
    corrects="Corrects invoice",
    corrected_on="of {date}",
    customer_reference="Your reference",
    buyer_vat="Your VAT number",
    site="Site address",
    invoice_date="Invoice date",
    credit_note_date="Credit note date",
    delivery_date="Date of supply",
    due_date="Due date",
    payable="Amount due",
    in_your_favour="In your favour",
    description="Description",
    quantity="Quantity",
    unit_price="Unit price",
    discount="Discount",
    total_net_column="Net amount",
    rate="Rate",
    base="Base",
    total_net="Total excluding VAT",
    total_gross="Total including VAT",
    note="Note",
    payee="Payee",
    structured_message="Structured communication",
    amount="Amount",
    qr="Payment QR code",
    scan="Scan the code with your banking app: amount and reference are filled in for you.",
    categories={
        "AE": "Reverse charge",
        "K": "Intra-Community",
        "G": "Export",
        "E": "Exempt",
        "O": "Not subject",
    },
    units=_SYMBOLS
    | {
        "HUR": "h", "DAY": "day", "WEE": "week", "MON": "month", "ANN": "year",
        "C62": "pc", "H87": "pc", "SET": "set", "PR": "pair", "LS": "lump", "XBX": "box", "XPK": "pack",
    },
)  # fmt: skip

LABELS = {"fr": FRENCH, "nl": DUTCH, "en": ENGLISH}


def labels_for(language: str) -> Labels:
    """The words of a language code such as `nl` or `nl-be`; French when the language is not ours."""
    return LABELS.get(language[:2], FRENCH)
