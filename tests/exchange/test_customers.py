from collections.abc import Callable

from customers import merging
from customers.models import Party
from customers.services import create_party
from exchange.models import Import
from tests.exchange.conftest import Prepare, errors, outcomes
from users.models import Company, User

LIST = """N° client;Nom;N° TVA;Adresse;CP;Localité;Pays;E-mail;Langue;Délai
;Boulangerie Dupont;BE 0403.019.261;Rue du Four;1000;Bruxelles;Belgique;;F;30
K-1;Polar BV;0403.170.701;Kaai 1;2000;Antwerpen;België;info@polar.example;Nederlands;14
;Jan Peeters;;Dorpstraat;3000;Leuven;BE;;;
;Faux SRL;BE0403019262;;;;;;;
;Sans adresse;;;;;;;;
"""


def test_customers_are_found_by_vat_number_or_made(
    prepare: Prepare, run: Callable[[Import], Import], dupont: Party
) -> None:
    source = prepare(LIST, sheet="customers")
    assert outcomes(source) == [(2, "changed"), (3, "new"), (4, "new"), (5, "failed"), (6, "new")]
    assert {line: list(found) for line, found in errors(source).items()} == {5: ["vat_number"]}
    assert run(source).counts == {"changed": 1, "new": 3, "failed": 1}
    dupont.refresh_from_db()
    assert (dupont.name, dupont.payment_term_days, dupont.number) == ("Boulangerie Dupont", 30, "C00001")
    polar = Party.objects.get(number="K-1")
    assert (polar.vat_number, polar.country, polar.language, polar.postal_code, polar.payment_term_days) == (
        "BE0403170701", "BE", "nl", "2000", 14,
    )  # fmt: skip
    assert Party.objects.get(name="Jan Peeters").number == "C00002"


def test_the_same_list_of_customers_twice_changes_nothing(
    prepare: Prepare, run: Callable[[Import], Import], scope: Company
) -> None:
    assert run(prepare(LIST, sheet="customers")).counts == {"new": 4, "failed": 1}
    assert prepare(LIST, sheet="customers").counts == {"unchanged": 4, "failed": 1}
    assert Party.objects.count() == 4


def test_namesakes_elsewhere_are_others(prepare: Prepare, scope: Company, alice: User) -> None:
    create_party(company=scope, by=alice, name="Jan Peeters", postal_code="3000", city="Leuven")
    source = prepare("Nom;CP\nJan Peeters;3000\nPEETERS Jan;3000\nJan Peeters;9000\n", sheet="customers")
    assert outcomes(source) == [(2, "unchanged"), (3, "new"), (4, "new")]


def test_a_merged_customer_takes_no_changes(prepare: Prepare, scope: Company, alice: User, dupont: Party) -> None:
    old = create_party(company=scope, by=alice, name="Dupont (ancien)")
    merging.merge(dupont, other=old, by=alice)
    source = prepare(f"Numéro;Nom\n{old.number};Dupont\n", sheet="customers", columns={"number": 0, "name": 1})
    assert list(errors(source)[2]) == [""]


def test_an_import_of_customers_is_undone(
    prepare: Prepare, run: Callable[[Import], Import], undo: Callable[[Import], Import], dupont: Party
) -> None:
    source = undo(run(prepare(LIST, sheet="customers")))
    assert source.undo_counts == {"restored": 1, "deleted": 3}
    assert list(Party.objects.values_list("number", "name", "payment_term_days")) == [
        ("C00001", "Boulangerie Dupont SRL", None)
    ]
