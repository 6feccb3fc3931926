"""Credit notes take what remains, never more, and close to the cent."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Conflict, Refused
from customers.models import Party
from documents.models import Document, Link
from documents.services import crediting, drafting, issuing
from documents.services.drafting import LineInput
from users.models import Company, User

D = Decimal


def invoice(company: Company, party: Party, user: User, *lines: tuple[str, str, str], incl: bool = False) -> Document:
    draft = drafting.create(
        "invoice",
        company=company,
        party=party,
        by=user,
        prices_include_vat=incl,
        lines=[LineInput("x", quantity=D(q), unit_price=D(p), own_rate=D(r)) for q, p, r in lines],
    )
    return issuing.issue(draft, by=user)


def test_a_full_credit_mirrors_the_invoice(scope: Company, dupont: Party, alice: User) -> None:
    source = invoice(scope, dupont, alice, ("3", "33.335", "21.00"), ("1", "10", "6.00"))
    note = issuing.issue(crediting.credit(source, by=alice), by=alice)
    assert note.kind == "credit_note"
    assert (note.total_net, note.total_vat, note.total_gross) == (
        source.total_net,
        source.total_vat,
        source.total_gross,
    )
    assert note.number.startswith("CN")
    assert note.structured_message == ""
    assert note.due_date is None
    assert note.mentions == ["TVA à reverser à l'État dans la mesure où elle a été initialement déduite."]
    assert list(Link.objects.values_list("source_id", "target_id", "relation")) == [(source.pk, note.pk, "credits")]


def test_nothing_remains_after_a_full_credit(scope: Company, dupont: Party, alice: User) -> None:
    source = invoice(scope, dupont, alice, ("1", "10", "21.00"))
    crediting.credit(source, by=alice)
    with pytest.raises(Conflict) as refusal:
        crediting.credit(source, by=alice)
    assert refusal.value.code == "nothing_remains"
    assert Document.objects.filter(kind="credit_note").count() == 1


def test_more_than_remains_is_refused(scope: Company, dupont: Party, alice: User) -> None:
    source = invoice(scope, dupont, alice, ("5", "10", "21.00"))
    line = source.lines.get()
    issuing.issue(crediting.credit(source, by=alice, quantities={line.pk: D(3)}), by=alice)
    with pytest.raises(Refused) as refusal:
        crediting.credit(source, by=alice, quantities={line.pk: D("2.0001")})
    assert refusal.value.code == "more_than_remains"
    assert "2" in str(refusal.value)
    assert Document.objects.filter(kind="credit_note").count() == 1


def test_an_edited_draft_credit_cannot_outgrow_the_invoice(scope: Company, dupont: Party, alice: User) -> None:
    source = invoice(scope, dupont, alice, ("5", "10", "21.00"))
    draft = crediting.credit(source, by=alice, quantities={source.lines.get().pk: D(1)})
    row = draft.lines.get()
    with pytest.raises(Refused):
        drafting.update(draft, by=alice, lines=[LineInput("x", id=row.pk, source=row.source, quantity=D(6))])
    draft.refresh_from_db()
    assert draft.total_net == D("10.00")


def test_a_draft_cannot_be_credited(scope: Company, dupont: Party, alice: User) -> None:
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[LineInput("x", unit_price=D(1))])
    with pytest.raises(Conflict):
        crediting.credit(draft, by=alice)
    assert Document.objects.count() == 1


def test_three_thirds_close_to_the_cent(scope: Company, dupont: Party, alice: User) -> None:
    source = invoice(scope, dupont, alice, ("3", "0.335", "21.00"))
    line = source.lines.get()
    notes = [issuing.issue(crediting.credit(source, by=alice, quantities={line.pk: D(1)}), by=alice) for _ in range(3)]
    assert [note.total_net for note in notes] == [D("0.34"), D("0.34"), D("0.33")]
    assert sum(note.total_vat for note in notes) == source.total_vat


price = st.decimals("0.01", "999", places=3)
row = st.tuples(st.integers(1, 6), price, st.sampled_from(["21.00", "12.00", "6.00"]))


@given(rows=st.lists(row, min_size=1, max_size=4), incl=st.booleans(), data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_partial_credits_always_close_to_the_cent(
    scope: Company, dupont: Party, alice: User, rows: list[tuple[int, Decimal, str]], incl: bool, data: st.DataObject
) -> None:
    source = invoice(scope, dupont, alice, *[(str(q), str(p), r) for q, p, r in rows], incl=incl)
    left = {line.pk: line.quantity for line in source.lines.all()}
    credited = {"net": D(0), "vat": D(0), "gross": D(0)}
    while any(left.values()):
        taking = {pk: D(data.draw(st.integers(0, int(quantity)))) for pk, quantity in left.items()}
        if not any(taking.values()):
            taking = dict(left)
        note = issuing.issue(crediting.credit(source, by=alice, quantities=taking), by=alice)
        left = {pk: quantity - taking[pk] for pk, quantity in left.items()}
        credited["net"] += note.total_net
        credited["vat"] += note.total_vat
        credited["gross"] += note.total_gross
        assert sum(line.net for line in note.lines.all()) == note.total_net
        assert min(note.total_net, note.total_vat) >= 0
        assert credited["gross"] <= source.total_gross
    assert credited == {"net": source.total_net, "vat": source.total_vat, "gross": source.total_gross}
