from django.urls import path

from sending import views

app_name = "sending"
urlpatterns = [
    path("documents/<uuid:pk>/send/", views.compose, name="compose"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<uuid:pk>/", views.message, name="message"),
    path("outbox/<uuid:pk>/eml/", views.eml, name="eml"),
    path("outbox/<uuid:pk>/try-again/", views.try_again, name="try-again"),
    path("settings/mail-sender/", views.sender, name="sender"),
    path("settings/mail-texts/", views.text_list, name="texts"),
    path("settings/mail-texts/<slug:kind>/<slug:language>/", views.text_edit, name="text"),
]
