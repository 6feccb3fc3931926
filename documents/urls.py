from django.urls import path

from documents import text_views, views

app_name = "documents"
urlpatterns = [
    path("documents/<uuid:pk>/pdf/", views.pdf, name="pdf"),
    path("documents/<uuid:pk>/ubl/", views.ubl, name="ubl"),
    path("documents/<uuid:pk>/preview/", views.preview, name="preview"),
    path("documents/<uuid:pk>/sheet/", views.sheet, name="sheet"),
    path("documents/<uuid:pk>/annexes/", views.add_annexes, name="add-annexes"),
    path("warnings/<uuid:pk>/dismiss/", views.dismiss_warning, name="dismiss-warning"),
    path("files/<uuid:pk>/", views.file, name="file"),
    path("files/<uuid:pk>/send-along/", views.tick_annex, name="tick-annex"),
    path("files/<uuid:pk>/rename/", views.rename_annex, name="rename-annex"),
    path("files/<uuid:pk>/remove/", views.remove_annex, name="remove-annex"),
    path("company/theme/preview/", views.theme_preview, name="theme-preview"),
    path("company/theme/specimen/", views.specimen_sheet, name="specimen"),
    path("settings/numbering/", views.numbering_list, name="numbering"),
    path("settings/numbering/<slug:kind>/", views.numbering_edit, name="numbering-edit"),
    path("settings/numbering/<slug:kind>/preview/", views.numbering_preview, name="numbering-preview"),
    path("settings/default-texts/", text_views.index, name="texts"),
    path("settings/default-texts/<slug:kind>/<slug:language>/new/", text_views.create, name="new-text"),
    path("settings/default-texts/<uuid:pk>/", text_views.edit, name="text"),
    path("settings/default-texts/<uuid:pk>/move-up/", text_views.move_up, name="move-text-up"),
    path("settings/default-texts/<uuid:pk>/remove/", text_views.remove, name="remove-text"),
]
