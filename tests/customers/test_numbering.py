from threading import Thread

import pytest
from django.db import connection

from core.tenancy import company_scope
from customers.models import Party
from customers.services import create_party
from users.models import Company


@pytest.mark.django_db(transaction=True)
def test_parties_made_at_the_same_time_get_different_numbers(company: Company) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with company_scope(company.pk):
                for _n in range(5):
                    create_party(company=company, by=None, name="Together")
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with company_scope(company.pk):
        numbers = list(Party.objects.order_by("number").values_list("number", flat=True))
    assert numbers == [f"C{n:05}" for n in range(1, 31)]
