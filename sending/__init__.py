"""Bringing documents to the buyer: mails with annexes, queued, retried, and never twice for one click."""
