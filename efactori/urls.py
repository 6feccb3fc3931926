"""The address book: each app's pages, the API, the hooks, health and the operator's admin."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
]
