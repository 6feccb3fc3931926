"""The page of a document for people without an account: whoever has its address may read, download and pay.

Owns the links: an address nobody can guess, that runs out and can be withdrawn, and how often it was opened.
"""
