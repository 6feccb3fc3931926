import pytest

from users.scopes import AREAS, KNOWN, allows


@pytest.mark.parametrize(
    ("granted", "action", "answer"),
    [
        (["read"], "read", True),
        (["read"], "write", False),
        (["write"], "read", True),
        (["write"], "write", True),
        (["invoices:read"], "read", True),
        (["invoices:read"], "write", False),
        (["invoices:write"], "read", True),
        (["products:write"], "read", False),
        ([], "read", False),
    ],
)
def test_scopes_allow_what_they_name(granted: list[str], action: str, answer: bool) -> None:
    assert allows(granted, area="invoices", action=action) is answer


def test_every_area_can_be_read_and_changed() -> None:
    assert len(KNOWN) == 2 + 2 * len(AREAS)
    assert {"read", "write", "invoices:read", "work_orders:write", "payments:read"} <= KNOWN
