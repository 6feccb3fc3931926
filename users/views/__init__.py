"""Pages of people, company settings and API access, one module per subject."""
