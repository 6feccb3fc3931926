"""Field work becomes invoices: matching, pricing and repricing of work orders, and the products that go out to the field.

Providers deliver a `contracts.field_service.WorkOrder`; this app knows what it means here.
"""
