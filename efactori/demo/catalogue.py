"""What the demo company sells: number, name, group, unit, price, purchase price, and what differs from the usual."""

from decimal import Decimal
from typing import Any

from core.vat import RenovationRate

FILTERS, COLD, HEAT_PUMPS, BOILERS, SMALL, SERVICES = (
    "Filtres et ventilation",
    "Froid et fluides",
    "Pompes à chaleur",
    "Chaudières",
    "Petit matériel",
    "Forfaits",
)
GROUPS = (FILTERS, COLD, HEAT_PUMPS, BOILERS, SMALL, SERVICES)

_HEAT_PUMP: dict[str, Any] = {"renovation_rate": RenovationRate.HEAT_PUMP}
_BOILER: dict[str, Any] = {"renovation_rate": RenovationRate.EXCLUDED}
_INCLUDING_VAT: dict[str, Any] = {"price_includes_vat": True}
_LOW_RATE: dict[str, Any] = {"vat_rate": Decimal("6.00")}

PRODUCTS: list[tuple[str, str, str, str, str, str, dict[str, Any]]] = [
    ("P0001", "Filtre G4 592x592", FILTERS, "C62", "24.9000", "11.2000", {}),
    ("P0002", "Filtre F7 592x592", FILTERS, "C62", "38.5000", "18.4000", {}),
    ("P0003", "Courroie de ventilateur SPZ 1250", FILTERS, "C62", "17.8000", "7.9000", {}),
    ("P0004", "Conduit spiralé 160 mm", FILTERS, "MTR", "14.6000", "6.7500", {}),
    ("P0005", "Bouche d'extraction 125 mm", FILTERS, "C62", "21.3500", "9.6000", {}),
    ("P0006", "Réfrigérant R-32", COLD, "KGM", "62.0000", "34.0000", {}),
    ("P0007", "Réfrigérant R-410A", COLD, "KGM", "89.0000", "52.0000", {}),
    ("P0008", "Azote de rinçage", COLD, "MTQ", "9.7500", "4.1000", {}),
    ("P0009", "Déshydrateur 3/8", COLD, "C62", "42.2000", "21.0000", {}),
    ("P0010", "Vanne d'expansion thermostatique", COLD, "C62", "118.0000", "66.5000", {}),
    ("P0011", "Tube cuivre isolé 1/4 - 3/8", COLD, "MTR", "16.4500", "8.2000", {}),
    ("P0012", "Climatiseur mural 3,5 kW", HEAT_PUMPS, "SET", "1290.0000", "742.0000", {}),
    ("P0013", "Pompe à chaleur air-eau 8 kW", HEAT_PUMPS, "SET", "6480.0000", "4390.0000", _HEAT_PUMP),
    ("P0014", "Pompe à chaleur air-eau 12 kW", HEAT_PUMPS, "SET", "7950.0000", "5480.0000", _HEAT_PUMP),
    ("P0015", "Ballon tampon 100 litres", HEAT_PUMPS, "C62", "489.0000", "297.0000", _HEAT_PUMP),
    ("P0016", "Chaudière gaz à condensation 24 kW", BOILERS, "C62", "2180.0000", "1420.0000", _BOILER),
    ("P0017", "Brûleur gaz modulant", BOILERS, "C62", "865.0000", "540.0000", _BOILER),
    ("P0018", "Électrode d'allumage", BOILERS, "C62", "46.9000", "19.8000", _BOILER),
    ("P0019", "Thermostat d'ambiance programmable", SMALL, "C62", "149.0000", "72.0000", _INCLUDING_VAT),
    ("P0020", "Télécommande infrarouge", SMALL, "C62", "59.9000", "24.5000", _INCLUDING_VAT),
    ("P0021", "Pompe de relevage de condensats", SMALL, "C62", "96.0000", "51.0000", {}),
    ("P0022", "Support mural antivibratile", SMALL, "SET", "54.5000", "25.9000", {}),
    ("P0023", "Nettoyant pour évaporateur", SMALL, "LTR", "18.9000", "8.3000", {}),
    ("P0024", "Entretien annuel d'un climatiseur", SERVICES, "LS", "135.0000", "60.0000", {}),
    ("P0025", "Contrôle d'étanchéité avec attestation", SERVICES, "LS", "95.0000", "42.0000", {}),
    ("P0026", "Eau déminéralisée", SMALL, "LTR", "1.2000", "0.4500", _LOW_RATE),
    ("P0027", "Pièce spéciale, prix selon offre", SERVICES, "C62", "0.0000", "0.0000", {}),
]
