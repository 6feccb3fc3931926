"""The editor: what is typed is saved to the cent, what is wrong stays on the page, live totals are the saved ones."""

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from activity.models import Event
from branding.models import Theme
from customers.models import Address, Party
from documents.models import DefaultText, Document, Line
from documents.services import drafting, issuing, wording
from documents.services.drafting import LineInput
from invoices.kinds import INVOICE
from products.models import Product
from users.models import Company, User

pytestmark = pytest.mark.django_db


def typed(*lines: dict[str, Any] | None, **head: Any) -> dict[str, Any]:
    """A posted form with these lines."""
    data = {
        "version": "",
        "party": "",
        "payment_term_days": "30",
        "language": "fr",
        "vat_regime": "standard",
        "prices_include_vat": "no",
        "lines-TOTAL_FORMS": str(len(lines)),
        "lines-INITIAL_FORMS": "0",
        **head,
    }
    for index, line in enumerate(lines):
        if line is None:  # taken away in the browser
            continue
        for name, value in {
            "role": "item",
            "position": index,
            "quantity": "1",
            "unit": "C62",
            "own_rate": "21.00",
            **line,
        }.items():
            data[f"lines-{index}-{name}"] = value
    return data


def text_of(response: HttpResponse) -> str:
    """The words of a page, on one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def as_typed(draft: Document) -> list[dict[str, Any]]:
    """The lines of a draft as the page posts them."""
    return [
        {
            "id": str(line.pk),
            "role": line.role,
            "product": str(line.product_id or ""),
            "description": line.description,
            "quantity": str(line.quantity.normalize()).replace(".", ","),
            "unit": line.unit,
            "unit_price": str(line.unit_price).replace(".", ","),
            "own_rate": str(line.own_rate),
        }
        for line in draft.lines.all()
    ]


def test_a_new_invoice_is_saved_with_what_was_typed(
    as_bob: Client, bob: User, dupont: Party, products: dict[str, Product]
) -> None:
    response = as_bob.post(
        "/invoices/new/",
        typed(
            {"role": "section", "description": "Entretien"},
            {
                "product": str(products["P0007"].pk),
                "description": "R-410A",
                "quantity": "0,85",
                "unit": "KGM",
                "unit_price": "89",
            },
            {
                "description": "Main-d'œuvre",
                "quantity": "2,5",
                "unit": "HUR",
                "unit_price": "65.00",
                "discount_percent": "10",
            },
            {"description": ""},
            party=str(dupont.pk),
            reference="BC-1",
            note="Merci",
            internal_note="appeler",
            delivery_date="2026-11-20",
        ),
    )
    document = Document.objects.get()
    assert response.headers["Location"] == f"/invoices/{document.pk}/"
    assert (document.party, document.reference, document.note, document.internal_note) == (
        dupont,
        "BC-1",
        "Merci",
        "appeler",
    )
    assert document.edited_at is not None
    assert [(line.role, line.description, line.net) for line in document.lines.all()] == [
        ("section", "Entretien", Decimal("0.00")),
        ("item", "R-410A", Decimal("75.65")),
        ("item", "Main-d'œuvre", Decimal("146.25")),
    ]
    assert (document.total_net, document.total_vat, document.total_gross) == (
        Decimal("221.90"),
        Decimal("46.60"),
        Decimal("268.50"),
    )
    assert Event.objects.get(action="invoices.invoice.created").actor_id == bob.pk


def test_a_new_invoice_starts_from_the_customer_of_its_address(as_alice: Client, dupont: Party) -> None:
    Party.objects.filter(pk=dupont.pk).update(language="nl", payment_term_days=14, vat_regime="reverse_charge")
    page = as_alice.get(f"/invoices/new/?customer={dupont.pk}").content.decode()
    assert f'value="{dupont.pk}"' in page
    assert '<option value="nl" selected>' in page
    assert '<option value="reverse_charge" selected>' in page
    assert 'name="payment_term_days" value="14"' in page
    assert Document.objects.count() == 0


def test_lines_are_kept_reordered_and_removed(as_alice: Client, draft: Document) -> None:
    _first, second = as_typed(draft)
    kept = second["id"]
    response = as_alice.post(
        f"/invoices/{draft.pk}/edit/",
        typed(
            None,
            {**second, "position": 5},
            {"description": "Déplacement", "unit_price": "25", "position": 2},
            version=draft.version,
            party=str(draft.party_id),
        ),
    )
    assert response.status_code == 302
    lines = list(Line.objects.filter(document=draft))
    assert [line.description for line in lines] == ["Déplacement", "Main-d'œuvre"]
    assert str(lines[1].pk) == kept


def test_bad_input_stays_on_the_page_and_saves_nothing(as_alice: Client, draft: Document) -> None:
    first, second = as_typed(draft)
    response = as_alice.post(
        f"/invoices/{draft.pk}/edit/",
        typed(
            {**first, "quantity": "deux"},
            {**second, "unit_price": "-5"},
            version=draft.version,
            payment_term_days="400",
            reference="BC-77",
        ),
    )
    page = response.content.decode()
    assert response.status_code == 422
    for kept in ('value="deux"', 'value="-5"', 'value="400"', 'value="BC-77"'):
        assert kept in page
    assert page.count('aria-invalid="true"') == 3
    draft.refresh_from_db()
    assert (draft.reference, draft.version, draft.total_gross) == ("", 1, Decimal("256.88"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quantity", "1e400"), ("quantity", "NaN"), ("unit_price", "Infinity"), ("unit_price", "99999999999999"),
        ("discount_percent", "101"), ("own_rate", "19"), ("product", "0190f0d0-0000-7000-8000-000000000000"),
        ("unit", "TOOLONG"), ("description", "a\x00b"),
    ],
)  # fmt: skip
def test_an_impossible_value_is_an_error_beside_its_field(
    as_alice: Client, draft: Document, field: str, value: str
) -> None:
    first, second = as_typed(draft)
    response = as_alice.post(
        f"/invoices/{draft.pk}/edit/", typed({**first, field: value}, second, version=draft.version)
    )
    assert response.status_code == 422
    draft.refresh_from_db()
    assert draft.version == 1


def test_somebody_elses_change_is_never_overwritten(as_alice: Client, draft: Document, bob: User) -> None:
    drafting.update(draft, by=bob, reference="by bob")
    response = as_alice.post(f"/invoices/{draft.pk}/edit/", typed(*as_typed(draft), version=1, reference="by alice"))
    assert response.status_code == 422
    assert 'value="by alice"' in response.content.decode()
    assert f'href="/invoices/{draft.pk}/edit/"' in response.content.decode()
    draft.refresh_from_db()
    assert draft.reference == "by bob"


def test_live_totals_are_what_saving_gives_and_write_nothing(as_alice: Client, draft: Document) -> None:
    first, second = as_typed(draft)
    data = typed(
        {**first, "quantity": "3"},
        {**second, "vat_exception": "dépannage hors contrat"},
        version=draft.version,
        party=str(draft.party_id),
        vat_regime="renovation",
    )
    live = as_alice.post(f"/invoices/{draft.pk}/totals/", data)
    draft.refresh_from_db()
    assert (draft.version, draft.vat_regime) == (1, "standard")
    as_alice.post(f"/invoices/{draft.pk}/edit/", data)
    draft.refresh_from_db()
    assert (draft.total_net, draft.total_vat, draft.total_gross) == (
        Decimal("237.20"),
        Decimal("38.61"),
        Decimal("275.81"),
    )
    words = text_of(live)
    for amount in ("237,20 €", "34,13 €", "4,48 €", "275,81 €", "74,70", "162,50"):
        assert amount in words
    assert "présumé reconnaître" in words
    assert Event.objects.filter(action="invoices.invoice.vat_excepted").get().data["reason"] == "dépannage hors contrat"


def test_the_due_date_follows_the_term_that_is_typed(as_alice: Client, draft: Document) -> None:
    with time_machine.travel("2026-11-24 10:00+01:00", tick=False):
        live = as_alice.post(f"/invoices/{draft.pk}/totals/", typed(*as_typed(draft), payment_term_days="14"))
        assert "08/12/2026" in text_of(live)
        assert "24/12/2026" in text_of(as_alice.get(f"/invoices/{draft.pk}/edit/"))
        wrong = as_alice.post(f"/invoices/{draft.pk}/totals/", typed(*as_typed(draft), payment_term_days="9" * 9))
        assert wrong.status_code == 200
        assert "/2026" not in text_of(wrong)


def test_live_totals_of_bad_input_say_so(as_alice: Client, draft: Document) -> None:
    first, second = as_typed(draft)
    response = as_alice.post(f"/invoices/{draft.pk}/totals/", typed({**first, "quantity": "x"}, second))
    assert response.status_code == 200
    assert "€" not in text_of(response)


def test_a_line_is_added_and_removed_without_javascript(as_alice: Client, draft: Document) -> None:
    data = typed(*as_typed(draft), version=draft.version)
    added = as_alice.post(f"/invoices/{draft.pk}/edit/", {**data, "add": "text"})
    assert added.status_code == 200
    assert 'name="lines-2-description"' in added.content.decode()
    removed = as_alice.post(f"/invoices/{draft.pk}/edit/", {**data, "remove": "lines-0"})
    assert 'name="lines-0-description"' not in removed.content.decode()
    assert 'name="lines-1-description"' in removed.content.decode()
    assert draft.lines.count() == 2


def test_an_issued_invoice_is_not_edited(as_alice: Client, draft: Document, alice: User) -> None:
    issued = issuing.issue(draft, by=alice)
    assert as_alice.get(f"/invoices/{issued.pk}/edit/").headers["Location"] == f"/invoices/{issued.pk}/"
    assert as_alice.post(f"/invoices/{issued.pk}/edit/", typed(reference="x")).status_code == 302
    issued.refresh_from_db()
    assert issued.reference == ""


def test_an_untouched_draft_counts_as_touched_once_a_person_saves_it(as_alice: Client, draft: Document) -> None:
    assert draft.edited_at is None
    as_alice.post(f"/invoices/{draft.pk}/edit/", typed(*as_typed(draft), version=1, party=str(draft.party_id)))
    draft.refresh_from_db()
    assert draft.edited_at is not None


def test_customers_and_products_are_offered_while_typing(
    as_alice: Client, dupont: Party, products: dict[str, Product]
) -> None:
    customers = as_alice.get("/invoices/customers/?q=dup").content.decode()
    assert f'data-id="{dupont.pk}" data-text="Boulangerie Dupont SRL" data-language="fr" data-term="30"' in customers
    found = as_alice.get("/invoices/products/?q=P0007").content.decode()
    assert 'data-unit="KGM" data-net="89,00" data-gross="107,69" data-rate="21.00"' in found
    assert "Filtre" not in found


def test_the_queries_of_the_editor_do_not_grow_with_its_lines(
    as_alice: Client, draft: Document, products: dict[str, Product], django_assert_num_queries: Any
) -> None:
    lines = [LineInput(product=products["P0001"]) for _number in range(30)]
    drafting.update(draft, by=None, lines=lines)
    with django_assert_num_queries(14):
        as_alice.get(f"/invoices/{draft.pk}/edit/")


def test_introduction_terms_and_a_typed_site_are_saved(as_alice: Client, draft: Document) -> None:
    place = {
        "name": "Dépôt", "street": "Quai des Usines", "street_number": "4", "box": "", "postal_code": "1000",
        "city": "Bruxelles", "country": "BE",
    }  # fmt: skip
    head = {
        "version": 1,
        "party": str(draft.party_id),
        "intro": "Madame,",
        "terms": "2 % à 8 jours",
        "site-choice": "typed",
        **{f"site-{name}": value for name, value in place.items()},
    }
    as_alice.post(f"/invoices/{draft.pk}/edit/", typed(*as_typed(draft), **head))
    draft.refresh_from_db()
    assert (draft.intro, draft.terms, draft.site) == ("Madame,", "2 % à 8 jours", place)
    page = as_alice.get(f"/invoices/{draft.pk}/edit/").content.decode()
    assert '<option value="typed" selected>' in page
    assert 'value="Quai des Usines"' in page
    nowhere = typed(*as_typed(draft), **{**head, "version": 2, "site-choice": ""})
    as_alice.post(f"/invoices/{draft.pk}/edit/", nowhere)
    draft.refresh_from_db()
    assert draft.site == {}


def test_a_site_is_one_of_the_customers_addresses(as_alice: Client, draft: Document, dupont: Party) -> None:
    atelier = Address.objects.create(
        company=draft.company, party=dupont, name="Atelier", street="Quai", street_number="4", city="Bruxelles",
        postal_code="1000", region="brussels", vat_regime="renovation",
    )  # fmt: skip
    elsewhere = Party.objects.create(company=draft.company, number="C9", name="Autre")
    options = as_alice.get(f"/invoices/sites/?party={dupont.pk}").content.decode()
    option = f'value="{atelier.pk}" data-regime="renovation">Atelier, Quai 4, 1000 Bruxelles</option>'
    assert option in options
    assert option not in as_alice.get(f"/invoices/sites/?party={elsewhere.pk}").content.decode()
    data = typed(*as_typed(draft), version=1, party=str(dupont.pk), **{"site-choice": str(atelier.pk)})
    as_alice.post(f"/invoices/{draft.pk}/edit/", data)
    draft.refresh_from_db()
    assert (draft.site["street"], draft.site["region"]) == ("Quai", "brussels")
    page = as_alice.get(f"/invoices/{draft.pk}/edit/").content.decode()
    assert f'value="{atelier.pk}" data-regime="renovation" selected' in page
    others = as_alice.post(f"/invoices/{draft.pk}/edit/", {**data, "version": 2, "party": str(elsewhere.pk)})
    assert others.status_code == 422
    draft.refresh_from_db()
    assert draft.party == dupont


def test_a_layout_is_chosen_where_there_are_several(as_alice: Client, draft: Document) -> None:
    assert '<select name="theme"' not in as_alice.get(f"/invoices/{draft.pk}/edit/").content.decode()
    Theme.objects.create(company=draft.company, name="Maison", is_default=True)
    bold = Theme.objects.create(company=draft.company, name="Gras", style="bold")
    data = typed(*as_typed(draft), version=1, party=str(draft.party_id), theme=str(bold.pk))
    assert as_alice.post(f"/invoices/{draft.pk}/edit/", data).status_code == 302
    draft.refresh_from_db()
    assert draft.theme == bold


def test_what_was_typed_in_a_line_is_shown_as_text_and_never_as_markup(as_alice: Client, draft: Document) -> None:
    first, second = as_typed(draft)
    bad = '"><script>x</script>'
    response = as_alice.post(
        f"/invoices/{draft.pk}/edit/",
        typed({**first, "description": bad, "quantity": bad}, {**second, "unit": bad, "id": bad}, version=1),
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "<script>x" not in page
    assert page.count("&quot;&gt;&lt;script&gt;x") >= 4


def test_a_line_posted_twice_is_kept_once_and_made_once(as_alice: Client, draft: Document) -> None:
    first, _second = as_typed(draft)
    as_alice.post(f"/invoices/{draft.pk}/edit/", typed(first, first, version=1, party=str(draft.party_id)))
    draft.refresh_from_db()
    lines = list(draft.lines.all())
    assert sorted(str(line.pk) == first["id"] for line in lines) == [False, True]
    assert draft.total_net == sum(line.net for line in lines) == Decimal("99.60")


@pytest.fixture
def closings(scope: Company, alice: User) -> list[DefaultText]:
    """Two closing texts in French and one in Dutch."""
    return [
        wording.add(scope, INVOICE, language=language, name=name, body=body, by=alice)
        for language, name, body in [("fr", "Usual", "Merci."), ("fr", "Cash", "Payé."), ("nl", "Gewoon", "Dank u.")]
    ]


def test_a_new_invoice_starts_with_the_first_text_and_offers_the_others(
    as_alice: Client, closings: list[DefaultText]
) -> None:
    page = as_alice.get("/invoices/new/").content.decode()
    assert ">\nMerci.</textarea>" in page
    offers = re.findall(r'data-text="([^"]*)" data-language="(\w\w)" lang="\w\w"( hidden)?', page)
    assert offers == [("Merci.", "fr", ""), ("Dank u.", "nl", " hidden"), ("Payé.", "fr", "")]


def test_another_text_is_put_in_without_javascript(as_alice: Client, closings: list[DefaultText]) -> None:
    answer = as_alice.post("/invoices/new/", typed(terms="Merci.", text=str(closings[1].pk)))
    assert answer.status_code == 200
    assert ">\nPayé.</textarea>" in answer.content.decode()
    answer = as_alice.post("/invoices/new/", typed(terms="Merci.", text="nonsense"))
    assert ">\nMerci.</textarea>" in answer.content.decode()
    assert not Document.objects.exists()


def test_a_closing_text_that_nobody_touched_follows_the_language(
    as_alice: Client, scope: Company, closings: list[DefaultText]
) -> None:
    line = {"description": "x", "unit_price": "10"}
    as_alice.post("/invoices/new/", typed(line, terms="Merci.", language="nl"))
    draft = Document.objects.get()
    assert draft.terms == "Dank u."
    page = f"/invoices/{draft.pk}/edit/"
    as_alice.post(page, typed(line, terms="Dank u.", language="fr", version=1))
    draft.refresh_from_db()
    assert draft.terms == "Merci."
    as_alice.post(page, typed(line, terms="", version=2))
    draft.refresh_from_db()
    assert (draft.terms, draft.version) == ("", 3)


def test_a_page_with_nothing_but_the_companys_text_makes_no_draft(
    as_alice: Client, closings: list[DefaultText]
) -> None:
    answer = as_alice.post("/invoices/new/autosave/", typed(terms="Merci."))
    assert answer.json() == {"state": "blank"}
    assert not Document.objects.exists()


def test_saving_may_lead_on_to_the_issue(as_alice: Client, draft: Document) -> None:
    sent = typed({"description": "Dépannage", "unit_price": "80"}, version=draft.version, issue="yes")
    response = as_alice.post(f"/invoices/{draft.pk}/edit/", sent)
    assert response.headers["Location"] == f"/invoices/{draft.pk}/issue/"
    draft.refresh_from_db()
    assert (draft.total_net, draft.state) == (Decimal("80.00"), "draft")
