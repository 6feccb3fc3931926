"""Charlie works for another company on the same installation and finds nothing of Alice's."""

from tests.journeys.places import Places
from tests.journeys.visiting import Visitor

MAKE_CHARLIE = """
from users.models import User
from users.services import create_company
charlie = User.objects.create_user("charlie@polar.example", {password!r}, first_name="Charlie", last_name="De Wit")
create_company(name="Polar BV", slug="polar", owner=charlie)
"""


def test_every_address_of_another_company_is_no_page(visitor: Visitor, places: Places) -> None:
    visitor.installation.shell(MAKE_CHARLIE.format(password=visitor.installation.password))
    page = visitor.sign_in("charlie@polar.example")
    assert page.url == visitor.address("/")
    assert "Dupont" not in page.inner_text("main")
    visitor.go("/invoices/")
    assert page.locator("tbody tr").count() == 0
    issued = places.issued.replace("/invoices/", "/documents/")
    of_alice = [places.draft, places.issued, f"{places.draft}edit/", f"{issued}pdf/", f"{issued}send/"]
    for path in [*of_alice, places.annex, places.customer, places.mail, f"{places.mail}eml/", places.work_order]:
        with visitor.refused(404):
            visitor.go(path)
        assert "Frigotech" not in page.content()
