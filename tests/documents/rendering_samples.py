"""Sample documents of the printing room, the same for its tests and its benchmark."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from documents.rendering.model import (
    PrintDocument,
    PrintLine,
    PrintLogo,
    PrintParty,
    PrintPayment,
    PrintReference,
    PrintSeller,
    PrintVat,
)

D = Decimal

LOGO_SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 26" width="120" height="26">
<path d="M13 2 23 8v10l-10 6L3 18V8z" fill="none" stroke="#0e5a73" stroke-width="2.4" stroke-linejoin="round"/>
<path d="M13 7v12M8 10l10 6M18 10 8 16" stroke="#2fa3b8" stroke-width="1.8" stroke-linecap="round"/>
<path d="M34 20V6h9M34 13h8M49 20V6h4a4 4 0 0 1 0 8h-4m5 0 4 6M66 6v14M86 8a7 7 0 1 0 0 10v-4h-4" fill="none"
 stroke="#15212b" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>"""

FRIGOTECH = PrintSeller(
    name="Frigotech SRL",
    lines=("Rue de l’Industrie 18", "1070 Bruxelles"),
    vat_number="BE 0123.456.749",
    court="Bruxelles",
    phone="+32 2 555 01 42",
    email="facturation@frigotech.example",
    website="frigotech.example",
    iban="BE68 5390 0754 7034",
    bic="TRIOBEBB",
    logo=PrintLogo(content=LOGO_SVG, media_type="image/svg+xml"),
)
BAKERY = PrintParty(
    name="Boulangerie Dupont SRL",
    lines=("À l’attention de Mme Claire Dupont", "Chaussée de Wavre 221 bte 3", "1050 Bruxelles"),
    vat_number="BE 0403.019.261",
)
ORDER = PrintLine(
    role="text",
    description="Bon de travail BT-2026-0311, entretien annuel du froid commercial",
    detail="18 novembre 2026 · Chambre froide positive CF-01, cellule de surgélation CS-02",
)
RENOVATION_CLAUSE = (
    "Taux de TVA : en l'absence de contestation par écrit, dans un délai d'un mois à compter de la réception de la "
    "facture, le client est présumé reconnaître que (1) les travaux sont effectués à un bâtiment d'habitation dont "
    "la première occupation a eu lieu au cours d'une année civile qui précède d'au moins dix ans la date de la "
    "première facture relative à ces travaux, (2) qu'après l'exécution de ces travaux, l'habitation est utilisée, "
    "soit exclusivement, soit à titre principal comme logement privé et (3) que ces travaux sont fournis et "
    "facturés à un consommateur final. Si au moins une de ces conditions n'est pas remplie, le taux normal de TVA "
    "de 21 % sera applicable et le client endossera, par rapport à ces conditions, la responsabilité quant au "
    "paiement de la taxe, des intérêts et des amendes dus."
)
REVERSE_CHARGE_CLAUSE = (
    "Verlegging van heffing. Bij gebrek aan schriftelijke betwisting binnen een termijn van één maand na de "
    "ontvangst van de factuur, wordt de afnemer geacht te erkennen dat hij een belastingplichtige is gehouden tot "
    "de indiening van periodieke aangiften. Als die voorwaarde niet vervuld is, is de afnemer ten aanzien van die "
    "voorwaarde aansprakelijk voor de betaling van de verschuldigde belasting, interesten en geldboeten."
)
CREDIT_MENTION = "TVA à reverser à l'État dans la mesure où elle a été initialement déduite."

_PARTS = [
    ("Filtre déshydrateur 3/8” à braser", "2", "24.90"),
    ("Vanne d’expansion thermostatique", "1", "86.40"),
    ("Joint magnétique de porte", "1", "118.40"),
    ("Ventilateur d’évaporateur 34 W", "2", "96.75"),
    ("Sonde de température NTC", "3", "12.60"),
    ("Tube cuivre isolé 3/8”, au mètre", "6", "9.85"),
    ("Résistance de dégivrage 450 W", "1", "74.20"),
    ("Pressostat haute pression", "1", "41.30"),
    ("Voyant liquide 3/8”", "2", "17.75"),
    ("Contacteur 25 A", "1", "38.90"),
    ("Presse-étoupe M20", "12", "2.15"),
    ("Attestation d’étanchéité", "1", "35.00"),
]


def item(
    description: str,
    quantity: str,
    unit: str,
    price: str,
    net: str,
    *,
    discount: str = "",
    rate: str = "21",
    detail: str = "",
) -> PrintLine:
    """An item line from the texts of its numbers."""
    return PrintLine(
        description=description,
        detail=detail,
        quantity=D(quantity),
        unit=unit,
        unit_price=D(price),
        discount_percent=D(discount) if discount else None,
        vat_rate=D(rate),
        net=D(net),
    )


def section(title: str) -> PrintLine:
    """A section title."""
    return PrintLine(role="section", description=title)


def parts(count: int) -> tuple[PrintLine, ...]:
    """`count` one-line items, the same dozen over and over."""
    chosen = (_PARTS[position % len(_PARTS)] for position in range(count))
    return tuple(item(name, quantity, "C62", price, str(D(quantity) * D(price))) for name, quantity, price in chosen)


def invoice(lines: tuple[PrintLine, ...], **changes: object) -> PrintDocument:
    """A French invoice of 24 November 2026 for these lines, at 21 %."""
    net = sum((line.net for line in lines if line.net is not None), D(0))
    vat = (net * 21 / 100).quantize(D("0.01"))
    document = PrintDocument(
        language="fr",
        number="2026-0142",
        seller=FRIGOTECH,
        buyer=BAKERY,
        lines=lines,
        vat_lines=(PrintVat(category="S", rate=D(21), base=net, amount=vat),),
        total_net=net,
        total_vat=vat,
        total_gross=net + vat,
        payable=net + vat,
        issue_date=date(2026, 11, 24),
        delivery_date=date(2026, 11, 18),
        due_date=date(2026, 12, 24),
        customer_reference="PO-77812",
        site_address=("Rue du Trône 60", "1050 Bruxelles"),
        payment=PrintPayment(
            iban=FRIGOTECH.iban,
            bic=FRIGOTECH.bic,
            payee=FRIGOTECH.name,
            structured_message="+++012/6000/14252+++",
            amount=net + vat,
            due_date=date(2026, 12, 24),
        ),
    )
    return replace(document, **changes)  # type: ignore[arg-type]


def plain(count: int = 12) -> PrintDocument:
    """An order and `count` one-line rows: what is measured."""
    return invoice((ORDER, *parts(count)))


def work_order() -> PrintDocument:
    """The commonest invoice: sections, hours, kilometres, details, discounts, a note, a deposit; two pages."""
    lines = (
        ORDER,
        section("Main-d’œuvre et déplacement"),
        item(
            "Marc Peeters, 18 novembre", "2.5", "HUR", "65.00", "162.50",
            detail="Contrôle d’étanchéité, nettoyage des condenseurs, relevé des pressions",
        ),
        item(
            "Élodie Renard, 18 novembre", "0.83333334", "HUR", "58.50", "48.75",
            detail="Remplacement du joint de porte CF-01",
        ),
        item("Kilomètres parcourus", "42.5", "KMT", "0.45", "19.13"),
        section("Matériel"),
        item("Filtre déshydrateur 3/8” à braser", "2", "C62", "24.90", "49.80"),
        item(
            "Fluide frigorigène R-449A", "0.85", "KGM", "89.00", "75.65",
            detail="Appoint du circuit CF-01, fuite réparée au raccord flare du détendeur ; contrôle à l’azote "
            "sous 28 bar pendant 24 heures, sans perte de pression constatée",
        ),
        item("Joint magnétique de porte, sur mesure", "1", "C62", "118.40", "106.56", discount="10"),
        item("Ventilateur d’évaporateur 230 V, 34 W", "2", "C62", "96.75", "174.15", discount="10"),
        item("Sonde de température NTC, câble 3 m", "3", "C62", "12.60", "37.80"),
        item("Tube cuivre isolé 3/8”", "6.5", "MTR", "9.85", "64.03"),
        item("Résistance de dégivrage 450 W", "1", "C62", "74.20", "74.20"),
        item("Élimination agréée du fluide usagé", "0.6", "KGM", "8.50", "5.10"),
        item("Attestation annuelle d’étanchéité", "1", "C62", "35.00", "35.00"),
    )  # fmt: skip
    document = invoice(lines)
    assert document.payment is not None
    payable = document.total_gross - D("250.00")
    return replace(
        document,
        prepaid=(("Acompte reçu le 3 novembre", D("250.00")),),
        payable=payable,
        payment=replace(document.payment, amount=payable),
        note="Merci de prévoir un accès dégagé au local technique pour la visite de contrôle de mai 2027. "
        "La garantie sur les ventilateurs est de deux ans.",
    )


def renovation() -> PrintDocument:
    """Two rates and the long clause of the 6 % regime, for a household."""
    lines = (
        PrintLine(
            role="text",
            description="Bon de travail BT-2026-0340, remplacement d’une pompe à chaleur air-eau",
            detail="17 novembre 2026",
        ),
        section("Travaux à l’habitation"),
        item("Main-d’œuvre, deux techniciens", "13", "HUR", "62.00", "806.00", rate="6"),
        item(
            "Pompe à chaleur air-eau 9 kW", "1", "C62", "5480.00", "5480.00", rate="6",
            detail="Unité extérieure et module hydraulique, n° de série 4417-20931",
        ),
        item("Ballon tampon 100 litres", "1", "C62", "612.00", "612.00", rate="6"),
        item("Mise en service et réglage de la courbe de chauffe", "1", "C62", "240.00", "240.00", rate="6"),
        section("Hors travaux immobiliers"),
        item("Contrat de suivi à distance, douze mois", "12", "MON", "9.50", "114.00"),
    )  # fmt: skip
    document = invoice(lines)
    assert document.payment is not None
    return replace(
        document,
        number="2026-0156",
        buyer=PrintParty(name="Mme Sofie Škodová et M. Łukasz Maes", lines=("Avenue des Tilleuls 27", "1410 Waterloo")),
        customer_reference="",
        site_address=(),
        delivery_date=date(2026, 11, 17),
        vat_lines=(
            PrintVat(category="S", rate=D(6), base=D("7138.00"), amount=D("428.28")),
            PrintVat(category="S", rate=D(21), base=D("114.00"), amount=D("23.94")),
        ),
        total_vat=D("452.22"),
        total_gross=D("7704.22"),
        payable=D("7704.22"),
        payment=replace(document.payment, amount=D("7704.22"), structured_message="+++012/6000/15666+++"),
        mentions=(RENOVATION_CLAUSE,),
    )


def reverse_charge() -> PrintDocument:
    """A Dutch invoice without VAT for a contractor."""
    lines = (
        PrintLine(
            role="text",
            description="Werkbon WB-2026-0327, plaatsing VRV-buitenunit",
            detail="20 november 2026 · Buitenunit VRV-3, dak blok B",
        ),
        section("Werkuren en verplaatsing"),
        item(
            "Marc Peeters, 20 november", "7.25", "HUR", "65.00", "471.25", rate="0",
            detail="Plaatsing, aansluiting en drukproef",
        ),
        item("Élodie Renard, 20 november", "7.25", "HUR", "58.50", "424.13", rate="0"),
        item("Kilometers", "64", "KMT", "0.45", "28.80", rate="0"),
        section("Materiaal"),
        item("Koelleiding geïsoleerd 1/4” – 5/8”", "38", "MTR", "17.40", "661.20", rate="0"),
        item("Koelmiddel R-32", "2.4", "KGM", "46.00", "110.40", rate="0"),
        item("Trillingsdempers, set van vier", "2", "SET", "38.50", "77.00", rate="0"),
    )  # fmt: skip
    document = invoice(tuple(replace(line, vat_category="AE") for line in lines))
    assert document.payment is not None
    return replace(
        document,
        language="nl",
        number="2026-0151",
        seller=replace(FRIGOTECH, court="Brussel"),
        buyer=PrintParty(
            name="Bouwgroep Vandenberghe NV",
            lines=("t.a.v. de boekhouding", "Brusselsesteenweg 412", "1731 Asse"),
            vat_number="BE 0428.123.485",
        ),
        customer_reference="WERF-1180",
        site_address=("Lindelaan 8, blok B", "3080 Tervuren"),
        delivery_date=date(2026, 11, 20),
        vat_lines=(PrintVat(category="AE", rate=D(0), base=D("1772.78"), amount=D("0.00")),),
        total_vat=D("0.00"),
        total_gross=D("1772.78"),
        payable=D("1772.78"),
        payment=replace(document.payment, amount=D("1772.78"), structured_message="+++012/6000/15161+++"),
        mentions=(REVERSE_CHARGE_CLAUSE,),
    )


def english() -> PrintDocument:
    """An English invoice with a discount and hours."""
    lines = (
        PrintLine(
            role="text",
            description="Work order WO-2026-0318, cleanroom air handling unit",
            detail="18 November 2026 · Unit AHU-2, chilled water coil",
        ),
        section("Labour and travel"),
        item("Marc Peeters, 18 November", "3.75", "HUR", "65.00", "243.75", detail="Filter change, belt tension"),
        item("Kilometres", "28", "KMT", "0.45", "12.60"),
        section("Materials"),
        item("HEPA filter H14, 610 × 610 mm", "4", "C62", "312.00", "1185.60", discount="5"),
        item("V-belt SPZ 1250", "2", "C62", "18.30", "36.60"),
    )
    buyer = PrintParty(
        name="Northwind Laboratories BV",
        lines=("Accounts payable", "Leuvensesteenweg 510 box 2", "1930 Zaventem"),
        vat_number="BE 0466.777.108",
    )
    note = "Filters were fitted in the order shown on the enclosed report."
    return invoice(lines, language="en", number="2026-0160", buyer=buyer, note=note)


def credit_note() -> PrintDocument:
    """A partial credit note with its mention."""
    lines = (
        PrintLine(role="text", description="Ventilateurs repris en garantie, ramenés au dépôt le 1er décembre 2026."),
        item("Ventilateur d’évaporateur 230 V, 34 W", "2", "C62", "96.75", "174.15", discount="10"),
        item("Sonde de température NTC, câble 3 m", "3", "C62", "12.60", "37.80"),
    )
    return invoice(
        lines,
        title_kind="credit_note",
        number="NC-2026-0009",
        corrects=PrintReference(number="2026-0142", date=date(2026, 11, 24)),
        issue_date=date(2026, 12, 2),
        due_date=None,
        note="Ce montant est versé sur votre compte dans les quatorze jours.",
        mentions=(CREDIT_MENTION,),
    )


def draft() -> PrintDocument:
    """A work order's invoice before it is issued."""
    return replace(work_order(), is_draft=True, number=None, issue_date=None, due_date=None)
