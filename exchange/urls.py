from django.urls import path

from exchange import views

app_name = "exchange"

urlpatterns = [
    path("imports/", views.index, name="list"),
    path("imports/new/<slug:sheet_key>/", views.create, name="create"),
    path("imports/new/<slug:sheet_key>/template/", views.template, name="template"),
    path("imports/<uuid:pk>/", views.detail, name="detail"),
    path("imports/<uuid:pk>/reading/", views.read, name="reading"),
    path("imports/<uuid:pk>/columns/", views.columns, name="columns"),
    path("imports/<uuid:pk>/progress/", views.progress, name="progress"),
    path("imports/<uuid:pk>/run/", views.run, name="run"),
    path("imports/<uuid:pk>/undo/", views.undo, name="undo"),
    path("imports/<uuid:pk>/discard/", views.discard, name="discard"),
    path("imports/<uuid:pk>/failed/", views.failed, name="failed"),
    path("exports/<slug:sheet_key>/<slug:format>/", views.export, name="export"),
]
