import contextlib
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.sheets.columns import (
    COMMA,
    POINT,
    Amount,
    Choice,
    Country,
    Flag,
    Percentage,
    Text,
    Unreadable,
    Whole,
    read_number,
    unshortened,
    vat_number,
)
from core.sheets.words import fold
from core.units import UNIT_CHOICES
from core.vat import RATES

PRICE = Amount(key="price", label="Price")
UNIT = Choice(key="unit", label="Unit", choices=UNIT_CHOICES, others={"st": "C62"})
RATE = Percentage(key="rate", label="Rate", one_of=RATES)
FLAG = Flag(key="flag", label="Flag")
COUNTRY = Country(key="country", label="Country")


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1.234,56", COMMA, "1234.56"),
        ("1,234.56", POINT, "1234.56"),
        ("1 234,5", COMMA, "1234.5"),
        ("1\u202f234\u00a0567,5 €", COMMA, "1234567.5"),
        ("1'234.50", POINT, "1234.50"),
        ("€ 12", COMMA, "12"),
        ("EUR 12,00", COMMA, "12.00"),
        ("1.234", COMMA, "1234"),
        ("1,234", POINT, "1234"),
        (",5", COMMA, "0.5"),
        ("5,", COMMA, "5"),
        ("-3,20", COMMA, "-3.20"),
        ("−3,20", COMMA, "-3.20"),
    ],
)
def test_numbers_are_read_as_belgians_and_others_write_them(text: str, decimal: str, value: str) -> None:
    assert read_number(text, decimal) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("12.50", COMMA),  # a point that stands where no thousands are: the other sign was meant
        ("12,50", POINT),
        ("1.23.456", COMMA),
        ("1,2,3", COMMA),
        ("abc", COMMA),
        ("-", COMMA),
        (",", COMMA),
        ("1e5", POINT),
        ("١٢", COMMA),
        ("NaN", POINT),
        ("12 pièces", COMMA),
    ],
)
def test_what_is_no_number_in_this_notation_is_not_guessed_at(text: str, decimal: str) -> None:
    with pytest.raises(Unreadable):
        read_number(text, decimal)


@given(value=st.decimals(min_value=0, max_value="9999999999", places=4), decimal=st.sampled_from([COMMA, POINT]))
def test_a_written_price_is_read_back(value: Decimal, decimal: str) -> None:
    text = PRICE.write(value)
    assert PRICE.parse(text, COMMA) == value
    assert PRICE.unpack(PRICE.pack(value)) == value
    grouped = f"{value:,.4f}" if decimal == POINT else f"{value:,.4f}".translate(str.maketrans(",.", ".,"))
    assert PRICE.parse(grouped, decimal) == value


@given(text=st.text(max_size=40), decimal=st.sampled_from([COMMA, POINT]))
@pytest.mark.parametrize("column", [PRICE, UNIT, RATE, FLAG, COUNTRY, Whole(key="n", label="N", most=365)])
def test_any_text_is_read_or_refused(column: object, text: str, decimal: str) -> None:
    with contextlib.suppress(Unreadable):
        column.parse(text, decimal)  # type: ignore[attr-defined]


def test_a_price_is_rounded_to_four_decimals_and_keeps_its_bounds() -> None:
    assert PRICE.parse("12,34565", COMMA) == Decimal("12.3457")
    for text in ("-0,01", "10000000000", "9999999999,99995", "1" + "0" * 24, "-1" + "0" * 38):
        with pytest.raises(Unreadable):
            PRICE.parse(text, COMMA)


@pytest.mark.parametrize(
    ("value", "text"), [("24.9000", "24,90"), ("0.4415", "0,4415"), ("1000", "1000,00"), ("0", "0,00")]
)
def test_prices_are_written_with_the_decimals_they_have(value: str, text: str) -> None:
    assert PRICE.write(Decimal(value)) == text


@pytest.mark.parametrize("text", ["C62", "c62", "St.", "pièce", "PIECE", "stuk", "piece"])
def test_a_choice_is_known_by_code_and_by_its_name_in_every_language(text: str) -> None:
    words = Choice(key="unit", label="Unit", choices=UNIT_CHOICES, others={"st": "C62", "piece": "C62", "stuk": "C62"})
    assert words.parse(text, COMMA) == "C62"


def test_each_unit_is_read_back_in_whatever_language_it_was_written() -> None:
    for code, _label in UNIT_CHOICES:
        for language in ("fr", "nl", "en"):
            with translation.override(language):
                text = UNIT.write(code)
            with translation.override("nl"):
                assert UNIT.parse(text, COMMA) == code


@pytest.mark.parametrize(
    ("text", "rate"), [("21", 21), ("21 %", 21), ("21,00", 21), ("0,21", 21), ("0,06", 6), ("0", 0), ("12%", 12)]
)
def test_a_rate_is_read_with_and_without_its_sign(text: str, rate: int) -> None:
    assert RATE.parse(text, COMMA) == rate
    assert RATE.write(Decimal(f"{rate}.00")) == str(rate)


@pytest.mark.parametrize(("text", "value"), [("Oui", True), ("nee", False), ("X", True), ("VRAI", True), ("0", False)])
def test_yes_and_no_are_known_in_every_language(text: str, value: bool) -> None:
    assert FLAG.parse(text, COMMA) is value


@pytest.mark.parametrize("text", ["be", "BE", "Belgique", "België", "Belgium"])
def test_a_country_is_known_by_letters_and_by_name(text: str) -> None:
    assert COUNTRY.parse(text, COMMA) == "BE"


def test_texts_are_tidied_and_bounded() -> None:
    column = Text(key="name", label="Name", longest=10)
    assert column.parse("  deux\n mots ", COMMA) == "deux mots"
    with pytest.raises(Unreadable):
        column.parse("onze lettres", COMMA)
    lines = Text(key="text", label="Text", longest=100, has_lines=True)
    assert lines.parse("un\r\ndeux ", COMMA) == "un\ndeux"


def test_a_number_that_a_spreadsheet_shortened_is_refused() -> None:
    assert unshortened("5412345000013") == "5412345000013"
    with pytest.raises(Unreadable):
        unshortened("5,41235E+12")


def test_a_vat_number_is_belgian_where_it_says_nothing_else() -> None:
    assert vat_number("0403.019.261") == "BE0403019261"
    assert vat_number("FR 40 303265045") == "FR40303265045"
    with pytest.raises(Unreadable):
        vat_number("0403.019.262")


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Prix d'achat (€)", "prix d achat"), ("M²", "m2"), ("N° TVA", "n tva"), ("Réf._Art", "ref art")],
)
def test_words_are_compared_without_case_accents_and_punctuation(text: str, folded: str) -> None:
    assert fold(text) == folded
