"""The addresses that other sides deliver to; no session, no form token."""

from django.urls import path

from integrations import hooks

app_name = "hooks"
urlpatterns = [
    path("<str:provider>/<str:hook_key>", hooks.receive, name="receive"),
    path("<str:provider>/<str:hook_key>/status/<uuid:delivery>", hooks.status, name="status"),
]
