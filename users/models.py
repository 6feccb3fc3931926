"""People, companies, and the ties between them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from users import keys


class Language(models.TextChoices):
    FRENCH = "fr", _("French")
    DUTCH = "nl", _("Dutch")
    ENGLISH = "en", _("English")


class Theme(models.TextChoices):
    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person; without a password nobody can sign in as them."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail; what they may do in a company stands in their membership."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FRENCH)
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    event_kind: ClassVar[str] = "account"  # a `user` of the API is a membership

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Session(AbstractBaseSession):
    """A browser that somebody is signed in with; whose it is, and on what, is copied out of the session itself."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions", null=True)
    device = models.CharField(max_length=60, blank=True)
    signed_in_at = models.DateTimeField(null=True, editable=False)
    seen_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[BaseSessionManager[Self]] = BaseSessionManager()

    @classmethod
    def get_session_store_class(cls) -> Any:
        from users.sessions import SessionStore

        return SessionStore


class VatScheme(models.TextChoices):
    NORMAL = "normal", _("Normal")
    SMALL_BUSINESS = "small_business", _("Small business exemption")


class TimeRounding(models.TextChoices):
    EXACT = "exact", _("Exact")
    QUARTER = "quarter", _("Per started quarter of an hour")
    HALF_HOUR = "half_hour", _("Per started half hour")
    HOUR = "hour", _("Per started hour")


class Region(models.TextChoices):
    BRUSSELS = "brussels", _("Brussels")
    FLANDERS = "flanders", _("Flanders")
    WALLONIA = "wallonia", _("Wallonia")


class Company(models.Model):
    """The tenant: the seller on every document, and the settings that prices start from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)
    court = models.CharField(
        _("register of legal persons"), max_length=60, blank=True, help_text=_("For example: Bruxelles")
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True)
    street = models.CharField(_("street"), max_length=150, blank=True)
    street_number = models.CharField(_("number"), max_length=20, blank=True)
    box = models.CharField(_("box"), max_length=20, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, default="BE", validators=[RegexValidator(r"^[A-Z]{2}$")])
    region = models.CharField(_("region"), max_length=10, choices=Region, default=Region.BRUSSELS)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FRENCH)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    mileage_rate = models.DecimalField(
        _("price per kilometre"),
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    default_vat_rate = models.DecimalField(
        _("default VAT rate"), max_digits=5, decimal_places=2, default=Decimal("21.00")
    )
    vat_scheme = models.CharField(_("VAT scheme"), max_length=20, choices=VatScheme, default=VatScheme.NORMAL)
    payment_term_days = models.PositiveSmallIntegerField(
        _("payment term in days"), default=30, validators=[MaxValueValidator(365)]
    )
    time_rounding = models.CharField(
        _("time rounding"), max_length=10, choices=TimeRounding, default=TimeRounding.EXACT
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints = [
            models.CheckConstraint(condition=models.Q(mileage_rate__gte=0), name="company_mileage_rate_positive")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def company_id(self) -> Any:
        """A company is its own tenant; lets events and checks treat it like any tenant row."""
        return self.pk


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    EMPLOYEE = "employee", _("Employee")
    ACCOUNTANT = "accountant", _("Accountant")


class Membership(models.Model):
    """A person's place in a company: role, what an hour of theirs costs, and what it is billed at."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.EMPLOYEE)
    hourly_cost = models.DecimalField(
        _("cost per hour"), max_digits=12, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    billable_rate = models.DecimalField(
        _("billable hourly rate"),
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    color = models.CharField(
        _("colour"), max_length=7, default="#0e5a73", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")]
    )
    is_active = models.BooleanField(_("active"), default=True)
    first_steps_dismissed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    event_kind: ClassVar[str] = "user"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(hourly_cost__gte=0) | models.Q(hourly_cost__isnull=True),
                name="membership_cost_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(billable_rate__gte=0) | models.Q(billable_rate__isnull=True),
                name="membership_rate_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.company}"


class ApiToken(models.Model):
    """A key of one user for one company; only its SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="tokens")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name


INVITATION_VALID_FOR = timedelta(days=7)
SIGN_UP_VALID_FOR = timedelta(days=2)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; the time of some may have run out."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """A place in a company that waits for the person behind an e-mail; whoever reads that mailbox may take it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.EMPLOYEE)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FRENCH)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                "company",
                Lower("email"),
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invitation_waits_once",
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def expires_at(self) -> datetime:
        return self.sent_at + INVITATION_VALID_FOR

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def link(self) -> str:
        """The address that is mailed."""
        return settings.PUBLIC_URL + reverse("users:invitation", args=[keys.of_link(self)])


class SignUp(models.Model):
    """A company that somebody wants to start, until they prove that the e-mail is theirs; then the row is gone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    email = models.EmailField(_("e-mail"))
    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("last name"), max_length=100)
    password = models.CharField(max_length=128)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    company_name = models.CharField(_("company name"), max_length=200)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.email

    @property
    def is_expired(self) -> bool:
        return self.created_at + SIGN_UP_VALID_FOR <= timezone.now()

    @property
    def link(self) -> str:
        """The address that is mailed."""
        return settings.PUBLIC_URL + reverse("users:confirm-sign-up", args=[keys.of_link(self)])
