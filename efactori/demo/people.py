"""The demo company itself, its technicians and its customers; none of them exists, and their mail goes nowhere."""

from decimal import Decimal
from typing import Any

from core.vat import Regime
from customers.services import AddressInput, ContactInput
from users.models import Region

COMPANY: dict[str, Any] = {
    "vat_number": "BE0123456749",
    "court": "Bruxelles",
    "email": "facturation@frigotech.example",
    "phone": "+32 2 555 01 42",
    "website": "www.frigotech.example",
    "street": "Rue de l'Industrie",
    "street_number": "18",
    "postal_code": "1070",
    "city": "Bruxelles",
    "region": Region.BRUSSELS,
    "iban": "BE68539007547034",
    "mileage_rate": Decimal("0.4500"),
    "payment_term_days": 30,
}

TECHNICIANS: list[dict[str, Any]] = [
    {
        "email": "marc@frigotech.example",
        "first_name": "Marc",
        "last_name": "Peeters",
        "hourly_cost": Decimal("38.0000"),
        "billable_rate": Decimal("65.0000"),
        "color": "#2f6f4e",
    },
    {
        "email": "elodie@frigotech.example",
        "first_name": "Élodie",
        "last_name": "Renard",
        "hourly_cost": Decimal("34.0000"),
        "billable_rate": Decimal("58.5000"),
        "color": "#8a3b5e",
    },
]

CUSTOMERS: list[dict[str, Any]] = [
    {
        "name": "Boulangerie Dupont SRL",
        "vat_number": "BE0403019261",
        "email": "compta@dupont.example",
        "phone": "+32 2 555 01 10",
        "language": "fr",
        "street": "Rue du Four",
        "street_number": "12",
        "postal_code": "1000",
        "city": "Bruxelles",
        "contacts": [ContactInput(name="Anne Dupont", email="anne@dupont.example", function="Gérante")],
        "addresses": [
            AddressInput(
                name="Atelier", street="Quai des Usines", street_number="4", postal_code="1000", city="Bruxelles"
            )
        ],
    },
    {
        "name": "Bakkerij Van den Berghe BV",
        "vat_number": "BE0498000176",
        "email": "info@vandenberghe.example",
        "phone": "+32 9 555 03 21",
        "language": "nl",
        "street": "Veldstraat",
        "street_number": "33",
        "postal_code": "9000",
        "city": "Gent",
        "payment_term_days": 15,
        "contacts": [
            ContactInput(name="Lieve Van den Berghe", email="lieve@vandenberghe.example", function="Zaakvoerder"),
            ContactInput(name="Tom Maes", email="boekhouding@vandenberghe.example", function="Boekhouding"),
        ],
    },
    {
        "name": "Famille Lambert",
        "is_company": False,
        "email": "famille.lambert@courrier.example",
        "phone": "+32 470 55 04 18",
        "language": "fr",
        "street": "Avenue des Tilleuls",
        "street_number": "7",
        "postal_code": "1300",
        "city": "Wavre",
        "addresses": [
            AddressInput(
                name="Maison (1978)",
                street="Avenue des Tilleuls",
                street_number="7",
                postal_code="1300",
                city="Wavre",
                region=Region.WALLONIA,
                vat_regime=Regime.RENOVATION,
            ),
            AddressInput(
                name="Appartement à la mer (2021)",
                street="Zeedijk",
                street_number="210",
                box="5.02",
                postal_code="8400",
                city="Oostende",
                region=Region.FLANDERS,
                vat_regime=Regime.STANDARD,
            ),
        ],
    },
    {
        "name": "Entreprise générale Marchal SA",
        "vat_number": "BE0555056071",
        "vat_regime": Regime.REVERSE_CHARGE,
        "email": "factures@marchal.example",
        "phone": "+32 81 55 05 60",
        "language": "fr",
        "street": "Chaussée de Dinant",
        "street_number": "480",
        "postal_code": "5000",
        "city": "Namur",
        "payment_term_days": 60,
        "contacts": [ContactInput(name="Olivier Marchal", phone="+32 81 55 05 61", function="Chef de projet")],
        "addresses": [
            AddressInput(
                name="Chantier Résidence du Lac",
                street="Rue du Lac",
                street_number="3",
                postal_code="1348",
                city="Louvain-la-Neuve",
                region=Region.WALLONIA,
            )
        ],
    },
    {
        "name": "Koeltechniek De Maas B.V.",
        "vat_number": "NL004495445B01",
        "email": "administratie@demaas.example",
        "phone": "+31 43 555 06 70",
        "language": "nl",
        "street": "Stationsplein",
        "street_number": "24",
        "postal_code": "6221 BT",
        "city": "Maastricht",
        "country": "NL",
    },
    {
        "name": "Meridian Serviced Offices Ltd",
        "vat_number": "BE0555078045",
        "email": "accounts@meridian.example",
        "phone": "+32 2 555 07 80",
        "language": "en",
        "street": "Avenue Louise",
        "street_number": "331",
        "box": "4",
        "postal_code": "1050",
        "city": "Bruxelles",
        "contacts": [ContactInput(name="Fiona Walsh", email="fiona@meridian.example", function="Facility manager")],
    },
    {
        "name": "Mevrouw Ingrid Claessens",
        "is_company": False,
        "email": "ingrid.claessens@post.example",
        "phone": "+32 486 55 08 92",
        "language": "nl",
        "street": "Lindelaan",
        "street_number": "51",
        "postal_code": "1800",
        "city": "Vilvoorde",
    },
    {
        "name": "École communale Les Marronniers",
        "email": "economat@marronniers.example",
        "phone": "+32 2 555 09 04",
        "language": "fr",
        "street": "Rue des Écoles",
        "street_number": "2",
        "postal_code": "1180",
        "city": "Bruxelles",
        "contacts": [ContactInput(name="Salima Benali", email="direction@marronniers.example", function="Direction")],
    },
]
