"""The sentences that Belgian law wants on a document, per regime and language.

Sources: royal decree no. 20, annex, table A, XXXVIII § 1 (renovation); royal decree no. 1, article 20 § 3, in force
since 1 January 2023 (reverse charge); VAT Code articles 39, 39bis, 44, 56bis, 79; directive 2006/112/EC article 196.
The statutory clauses exist in French and Dutch only: an English document explains in a line and prints the clause in
the language of the seller's region.
"""

from dataclasses import dataclass

from core.vat import Regime
from users.models import Region


@dataclass(frozen=True)
class Clause:
    """`statutory` texts are printed word for word."""

    fr: str
    nl: str
    en: str
    statutory: bool = False

    def lines(self, language: str, region: str) -> list[str]:
        """What to print, one or two paragraphs."""
        if language == "fr":
            return [self.fr]
        if language == "nl":
            return [self.nl]
        if not self.statutory:
            return [self.en]
        return [self.en, self.nl if region == Region.FLANDERS else self.fr]


REGIME_CLAUSES: dict[str, Clause] = {
    Regime.RENOVATION: Clause(
        fr=(
            "Taux de TVA : en l'absence de contestation par écrit, dans un délai d'un mois à compter de la réception de "
            "la facture, le client est présumé reconnaître que (1) les travaux sont effectués à un bâtiment d'habitation "
            "dont la première occupation a eu lieu au cours d'une année civile qui précède d'au moins dix ans la date de "
            "la première facture relative à ces travaux, (2) qu'après l'exécution de ces travaux, l'habitation est "
            "utilisée, soit exclusivement, soit à titre principal comme logement privé et (3) que ces travaux sont "
            "fournis et facturés à un consommateur final. Si au moins une de ces conditions n'est pas remplie, le taux "
            "normal de TVA de 21 % sera applicable et le client endossera, par rapport à ces conditions, la "
            "responsabilité quant au paiement de la taxe, des intérêts et des amendes dus."
        ),
        nl=(
            "Btw-tarief: Bij gebrek aan schriftelijke betwisting binnen een termijn van één maand vanaf de ontvangst van "
            "de factuur, wordt de klant geacht te erkennen dat (1) de werken worden verricht aan een woning waarvan de "
            "eerste ingebruikneming heeft plaatsgevonden in een kalenderjaar dat ten minste tien jaar voorafgaat aan de "
            "datum van de eerste factuur met betrekking tot die werken, (2) de woning, na uitvoering van die werken, "
            "uitsluitend of hoofdzakelijk als privéwoning wordt gebruikt en (3) de werken worden verstrekt en "
            "gefactureerd aan een eindverbruiker. Wanneer minstens één van die voorwaarden niet is voldaan, zal het "
            "normale btw-tarief van 21 % van toepassing zijn en is de afnemer ten aanzien van die voorwaarden "
            "aansprakelijk voor de betaling van de verschuldigde belasting, interesten en geldboeten."
        ),
        en="Reduced VAT rate of 6 % for works at a private dwelling older than ten years; the law prescribes this text:",
        statutory=True,
    ),
    Regime.REVERSE_CHARGE: Clause(
        fr=(
            "Autoliquidation : En l'absence de contestation par écrit, dans un délai d'un mois à compter de la réception "
            "de la facture, le client est présumé reconnaître qu'il est un assujetti tenu au dépôt de déclarations "
            "périodiques. Si cette condition n'est pas remplie, le client endossera, par rapport à cette condition, la "
            "responsabilité quant au paiement de la taxe, des intérêts et des amendes dus."
        ),
        nl=(
            "Verlegging van heffing. Bij gebrek aan schriftelijke betwisting binnen een termijn van één maand na de "
            "ontvangst van de factuur, wordt de afnemer geacht te erkennen dat hij een belastingplichtige is gehouden "
            "tot de indiening van periodieke aangiften. Als die voorwaarde niet vervuld is, is de afnemer ten aanzien "
            "van die voorwaarde aansprakelijk voor de betaling van de verschuldigde belasting, interesten en geldboeten."
        ),
        en="Reverse charge: the customer accounts for the VAT; the law prescribes this text:",
        statutory=True,
    ),
    Regime.INTRA_COMMUNITY_GOODS: Clause(
        fr="Livraison intracommunautaire exemptée de TVA, article 39bis du Code de la TVA.",
        nl="Intracommunautaire levering vrijgesteld van btw, artikel 39bis van het Btw-Wetboek.",
        en="Intra-community supply exempt from VAT, article 39bis of the Belgian VAT Code.",
    ),
    Regime.INTRA_COMMUNITY_SERVICES: Clause(
        fr="Autoliquidation, article 196 de la directive 2006/112/CE.",
        nl="Btw verlegd, artikel 196 van richtlijn 2006/112/EG.",
        en="Reverse charge, article 196 of directive 2006/112/EC.",
    ),
    Regime.EXPORT: Clause(
        fr="Exportation exemptée de TVA, article 39 du Code de la TVA.",
        nl="Uitvoer vrijgesteld van btw, artikel 39 van het Btw-Wetboek.",
        en="Export exempt from VAT, article 39 of the Belgian VAT Code.",
    ),
    Regime.EXEMPT: Clause(
        fr="Exempté de TVA, article 44 du Code de la TVA.",
        nl="Vrijgesteld van btw, artikel 44 van het Btw-Wetboek.",
        en="Exempt from VAT, article 44 of the Belgian VAT Code.",
    ),
    Regime.SMALL_BUSINESS: Clause(
        fr="Régime particulier de franchise des petites entreprises, TVA non applicable.",
        nl="Bijzondere vrijstellingsregeling voor kleine ondernemingen, btw niet van toepassing.",
        en="Special exemption scheme for small enterprises, VAT not applicable.",
    ),
}

CREDIT_CLAUSE = Clause(
    fr="TVA à reverser à l'État dans la mesure où elle a été initialement déduite.",
    nl="Btw terug te storten aan de Staat in de mate waarin ze oorspronkelijk in aftrek werd gebracht.",
    en="VAT to be paid back to the State to the extent that it was deducted originally.",
)


def mentions(*, regime: str, reason: str, is_credit: bool, language: str, region: str) -> list[str]:
    """Every paragraph that a document of this regime must print."""
    texts: list[str] = []
    if regime in REGIME_CLAUSES:
        texts += REGIME_CLAUSES[regime].lines(language, region)
    elif regime == Regime.OUT_OF_SCOPE:
        texts.append(reason)
    if is_credit:
        texts += CREDIT_CLAUSE.lines(language, region)
    return texts
