"""Field work becomes invoices: matching, pricing and repricing of work orders, and the choice of products that go out.

Providers deliver a `contracts.field_service.WorkOrder`; this app knows what it means here.
"""
