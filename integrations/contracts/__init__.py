"""What a provider promises, one module per capability: frozen dataclasses, a Protocol, and the errors that cross the
border.

The domain reads these and never sees a provider; a provider fills these and never sees a table. Nothing here imports
the ORM.
"""
