from django.urls import path

from users.views import company, entry, invitations, passkeys, people, second_step, security, session, tokens

app_name = "users"

urlpatterns = [
    path("sign-in/", session.SignIn.as_view(), name="sign-in"),
    path("sign-in/second-step/", second_step.index, name="second-step"),
    path("sign-in/passkey/", second_step.passkey, name="passkey-sign-in"),
    path("sign-in/passkey/options/", second_step.passkey_options, name="passkey-sign-in-options"),
    path("sign-up/", entry.sign_up, name="sign-up"),
    path("sign-up/<str:key>/", entry.confirm_sign_up, name="confirm-sign-up"),
    path("invitations/<str:key>/", entry.invitation, name="invitation"),
    path("forgotten-password/", entry.forgotten_password, name="forgotten-password"),
    path("forgotten-password/<uidb64>/<token>/", entry.NewPassword.as_view(), name="new-password"),
    path("companies/new/", entry.new_company, name="new-company"),
    path("sign-out/", session.SignOut.as_view(), name="sign-out"),
    path("profile/", session.profile, name="profile"),
    path("profile/theme/", session.set_theme, name="theme"),
    path("profile/password/", session.password, name="password"),
    path("profile/sessions/end/", session.sign_out_elsewhere, name="sign-out-elsewhere"),
    path("profile/prove/", security.prove, name="prove"),
    path("profile/two-step/", security.switch_on, name="two-step-on"),
    path("profile/two-step/codes/", security.recovery_codes, name="recovery-codes"),
    path("profile/two-step/off/", security.switch_off, name="two-step-off"),
    path("profile/passkeys/new/", passkeys.create, name="passkey-new"),
    path("profile/passkeys/options/", passkeys.options, name="passkey-options"),
    path("profile/passkeys/<int:pk>/", passkeys.edit, name="passkey"),
    path("profile/passkeys/<int:pk>/remove/", passkeys.remove, name="passkey-remove"),
    path("switch-company/<uuid:pk>/", session.switch_company, name="switch-company"),
    path("company/", company.edit, name="company"),
    path("users/", people.index, name="list"),
    path("users/new/", people.create, name="create"),
    path("users/invite/", invitations.invite, name="invite"),
    path("users/invitations/<uuid:pk>/send-again/", invitations.send_again, name="send-again"),
    path("users/invitations/<uuid:pk>/withdraw/", invitations.withdraw, name="withdraw-invitation"),
    path("users/<uuid:pk>/edit/", people.edit, name="edit"),
    path("users/<uuid:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("users/<uuid:pk>/activate/", people.activate, name="activate"),
    path("api-access/", tokens.index, name="tokens"),
    path("api-access/<uuid:pk>/revoke/", tokens.revoke, name="revoke-token"),
]
