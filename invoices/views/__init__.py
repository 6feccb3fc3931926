"""Pages of invoices and credit notes, one module per thing that a person does."""
