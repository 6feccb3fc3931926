from django.urls import path, register_converter

from invoices.converters import KindConverter
from invoices.kinds import CREDIT_NOTE, INVOICE
from invoices.views import (
    autosaving,
    choosing,
    crediting,
    editing,
    finalising,
    habits,
    journal,
    listing,
    selecting,
    showing,
)

register_converter(KindConverter, "document_kind")

app_name = "invoices"
urlpatterns = [
    path("invoices/", listing.index, {"kind": INVOICE.key}, name="list"),
    path("invoices/new/", editing.create, name="create"),
    path("invoices/new/totals/", editing.totals, name="new-totals"),
    path("invoices/new/autosave/", autosaving.autosave_new, name="autosave-new"),
    path("invoices/customers/", choosing.customer_options, name="customer-options"),
    path("invoices/customers/new/", choosing.new_customer, name="new-customer"),
    path("invoices/sites/", choosing.site_options, name="site-options"),
    path("invoices/products/", choosing.product_options, name="product-options"),
    path("invoices/<uuid:pk>/", showing.detail, {"kind": INVOICE.key}, name="detail"),
    path("invoices/<uuid:pk>/credit/", crediting.credit, name="credit"),
    path("invoices/<uuid:pk>/duplicate/", showing.duplicate, name="duplicate"),
    path("invoices/bulk/<uuid:pk>/", selecting.result, name="bulk-result"),
    path("invoices/bulk/<uuid:pk>/file/", selecting.download, name="bulk-file"),
    path("sales-journal/", journal.index, name="journal"),
    path("credit-notes/", listing.index, {"kind": CREDIT_NOTE.key}, name="credit-notes"),
    path("credit-notes/<uuid:pk>/", showing.detail, {"kind": CREDIT_NOTE.key}, name="credit-note-detail"),
    path("list-filters/<uuid:pk>/remove/", habits.remove_filter, name="remove-filter"),
    path("<document_kind:kind>/columns/", habits.choose_columns, name="choose-columns"),
    path("<document_kind:kind>/filters/", habits.save_filter, name="save-filter"),
    path("<document_kind:kind>/bulk/", selecting.confirm, name="bulk"),
    path("<document_kind:kind>/<uuid:pk>/edit/", editing.edit, name="edit"),
    path("<document_kind:kind>/<uuid:pk>/autosave/", autosaving.autosave, name="autosave"),
    path("<document_kind:kind>/<uuid:pk>/totals/", editing.totals, name="totals"),
    path("<document_kind:kind>/<uuid:pk>/issue/", finalising.issue, name="issue"),
    path("<document_kind:kind>/<uuid:pk>/delete/", showing.delete, name="delete"),
    path("<document_kind:kind>/<uuid:pk>/note/", showing.note, name="note"),
]
