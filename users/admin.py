"""The operator sees people, companies and tokens; accounts are switched on and off here, the rest is looked at."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group

from core.admin import ReadOnlyAdmin
from users.models import ApiToken, Company, Invitation, Membership, SignUp, User

admin.site.unregister([Group, EmailAddress, Authenticator])


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    ordering = ("email",)
    list_display = ("email", "first_name", "last_name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "first_name", "last_name")
    readonly_fields = ("last_login", "created_at")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (None, {"fields": ("first_name", "last_name", "language")}),
        (None, {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "created_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)


@admin.register(Company)
class CompanyAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "vat_number", "city", "created_at")
    search_fields = ("name", "slug", "vat_number")


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "company", "role", "is_active", "created_at")
    list_filter = ("role", "is_active")
    list_select_related = ("user", "company")
    search_fields = ("user__email", "company__name")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("email", "company", "role", "sent_at", "accepted_at", "withdrawn_at")
    list_select_related = ("company",)
    search_fields = ("email", "company__name")
    exclude = ("digest",)


@admin.register(SignUp)
class SignUpAdmin(ReadOnlyAdmin):
    list_display = ("email", "company_name", "created_at")
    search_fields = ("email", "company_name")
    exclude = ("digest", "password")


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ("name", "user", "company", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_select_related = ("user", "company")
    search_fields = ("name", "user__email", "company__name")
    exclude = ("digest",)
