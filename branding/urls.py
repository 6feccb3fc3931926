from django.urls import path

from branding import views

app_name = "branding"

urlpatterns = [
    path("", views.theme, name="theme"),
    path("logo/", views.logo, name="logo"),
    path("logo/remove/", views.remove_logo, name="remove-logo"),
]
