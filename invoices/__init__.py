"""Invoices and credit notes: two declarations over the document engine, with their pages and their API."""
