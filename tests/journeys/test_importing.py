"""A supplier's price list comes in, is looked at, run and undone; the list goes out and comes back unchanged."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.visiting import WORKER_SECONDS, Visitor, texts

pytestmark = pytest.mark.once

PATIENCE = WORKER_SECONDS * 1000
LIST = """Tarif 2026;;;;
Référence;Désignation;Prix d'achat;Prix de vente;Unité
FL-38;Raccord flare 3/8 "laiton";8,40;12,50;pce
FL-12;Raccord flare 1/2;1.010,00;1.234,56;pce
FL-58;Raccord flare 5/8;;abc;pce
"""


def test_a_price_list_comes_in_and_is_undone(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "tarif.csv"
    file.write_bytes(LIST.encode("cp1252"))
    page = visitor.sign_in(at="/products/")
    visitor.choose("a[href='/imports/new/products/']")
    page.set_input_files("[name=file]", file)
    page.click(".form .btn-create")

    page.wait_for_url("**/reading/")
    assert page.input_value("[name=encoding]") == "cp1252"
    assert (page.input_value("[name=header]"), page.input_value("[name=decimal]")) == ("2", ",")
    assert texts(page, "main thead th")[:2] == ["Référence", "Désignation"]
    page.select_option("[name=separator]", "|")
    page.click("[name=again]")
    expect(page.locator("main thead th")).to_have_count(1)
    page.select_option("[name=separator]", ";")
    page.click("[name=again]")
    expect(page.locator("main thead th")).to_have_count(5)
    page.click(".form-actions .btn-create")

    page.wait_for_url("**/columns/")
    chosen = [page.input_value(f"[name=column-{place}]") for place in range(5)]
    assert chosen == ["number", "name", "purchase_price", "unit_price", "unit"]
    page.click(".form-actions .btn-create")

    row = page.locator("tbody tr")
    expect(row).to_have_count(3, timeout=PATIENCE)
    assert texts(page, ".tabs a .count")[-3:] == ["3", "2", "1"]
    expect(row.nth(2)).to_contain_text("abc")
    address = page.url
    page.click("main form[action$='/run/'] button")

    expect(page.locator("form[action$='/undo/']")).to_be_visible(timeout=PATIENCE)
    page.locator("a.cell-main", has_text="FL-12").click()
    assert page.input_value("[name=unit_price]") in {"1234,56", "1.234,56"}
    visitor.go(address)
    page.click("form[action$='/undo/'] button")
    visitor.confirm()
    expect(page.locator("form[action$='/undo/']")).to_have_count(0)
    expect(page.locator(".note-ok")).to_be_visible(timeout=PATIENCE)
    visitor.go("/products/?q=flare+1/2")
    expect(page.locator("main .empty")).to_be_visible()


def test_what_went_out_comes_back_unchanged(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.sign_in(at="/customers/")
    content = visitor.download(lambda: visitor.choose("a[href='/exports/customers/xlsx/']"))
    assert content.startswith(b"PK")
    file = tmp_path / "clients.xlsx"
    file.write_bytes(content)
    visitor.go("/imports/new/customers/")
    page.set_input_files("[name=file]", file)
    page.click(".form .btn-create")
    page.wait_for_url("**/reading/")
    page.click(".form-actions .btn-create")
    page.wait_for_url("**/columns/")
    page.click(".form-actions .btn-create")
    expect(page.locator("tbody tr").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("form[action$='/run/']")).to_have_count(0)
    every, same = (int(re.sub(r"\D", "", text)) for text in texts(page, "main nav a .count")[-2:])
    assert every == same > 0
