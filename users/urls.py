from django.urls import path

from users.views import company, people, session, tokens

app_name = "users"

urlpatterns = [
    path("sign-in/", session.SignIn.as_view(), name="sign-in"),
    path("sign-out/", session.SignOut.as_view(), name="sign-out"),
    path("profile/", session.profile, name="profile"),
    path("profile/password/", session.password, name="password"),
    path("switch-company/<uuid:pk>/", session.switch_company, name="switch-company"),
    path("company/", company.edit, name="company"),
    path("users/", people.index, name="list"),
    path("users/new/", people.create, name="create"),
    path("users/<uuid:pk>/edit/", people.edit, name="edit"),
    path("users/<uuid:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("users/<uuid:pk>/activate/", people.activate, name="activate"),
    path("api-access/", tokens.index, name="tokens"),
    path("api-access/<uuid:pk>/revoke/", tokens.revoke, name="revoke-token"),
]
