"""Customers, their contacts and their addresses over the REST API."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from core.api.errors import NON_FIELD
from core.api.fields import Choice, Country, Currency, Email, Flag, RowId, Scalar, Text, Whole
from core.api.serializers import Kept, Resource
from core.api.views import Bulk, Changed, Listed, Read
from core.vat import Regime
from customers import custom_fields, services
from customers.models import Address, AddressKind, Contact, Party
from users.models import Language, Region

MOST_ROWS = 200


class ContactResource(Resource):
    id = RowId(required=False)
    name = Text(max_length=200)
    email = Email(required=False)
    phone = Text(required=False, max_length=40)
    function = Text(required=False, max_length=100)


class AddressResource(Resource):
    id = RowId(required=False)
    kind = Choice(AddressKind.choices, required=False)
    name = Text(required=False, max_length=200)
    phone = Text(required=False, max_length=40)
    region = Choice(Region.choices, required=False, allow_blank=True)
    vat_regime = Choice(Regime.choices, required=False, allow_blank=True)
    street = Text(required=False, max_length=150)
    street_number = Text(required=False, max_length=20)
    box = Text(required=False, max_length=20)
    postal_code = Text(required=False, max_length=20)
    city = Text(required=False, max_length=100)
    country = Country()


class CustomFields(serializers.DictField):
    """Names and plain values that another program keeps with a customer; given, they are all of them."""

    def __init__(self, **options: Any) -> None:
        child = Scalar(longest=custom_fields.LONGEST_TEXT, greatest=custom_fields.GREATEST)
        super().__init__(child=child, **options)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            self.fail("not_a_dict", input_type=type(data).__name__)
        found: dict[str, Any] = {}
        for name, code, message in custom_fields.faults(data):
            found[name or NON_FIELD] = [serializers.ErrorDetail(message, code)]
        if found:
            raise serializers.ValidationError(found)
        return dict(data)

    def to_representation(self, value: Any) -> Any:
        return value


class CustomerResource(Kept):
    related = {
        "contacts": lambda: Contact.objects.order_by("name", "id"),
        "addresses": lambda: Address.objects.order_by("name", "street", "id"),
    }

    number = Text(required=False, max_length=30)
    name = Text(max_length=200)
    is_company = Flag(required=False)
    vat_number = Text(required=False, max_length=20)
    vat_regime = Choice(Regime.choices, required=False, allow_blank=True)
    email = Email(required=False)
    phone = Text(required=False, max_length=40)
    language = Choice(Language.choices, required=False)
    currency = Currency()
    payment_term_days = Whole(required=False, allow_null=True, min_value=0, max_value=365)
    street = Text(required=False, max_length=150)
    street_number = Text(required=False, max_length=20)
    box = Text(required=False, max_length=20)
    postal_code = Text(required=False, max_length=20)
    city = Text(required=False, max_length=100)
    country = Country()
    contacts = ContactResource(many=True, required=False, max_length=MOST_ROWS)  # type: ignore[call-arg]
    addresses = AddressResource(many=True, required=False, max_length=MOST_ROWS)  # type: ignore[call-arg]
    custom_fields = CustomFields(required=False)
    external_id = Text(required=False, max_length=100)
    is_archived = Flag(required=False)


class CustomerView(Listed, Read, Bulk, Changed):
    """`customers/`; never deleted: `is_archived` takes one out of choices."""

    area = "customers"
    resource = CustomerResource
    ordering = ("number", "name", "created_at", "updated_at")
    default_ordering = "number"
    searchable = True

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = Party.objects.customers()
        return rows

    def perform_create(self, values: dict[str, Any]) -> Party:
        is_archived = values.pop("is_archived", False)
        party = services.create_party(company=self.company, by=self.user, **with_rows(values))
        return services.archive_party(party, by=self.user) if is_archived else party

    def perform_update(self, row: Party, values: dict[str, Any]) -> None:
        is_archived = values.pop("is_archived", row.is_archived)
        services.update_party(row, by=self.user, **with_rows(values))
        if is_archived != row.is_archived:
            change = services.archive_party if is_archived else services.restore_party
            change(row, by=self.user)


def with_rows(values: dict[str, Any]) -> dict[str, Any]:
    """Contacts and addresses as the service takes them."""
    if "contacts" in values:
        values["contacts"] = [services.ContactInput(**row) for row in values["contacts"]]
    if "addresses" in values:
        values["addresses"] = [services.AddressInput(**row) for row in values["addresses"]]
    return values
