from django.urls import path

from webhooks import views

app_name = "webhooks"

urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.create, name="create"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/edit/", views.edit, name="edit"),
    path("<uuid:pk>/delete/", views.delete, name="delete"),
    path("<uuid:pk>/rotate-secret/", views.rotate_secret, name="rotate-secret"),
    path("<uuid:pk>/switch-on/", views.switch_on, name="switch-on"),
    path("<uuid:pk>/switch-off/", views.switch_off, name="switch-off"),
    path("<uuid:pk>/ping/", views.ping, name="ping"),
    path("<uuid:pk>/deliveries/<uuid:delivery>/", views.delivery, name="delivery"),
    path("<uuid:pk>/deliveries/<uuid:delivery>/replay/", views.replay, name="replay"),
]
