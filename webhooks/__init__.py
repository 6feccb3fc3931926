"""Telling other programs what happened: endpoints, deliveries derived from the events, and a log of every attempt.

An event becomes one delivery per endpoint that waits for it, in the transaction that numbers the event. Deliveries are
signed as Standard Webhooks say, sent by jobs, tried again over three days, and can be replayed by hand.
"""
