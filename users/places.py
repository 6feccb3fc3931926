"""Where a person works: the one question that is asked across companies, since a person may belong to several."""

from core.tenancy import every_company
from users.models import Company, Membership, User


def of(user: User) -> list[Membership]:
    """Their active places with the companies, the oldest first."""
    active = Membership.objects.filter(user=user, is_active=True).select_related("company").order_by("created_at")
    with every_company():
        return list(active)


def is_known_elsewhere(user: User, *, than: Company) -> bool:
    """Whether another company lists them, active or not."""
    with every_company():
        return Membership.objects.filter(user=user).exclude(company=than).exists()
