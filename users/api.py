"""The company and its people over the REST API. A person is known by the id of their membership."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.fields import Amount, Choice, Country, Currency, Email, Flag, Text, Whole
from core.api.serializers import Kept
from core.api.views import Changed, Created, Listed, Read
from core.vat import RATES
from users import services
from users.models import Company, Language, Membership, Region, Role, TimeRounding, VatScheme


class CompanyResource(Kept):
    name = Text(max_length=200)
    slug = Text(read_only=True)
    vat_number = Text(required=False, max_length=20)
    court = Text(required=False, max_length=60)
    email = Email(required=False)
    phone = Text(required=False, max_length=40)
    website = Text(required=False, max_length=200)
    iban = Text(required=False, max_length=42)
    bic = Text(required=False, max_length=11)
    language = Choice(Language.choices, required=False)
    currency = Currency()
    street = Text(required=False, max_length=150)
    street_number = Text(required=False, max_length=20)
    box = Text(required=False, max_length=20)
    postal_code = Text(required=False, max_length=20)
    city = Text(required=False, max_length=100)
    country = Country()
    region = Choice(Region.choices, required=False)
    mileage_rate = Amount(required=False, allow_null=True, places=4, digits=8, min_value=0)
    default_vat_rate = Amount(required=False, one_of=RATES)
    vat_scheme = Choice(VatScheme.choices, required=False)
    payment_term_days = Whole(required=False, min_value=0, max_value=365)
    time_rounding = Choice(TimeRounding.choices, required=False)


class CompanyView(Read, Changed):
    """`company/`: the one that the token belongs to."""

    area = "company"
    owner_only = ("PATCH",)
    resource = CompanyResource

    def rows(self) -> QuerySet[Any]:
        return Company.objects.filter(pk=self.company.pk)

    def retrieve(self, request: Request, pk: Any = None) -> Response:
        return super().retrieve(request, self.company.pk)

    def partial_update(self, request: Request, pk: Any = None) -> Response:
        return super().partial_update(request, self.company.pk)

    def perform_update(self, row: Company, values: dict[str, Any]) -> None:
        services.update_company(row, by=self.user, **values)


class MemberResource(Kept):
    email = Email(source="user.email")
    first_name = Text(required=False, max_length=100, source="user.first_name")
    last_name = Text(required=False, max_length=100, source="user.last_name")
    language = Choice(Language.choices, required=False, source="user.language")
    role = Choice(Role.choices, required=False)
    hourly_cost = Amount(required=False, allow_null=True, places=4, digits=8, min_value=0)
    billable_rate = Amount(required=False, allow_null=True, places=4, digits=8, min_value=0)
    color = Text(required=False, allow_blank=False, max_length=7)
    is_active = Flag(required=False)


class MemberView(Listed, Read, Created, Changed):
    """`users/`; what an hour of somebody costs is for owners alone."""

    area = "users"
    owner_only = ("GET", "HEAD", "POST", "PATCH")
    resource = MemberResource
    ordering = ("created_at", "updated_at", "email", "last_name", "first_name")

    def rows(self) -> QuerySet[Any]:
        return Membership.objects.filter(company=self.company).select_related("user")

    def perform_create(self, values: dict[str, Any]) -> Membership:
        person = values.pop("user")
        is_active = values.pop("is_active", True)
        member = services.create_member(company=self.company, by=self.user, **person, **values)
        return member if is_active else services.deactivate_member(member, by=self.user)

    def perform_update(self, row: Membership, values: dict[str, Any]) -> None:
        person = values.pop("user", {})
        is_active = values.pop("is_active", row.is_active)
        services.update_member(row, by=self.user, **person, **values)
        change = services.activate_member if is_active else services.deactivate_member
        change(row, by=self.user)
