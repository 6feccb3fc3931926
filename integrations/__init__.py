"""Links to the outside world: one folder per provider, plain contracts between them and the business.

This app keeps the connections, their secrets, what came in and what was synchronised. It knows no provider by name.
"""
