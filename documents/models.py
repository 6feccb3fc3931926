"""The tables of the document engine. Legal columns of an issued document are frozen by triggers (see `freezing`)."""

import secrets
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from branding.models import Theme
from core.money import ZERO
from core.tenancy import scoped_manager
from core.units import PIECE
from core.vat import Category, Regime
from customers.models import Party
from documents import kinds
from products.models import Product
from users.models import Language
from users.tenant import TenantModel


def new_public_key() -> str:
    return secrets.token_urlsafe(24)


def money_field(label: Any = "") -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(label, max_digits=14, decimal_places=2, default=ZERO)


class NumberFormat(TenantModel):
    """How a family of documents is numbered, e.g. `%Y-(4)`; a format without a year never resets."""

    family = models.CharField(max_length=30)
    format = models.CharField(_("format"), max_length=40)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "family"], name="number_format_once")]

    def __str__(self) -> str:
        return f"{self.family} {self.format}"


class Series(TenantModel):
    """The counter of one family and year (0 where numbers never reset). Its row is the lock that issuing takes last."""

    family = models.CharField(max_length=30)
    year = models.PositiveSmallIntegerField()
    next_number = models.PositiveBigIntegerField(default=1)
    last_date = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "family", "year"], name="series_once")]

    def __str__(self) -> str:
        return f"{self.family} {self.year}"


class DefaultText(TenantModel):
    """A text for below the lines of a kind of document in a language: a new draft starts with the first by `rank`."""

    kind = models.CharField(max_length=30)
    language = models.CharField(max_length=2, choices=Language)
    rank = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name"), max_length=60)
    body = models.TextField(_("text"))

    class Meta:
        ordering: ClassVar = ["rank", "id"]
        indexes: ClassVar = [models.Index(fields=["company", "kind", "language", "rank"], name="default_text_rank")]

    def __str__(self) -> str:
        return self.name


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Issued")


class DocumentQuerySet(models.QuerySet["Document"]):
    def drafts(self) -> "DocumentQuerySet":
        return self.filter(state=State.DRAFT)

    def issued(self) -> "DocumentQuerySet":
        return self.filter(state=State.ISSUED)

    def search(self, text: str) -> "DocumentQuerySet":
        """Documents whose number, buyer or reference holds every word."""
        condition = Q()
        for word in text.split():
            condition &= (
                Q(number__icontains=word)
                | Q(buyer_name__icontains=word)
                | Q(reference__icontains=word)
                | Q(buyer_vat__icontains=word.replace(".", ""))
            )
        return self.filter(condition)


DocumentManager = models.Manager.from_queryset(DocumentQuerySet)


class Document(TenantModel):
    """A document of any kind. Amounts are positive, the kind carries the sign; totals are computed once and stored."""

    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    series = models.ForeignKey(Series, null=True, on_delete=models.PROTECT, related_name="documents")
    sequence_number = models.PositiveBigIntegerField(null=True)
    number = models.CharField(_("number"), max_length=50, blank=True)
    issue_date = models.DateField(_("issue date"), null=True)
    due_date = models.DateField(_("due date"), null=True, blank=True)
    delivery_date = models.DateField(_("delivery date"), null=True, blank=True)
    payment_term_days = models.PositiveSmallIntegerField(
        _("payment term in days"), default=30, validators=[MaxValueValidator(365)]
    )
    party = models.ForeignKey(
        Party, null=True, on_delete=models.PROTECT, related_name="documents", verbose_name=_("customer")
    )
    seller = models.JSONField(default=dict)
    buyer = models.JSONField(default=dict)
    buyer_name = models.CharField(max_length=200, blank=True)
    buyer_vat = models.CharField(max_length=20, blank=True)
    attention = models.CharField(_("for the attention of"), max_length=200, blank=True)
    site = models.JSONField(default=dict)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FRENCH)
    vat_regime = models.CharField(_("VAT regime"), max_length=30, choices=Regime, default=Regime.STANDARD)
    vat_reason = models.CharField(_("reason of the regime"), max_length=300, blank=True)
    mentions = models.JSONField(default=list)
    prices_include_vat = models.BooleanField(_("prices include VAT"), default=False)
    reference = models.CharField(_("customer's reference"), max_length=100, blank=True)
    structured_message = models.CharField(max_length=12, blank=True)
    intro = models.TextField(_("introduction"), blank=True)
    note = models.TextField(_("note"), blank=True)
    terms = models.TextField(_("terms"), blank=True)
    internal_note = models.TextField(_("internal note"), blank=True)
    theme = models.ForeignKey(Theme, null=True, on_delete=models.PROTECT, related_name="+")
    total_net = money_field()
    total_vat = money_field()
    total_gross = money_field()
    public_key = models.CharField(max_length=64, unique=True, default=new_public_key, editable=False)
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[DocumentManager[Self]] = scoped_manager(DocumentManager)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "series", "sequence_number"], name="document_number_once"),
            models.UniqueConstraint(
                fields=["company", "kind", "number"], condition=~Q(number=""), name="document_printed_number_once"
            ),
            models.UniqueConstraint(
                fields=["company", "structured_message"],
                condition=~Q(structured_message=""),
                name="document_communication_once",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(series__isnull=False, sequence_number__isnull=False, issue_date__isnull=False),
                name="document_issued_is_numbered",
            ),
            models.CheckConstraint(condition=Q(total_gross__gte=0) | Q(state="draft"), name="document_total_positive"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "kind", "state", "-issue_date", "-id"], name="document_list"),
            models.Index(fields=["company", "kind", "-created_at", "-id"], name="document_recent"),
            models.Index(fields=["company", "party"], name="document_party"),
            models.Index(fields=["company", "state", "issue_date", "kind", "total_net"], name="document_sales"),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Draft"))

    def get_absolute_url(self) -> str:
        return reverse(self.declaration.url_name, args=[self.pk])

    @property
    def event_kind(self) -> str:
        """What events call this document."""
        return self.kind

    @property
    def declaration(self) -> kinds.Kind:
        """What this document's kind says."""
        return kinds.get(self.kind)

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def open_amount(self) -> Decimal:
        """What is still to be paid (of a credit note: to be paid back); below zero it was overpaid. Reads `balance`."""
        return ZERO if self.is_draft else self.balance.open_amount


class Balance(TenantModel):
    """What of an issued document is still open, beside the frozen row; `payments` alone writes it, under a lock.

    Party and due date are the document's: with them, who owes what since when is read from one index.
    """

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="balance")
    open_amount = money_field()
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="balances", db_index=False)
    due_date = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "document"], condition=~Q(open_amount=0), name="balance_open"),
            models.Index(
                fields=["company", "party", "due_date", "open_amount"],
                condition=Q(open_amount__gt=0),
                name="balance_due",
            ),
        ]

    def __str__(self) -> str:
        return str(self.open_amount)


class LineRole(models.TextChoices):
    ITEM = "item", _("Item")
    TEXT = "text", _("Text")
    SECTION = "section", _("Section")


class Line(TenantModel):
    """One line. `own_rate` is what it carries outside any regime, `vat_rate` what it carries here.

    `amount` is quantity × price − discount as the price reads (with or without VAT); `net` is always without VAT.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    role = models.CharField(max_length=10, choices=LineRole, default=LineRole.ITEM)
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="lines")
    source = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="taken_by")
    description = models.TextField(blank=True)
    detail = models.TextField(blank=True)
    quantity = models.DecimalField(max_digits=20, decimal_places=8, default=Decimal(1))
    unit = models.CharField(max_length=3, default=PIECE)
    unit_price = models.DecimalField(
        max_digits=20, decimal_places=8, default=Decimal(0), validators=[MinValueValidator(0)]
    )
    discount_percent = models.DecimalField(
        max_digits=5, decimal_places=2, default=ZERO, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    own_rate = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal("21.00"))
    vat_exception = models.CharField(max_length=200, blank=True)
    vat_category = models.CharField(max_length=2, choices=Category, default=Category.STANDARD)
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal("21.00"))
    amount = money_field()
    net = money_field()

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="line_price_positive"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "product"], name="line_product")]

    def __str__(self) -> str:
        return self.description


class VatLine(TenantModel):
    """Base and VAT of one category and rate (EN 16931 BG-23)."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="vat_lines")
    category = models.CharField(max_length=2, choices=Category)
    rate = models.DecimalField(max_digits=5, decimal_places=2)
    base = money_field()
    amount = money_field()

    class Meta:
        ordering: ClassVar = ["-rate", "category"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["document", "category", "rate"], name="vat_line_once")]

    def __str__(self) -> str:
        return f"{self.category} {self.rate}"


class Relation(models.TextChoices):
    CREDITS = "credits", _("credits")
    REPLACES = "replaces", _("replaces")
    COPIED = "copied", _("copied from")


class Link(TenantModel):
    """`source` came first; `target` credits it, replaces it, or began as its copy."""

    source = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="links_in")
    relation = models.CharField(max_length=10, choices=Relation)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "target", "relation"], name="link_once")]

    def __str__(self) -> str:
        return self.relation


class FileRole(models.TextChoices):
    PDF = "pdf", _("PDF")
    ATTACHMENT = "attachment", _("Annex")


class File(TenantModel):
    """A file of a document. Annexes ticked `send_along` leave with it; `label` says what an annex is (certificate…)."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="files")
    role = models.CharField(max_length=10, choices=FileRole)
    label = models.CharField(max_length=30, blank=True)
    filename = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100, default="application/pdf")
    key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    send_along = models.BooleanField(default=True)
    external_id = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document"], condition=Q(role="pdf"), name="file_one_pdf"),
            models.UniqueConstraint(
                fields=["document", "external_id"], condition=~Q(external_id=""), name="file_external_id_once"
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class Warning(TenantModel):
    """Something a person should look at before the document leaves. The sentence is made from `code` and `data`."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="warnings")
    line = models.ForeignKey(Line, null=True, on_delete=models.SET_NULL, related_name="warnings")
    code = models.CharField(max_length=40)
    pointer = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]

    def __str__(self) -> str:
        return self.code
