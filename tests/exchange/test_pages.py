from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from activity.models import Job
from core.tenancy import company_scope
from customers.models import Party
from exchange.models import Import, ImportRow
from products.models import Product
from tests.exchange.conftest import Prepare, workbook
from users.models import Company, Membership, User

LIST = "Référence;Désignation;Prix\nP0001;Filtre G4 592x592;25,90\nX1;<b>Vanne</b>;abc\nX2;Coude;3,00\n".encode(
    "cp1252"
)


def upload(client: Client, content: bytes, name: str = "tarif.csv", sheet: str = "products") -> Any:
    return client.post(f"/imports/new/{sheet}/", {"file": SimpleUploadedFile(name, content)})


def html(answer: Any) -> str:
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def test_a_list_comes_in_step_by_step(
    as_bob: Client, scope: Company, products: dict[str, Product], django_capture_on_commit_callbacks: Any
) -> None:
    answer = upload(as_bob, LIST)
    source = Import.objects.get()
    reading, columns, detail = (
        reverse(f"exchange:{name}", args=[source.pk]) for name in ("reading", "columns", "detail")
    )
    assert answer.url == reading
    page = html(as_bob.get(reading))
    assert "Référence" in page
    assert "&lt;b&gt;Vanne&lt;/b&gt;" in page
    answers = {"separator": ";", "encoding": "cp1252", "decimal": ",", "header": "1"}
    assert as_bob.post(reading, {**answers, "again": "1"}).url == reading
    assert as_bob.post(reading, answers).url == columns
    form = as_bob.get(columns).context["form"]
    assert [form[f"column-{place}"].value() for place in range(3)] == ["number", "name", "unit_price"]
    chosen = {"column-0": "number", "column-1": "name", "column-2": "unit_price", "creates": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        assert as_bob.post(columns, chosen).url == detail
    page = html(as_bob.get(detail))
    assert "<del>24,90</del> → <b>25,90</b>" in page
    assert "X1 &lt;b&gt;Vanne&lt;/b&gt;" in page
    failed_ones = as_bob.get(f"{detail}?outcome=failed").context["page"]
    assert [(row.line, list(row.errors)) for row in failed_ones] == [(3, ["unit_price"])]
    with django_capture_on_commit_callbacks(execute=True):
        assert as_bob.post(f"{detail}run/").url == detail
    assert Product.objects.get(number="P0001").unit_price == Decimal("25.9000")
    assert sorted(Product.objects.values_list("number", flat=True)) == ["P0001", "P0007", "X2"]
    assert f'action="{detail}undo/"' in html(as_bob.get(detail))
    failed = as_bob.get(f"{detail}failed/")
    assert failed["Content-Disposition"].startswith('attachment; filename="tarif-')
    assert failed.content.decode("utf-8-sig").splitlines()[1].startswith("X1;<b>Vanne</b>;abc;")
    with django_capture_on_commit_callbacks(execute=True):
        assert as_bob.post(f"{detail}undo/").url == detail
    html(as_bob.get(detail))
    assert sorted(Product.objects.values_list("number", flat=True)) == ["P0001", "P0007"]
    assert "tarif.csv" in html(as_bob.get("/imports/"))


def test_a_workbook_asks_for_its_sheet(as_alice: Client, scope: Company) -> None:
    reading = upload(as_alice, workbook(["Code", "Nom"], ["X", "Un"], title="Tarif"), "tarif.xlsx").url
    form = as_alice.get(reading).context["form"]
    assert list(form.fields) == ["tab", "decimal", "header"]
    answer = as_alice.post(reading, {"tab": "Autre", "decimal": ",", "header": "1"})
    assert "tab" in answer.context["form"].errors
    assert as_alice.post(reading, {"tab": "Tarif", "decimal": ",", "header": "9"}).status_code == 200
    assert Import.objects.get().how.header == 1


@pytest.mark.parametrize(
    ("content", "name"), [(b"%PDF-1.7", "prijzen.csv"), (b"PK\x03\x04", "a.xlsx"), (b"Code;Nom\n", "vide.csv")]
)
def test_what_is_no_list_comes_back_with_a_reason(as_alice: Client, scope: Company, content: bytes, name: str) -> None:
    answer = upload(as_alice, content, name)
    assert list(answer.context["form"].errors) == ["file"]
    assert Import.objects.count() == 0


def test_a_column_is_filled_once(as_alice: Client, scope: Company) -> None:
    upload(as_alice, LIST)
    columns = f"/imports/{Import.objects.get().pk}/columns/"
    answer = as_alice.post(columns, {"column-0": "number", "column-1": "number", "creates": "on"})
    assert list(answer.context["form"].errors) == ["column-1"]
    assert list(as_alice.post(columns, {"column-2": "unit_price"}).context["form"].errors) == ["__all__"]
    assert as_alice.post(columns, {"column-0": "nonsense"}).context["form"].errors
    assert ImportRow.objects.count() == 0
    assert Job.objects.filter(name="exchange.check").count() == 0


def test_the_progress_reloads_the_page_once_the_job_has_ended(
    as_alice: Client, prepare: Prepare, scope: Company
) -> None:
    source = prepare("Code;Nom\nX1;Un\n")
    assert as_alice.get(f"/imports/{source.pk}/progress/")["HX-Refresh"] == "true"
    Import.objects.update(state="running")
    answer = as_alice.get(f"/imports/{source.pk}/progress/")
    assert "HX-Refresh" not in answer
    assert f'hx-get="/imports/{source.pk}/progress/"' in html(answer)
    assert f'hx-get="/imports/{source.pk}/progress/"' in html(as_alice.get(f"/imports/{source.pk}/"))


def test_a_job_that_was_given_up_can_go_on(
    as_alice: Client, prepare: Prepare, scope: Company, django_capture_on_commit_callbacks: Any
) -> None:
    source = prepare("Code;Nom\nX1;Un\n")
    Import.objects.update(state="running")
    Job.objects.update(state="failed", error="The worker died.")
    assert "The worker died." in html(as_alice.get(f"/imports/{source.pk}/"))
    with django_capture_on_commit_callbacks(execute=True):
        as_alice.post(f"/imports/{source.pk}/run/")
    source.refresh_from_db()
    assert (source.state, Product.objects.count()) == ("done", 1)


def test_an_import_that_was_not_run_is_thrown_away(as_alice: Client, prepare: Prepare, scope: Company) -> None:
    source = prepare("Code;Nom\nX1;Un\n")
    assert as_alice.post(f"/imports/{source.pk}/discard/").url == "/products/"
    assert (Import.objects.count(), ImportRow.objects.count(), Product.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("query", ["outcome=x", "outcome=%00", "page=x", "page=" + "9" * 30])
def test_a_strange_query_is_no_failure(as_alice: Client, prepare: Prepare, query: str) -> None:
    source = prepare("Code;Nom\nX1;Un\n")
    assert as_alice.get(f"/imports/{source.pk}/?{query}").status_code == 200


def test_lists_are_exported_from_their_own_pages(as_alice: Client, products: dict[str, Product], dupont: Party) -> None:
    for sheet in ("products", "customers"):
        page = html(as_alice.get(f"/{sheet}/"))
        for path in (f"/imports/new/{sheet}/", f"/exports/{sheet}/csv/", f"/exports/{sheet}/xlsx/"):
            assert f'href="{path}"' in page
    csv = as_alice.get("/exports/products/csv/")
    assert csv["Content-Type"] == "text/csv; charset=utf-8"
    assert csv.content.startswith(b"\xef\xbb\xbf")
    assert csv.content.count(b"\r\n") == 3
    assert as_alice.get("/exports/customers/xlsx/").content.startswith(b"PK")
    assert as_alice.get("/imports/new/customers/template/").status_code == 200
    for path in ("/exports/invoices/csv/", "/exports/products/pdf/", "/imports/new/invoices/"):
        assert as_alice.get(path).status_code == 404


def test_an_accountant_takes_lists_out_and_brings_none_in(
    as_bob: Client, bob: User, prepare: Prepare, scope: Company
) -> None:
    source = prepare("Code;Nom\nX1;Un\n")
    Membership.objects.filter(user=bob).update(role="accountant")
    assert as_bob.get("/exports/products/csv/").status_code == 200
    page = html(as_bob.get("/products/"))
    assert "/exports/products/csv/" in page
    assert "/imports/" not in page
    assert as_bob.get("/imports/").status_code == 403
    assert upload(as_bob, LIST).status_code == 403
    for path in ("", "reading/", "columns/", "progress/", "failed/"):
        assert as_bob.get(f"/imports/{source.pk}/{path}").status_code == 403
    for path in ("run/", "discard/", "undo/"):
        assert as_bob.post(f"/imports/{source.pk}/{path}").status_code == 403
    assert (Import.objects.get().state, Product.objects.count()) == ("checked", 0)


def test_an_outsider_finds_no_import_of_ours(
    as_charlie: Client, other_company: Company, prepare: Prepare, products: dict[str, Product]
) -> None:
    source = prepare("Code;Nom\nX1;Un\n")
    for path in ("", "reading/", "columns/", "progress/", "failed/"):
        assert as_charlie.get(f"/imports/{source.pk}/{path}").status_code == 404
    for path in ("run/", "discard/", "undo/", "columns/", "reading/"):
        assert as_charlie.post(f"/imports/{source.pk}/{path}").status_code == 404
    assert as_charlie.get("/exports/products/csv/").content.count(b"\r\n") == 1
    with company_scope(other_company.pk):
        assert not Import.objects.exists()
    source.refresh_from_db()
    assert source.state == "checked"


def test_pages_cost_the_same_for_any_number_of_rows(
    as_alice: Client, prepare: Prepare, products: dict[str, Product], django_assert_max_num_queries: Any
) -> None:
    source = prepare("Code;Nom;Prix\n" + "".join(f"X{n};Nom {n};{n},00\n" for n in range(60)))
    with django_assert_max_num_queries(8):
        assert len(as_alice.get(f"/imports/{source.pk}/").context["page"]) == 50
    with django_assert_max_num_queries(7):
        as_alice.get("/imports/")
