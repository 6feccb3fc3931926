from django.urls import path

from products import views

app_name = "products"

urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.create, name="create"),
    path("<uuid:pk>/edit/", views.edit, name="edit"),
    path("<uuid:pk>/price/", views.price, name="price"),
    path("<uuid:pk>/archive/", views.archive, name="archive"),
    path("<uuid:pk>/activate/", views.activate, name="activate"),
    path("groups/", views.groups, name="groups"),
    path("groups/new/", views.create_group, name="create-group"),
    path("groups/<uuid:pk>/edit/", views.edit_group, name="edit-group"),
    path("groups/<uuid:pk>/delete/", views.delete_group, name="delete-group"),
]
