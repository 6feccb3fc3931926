"""Journeys: what a person does with the whole application, in a real browser.

This folder is a package so that its fixtures end with it: Playwright keeps an event loop running in the main thread,
and Django's ORM refuses to work beside one.
"""
