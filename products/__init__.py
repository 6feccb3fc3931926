"""What the company sells: products in groups, with prices, VAT and units. Used products are archived, never deleted."""
