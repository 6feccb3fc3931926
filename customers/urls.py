from django.urls import path

from customers import views

app_name = "customers"

urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.create, name="create"),
    path("duplicates/", views.duplicates, name="duplicates"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/edit/", views.edit, name="edit"),
    path("<uuid:pk>/archive/", views.archive, name="archive"),
    path("<uuid:pk>/restore/", views.restore, name="restore"),
    path("<uuid:pk>/merge/", views.merge, name="merge"),
    path("<uuid:pk>/merge/<uuid:other_pk>/", views.merge_with, name="merge-with"),
]
