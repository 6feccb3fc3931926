"""Climapulse as eFactori sees it from outside, played over HTTP with its own pages, process and database.

It is another product: it shares nothing with eFactori but the contract, and what it shows is in its own French.
"""
