"""Parties the company deals with: customers, suppliers and prospects in one table, with contacts and addresses."""
