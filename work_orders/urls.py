from django.urls import path

from work_orders import cures, views

app_name = "work_orders"

urlpatterns = [
    path("received/", views.received, name="received"),
    path("received/<uuid:pk>/", views.message, name="message"),
    path("received/<uuid:pk>/payload/", views.payload, name="payload"),
    path("received/<uuid:pk>/process/", views.process, name="process"),
    path("of-document/<uuid:pk>/", views.of_document, name="of-document"),
    path("of-document/<uuid:pk>/fetch-again/", views.fetch_again, name="fetch-again"),
    path("of-document/<uuid:pk>/reprice/", views.reprice, name="reprice"),
    path("of-document/<uuid:pk>/cure/<uuid:warning_pk>/", cures.cure, name="cure"),
    path("applications/<slug:provider>/", views.application, name="application"),
    path("applications/<slug:provider>/connect/", views.connect, name="connect"),
    path("applications/<slug:provider>/groups/", views.choose_groups, name="groups"),
    path("applications/<slug:provider>/synchronise/", views.synchronise, name="synchronise"),
    path("applications/<slug:provider>/progress/", views.progress, name="progress"),
]
